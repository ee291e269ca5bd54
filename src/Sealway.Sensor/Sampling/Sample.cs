namespace Sealway.Sensor.Sampling;

/// <summary>What was measured at one instant.</summary>
/// <param name="SinceStart">The time since the source's start, never less than that of the sample before.</param>
/// <param name="Values">At least one value; each metric at most once.</param>
public sealed record Sample(TimeSpan SinceStart, IReadOnlyList<MetricValue> Values);
