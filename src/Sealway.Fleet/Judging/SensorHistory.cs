namespace Sealway.Fleet;

using Sealway.Messages;

/// <summary>What one log has of one sensor so far.</summary>
/// <param name="Last">The last number that counted.</param>
/// <param name="Signed">The hash of what was signed under it: tells a harmless repeat from a cloned key.</param>
/// <param name="AnsweredAt">When the latest challenge that the sensor has answered was logged, milliseconds since 1970; null if it never answered.</param>
public sealed record SensorHistory(ReadingNumber Last, SignedHash Signed, ulong? AnsweredAt);
