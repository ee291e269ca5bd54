namespace Sealway.Alarms;

/// <summary>An alarm of one log, as a follower keeps it.</summary>
/// <param name="Rule">The rule's name.</param>
/// <param name="Priority">How soon somebody must act.</param>
/// <param name="Sensor">The sensor's kid, in hex.</param>
/// <param name="Metric">The rule's metric; null for a silence.</param>
/// <param name="Value">The value that raised it; null for a silence.</param>
/// <param name="Index">The entry at which it was raised.</param>
/// <param name="RaisedAt">When, by the log's own times, milliseconds since 1970.</param>
/// <param name="ClearedAt">When it was cleared; null while it stands.</param>
internal sealed record AlarmNote(string Rule, AlarmPriority Priority, string Sensor, string? Metric, double? Value, ulong Index, ulong RaisedAt, ulong? ClearedAt);
