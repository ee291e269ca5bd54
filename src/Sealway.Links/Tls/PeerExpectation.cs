namespace Sealway.Links;

using Sealway.Messages;

/// <summary>Whom a client means to reach.</summary>
/// <param name="Name">The server's enrolled name, or null where the address is all that is known.</param>
/// <param name="Role">The server's role.</param>
public sealed record PeerExpectation(string? Name, Role Role);
