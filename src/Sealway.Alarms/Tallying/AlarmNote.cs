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
internal sealed record AlarmNote(string Rule, AlarmPriority Priority, string Sensor, string? Metric, double? Value, ulong Index, ulong RaisedAt, ulong? ClearedAt)
{
    /// <summary>How many alarms a health report lists, the latest of all logs.</summary>
    public const int MostListed = 256;

    /// <summary>The alarm as a health report lists it, at cloud and archive alike, so that the two lists can be compared. Without its value: a health report holds no content.</summary>
    public static OrderedDictionary<string, object> Listed(string log, string rule, string? sensor, string? metric, ulong index, ulong raisedAt, ulong? clearedAt)
    {
        OrderedDictionary<string, object> listed = new() { ["rule"] = rule, ["log"] = log, ["index"] = index, ["at"] = raisedAt, ["raised"] = clearedAt is null };
        if (sensor is not null)
        {
            listed["sensor"] = sensor;
        }

        if (metric is not null)
        {
            listed["metric"] = metric;
        }

        if (clearedAt is { } cleared)
        {
            listed["clearedAt"] = cleared;
        }

        return listed;
    }
}
