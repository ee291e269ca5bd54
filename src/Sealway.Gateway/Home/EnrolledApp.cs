namespace Sealway.Gateway;

using Sealway.Fleet;

/// <summary>An app that was just enrolled.</summary>
/// <param name="Party">What the registry says of it.</param>
/// <param name="Certificate">Its TLS certificate, in PEM.</param>
/// <param name="IsOwner">Whether it is the household's owner: the first that was enrolled.</param>
public sealed record EnrolledApp(Party Party, string Certificate, bool IsOwner);
