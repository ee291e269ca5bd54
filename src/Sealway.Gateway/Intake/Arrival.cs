namespace Sealway.Gateway;

/// <summary>What came from a sensor, before anybody has looked at it.</summary>
/// <param name="Bytes">The message, a copy.</param>
/// <param name="Session">The link that it came on, where the answer goes.</param>
/// <param name="At">When, in milliseconds since 1970 by the gateway's clock.</param>
internal readonly record struct Arrival(ReadOnlyMemory<byte> Bytes, SensorSession Session, ulong At);
