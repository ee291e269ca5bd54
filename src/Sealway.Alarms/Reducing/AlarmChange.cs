namespace Sealway.Alarms;

using Sealway.Messages;

/// <summary>An alarm was raised or cleared.</summary>
/// <param name="Raised">Raised, or cleared.</param>
/// <param name="Rule">Which rule.</param>
/// <param name="Sensor">Whose readings.</param>
/// <param name="Value">The value that decided, in the metric's unit; null for a silence, and when the sensor left the log.</param>
/// <param name="At">When, milliseconds since 1970 by the log's own times.</param>
public sealed record AlarmChange(bool Raised, AlarmRule Rule, Kid Sensor, double? Value, ulong At)
{
    /// <summary>The metric; null for a silence.</summary>
    public string? Metric => Rule.Metric;

    /// <summary>The event with which a gateway states this in its log.</summary>
    public AlarmEvent ToEvent() => new(Raised, Rule.Name, Sensor, Metric, Value is { } value ? Number.From(value) : null);
}
