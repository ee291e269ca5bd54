namespace Sealway.Cloud;

/// <summary>What a cloud is set up with: one or more fleets, each with its own registry, keys, store and addresses, so that no fleet can touch another's.</summary>
/// <param name="Tenants">The fleets.</param>
public sealed record CloudOptions(IReadOnlyList<TenantOptions> Tenants);
