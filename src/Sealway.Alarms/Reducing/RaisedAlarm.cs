namespace Sealway.Alarms;

using Sealway.Messages;

/// <summary>An alarm that stands.</summary>
/// <param name="Rule">Which rule.</param>
/// <param name="Sensor">Whose readings.</param>
/// <param name="Since">When it was raised, milliseconds since 1970 by the log's own times.</param>
/// <param name="Value">The value that raised it; null for a silence.</param>
public sealed record RaisedAlarm(AlarmRule Rule, Kid Sensor, ulong Since, double? Value);
