namespace Sealway.Fleet;

/// <summary>A challenge that the log has, and since when.</summary>
/// <param name="Nonce">The 8 random bytes, big-endian.</param>
/// <param name="At">When it was logged, milliseconds since 1970 by the gateway's clock.</param>
public readonly record struct LoggedChallenge(ulong Nonce, ulong At);
