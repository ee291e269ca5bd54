namespace Sealway.Cloud;

using Sealway.Alarms;
using Sealway.Messages;

/// <summary>An alarm of one log, as the watch keeps it.</summary>
internal sealed record AlarmNote(string Rule, AlarmPriority Priority, string Sensor, string? Metric, double? Value, ulong Index, ulong RaisedAt, ulong? ClearedAt)
{
    public CloudAlarm Of(LogId log) => new(log, Rule, Priority, Kid.Parse(Sensor), Metric, Value, Index, RaisedAt, ClearedAt);
}
