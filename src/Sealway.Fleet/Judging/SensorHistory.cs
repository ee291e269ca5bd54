namespace Sealway.Fleet;

using Sealway.Messages;

/// <summary>What one log has of one sensor so far.</summary>
/// <param name="Last">The last number that counted.</param>
/// <param name="Signed">The hash of what was signed under it: tells a harmless repeat from a cloned key.</param>
/// <param name="Answered">The latest challenge, by the log's order, that the sensor has answered; null if it never answered.</param>
public sealed record SensorHistory(ReadingNumber Last, SignedHash Signed, LoggedChallenge? Answered);
