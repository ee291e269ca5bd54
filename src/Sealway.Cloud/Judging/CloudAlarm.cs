namespace Sealway.Cloud;

using Sealway.Alarms;
using Sealway.Messages;

/// <summary>An alarm that the cloud raised by its own judgement, standing or cleared.</summary>
/// <param name="Log">The log that shows it.</param>
/// <param name="Rule">The rule's name; <see cref="LogSilence"/> where the log itself fell silent.</param>
/// <param name="Priority">How soon somebody must act.</param>
/// <param name="Sensor">Whose readings; null where the log itself is meant.</param>
/// <param name="Metric">The rule's metric; null for a silence.</param>
/// <param name="Value">The value that raised it, in the metric's unit; null for a silence. For those who may see readings: not for a log line.</param>
/// <param name="Index">The entry at which it was raised; of a silent log its size.</param>
/// <param name="RaisedAt">When, milliseconds since 1970 by the log's own times; of a silent log by the cloud's clock.</param>
/// <param name="ClearedAt">When it was cleared; null while it stands.</param>
public sealed record CloudAlarm(LogId Log, string Rule, AlarmPriority Priority, Kid? Sensor, string? Metric, double? Value, ulong Index, ulong RaisedAt, ulong? ClearedAt)
{
    /// <summary>The rule's name of a log that fell silent.</summary>
    public const string LogSilence = "log-silence";

    /// <summary>Whether it stands.</summary>
    public bool IsActive => ClearedAt is null;

    internal static CloudAlarm Of(LogId log, AlarmNote note) =>
        new(log, note.Rule, note.Priority, Kid.Parse(note.Sensor), note.Metric, note.Value, note.Index, note.RaisedAt, note.ClearedAt);
}
