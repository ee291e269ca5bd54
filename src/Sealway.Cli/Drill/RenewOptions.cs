namespace Sealway.Cli.Drill;

/// <summary>What <c>sealway drill renew</c> was asked for.</summary>
/// <param name="Life">How long each certificate lives.</param>
/// <param name="Renewals">How many renewals the gateway runs through.</param>
/// <param name="Json">Where the figures go; null: nowhere.</param>
/// <param name="Keep">Where everything stays to be looked at; null: a temporary folder that is removed.</param>
internal sealed record RenewOptions(TimeSpan Life, int Renewals, string? Json, string? Keep);
