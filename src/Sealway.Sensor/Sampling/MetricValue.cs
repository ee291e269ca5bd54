namespace Sealway.Sensor.Sampling;

/// <summary>One measured value.</summary>
/// <param name="Metric">What was measured.</param>
/// <param name="Value">The number, in the metric's unit, with the digits its source gave.</param>
public readonly record struct MetricValue(Metric Metric, decimal Value);
