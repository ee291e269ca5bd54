namespace Sealway.Sensor.Sending;

using Sealway.Sensor.Sampling;

/// <summary>What will be signed as one reading: one value of a sample, or all of them.</summary>
/// <param name="Sample">The sample.</param>
/// <param name="Index">Which value, or −1 for all.</param>
/// <param name="MeasuredAt">When it was measured, as a timestamp of the clock.</param>
internal readonly record struct UnsignedReading(Sample Sample, int Index, long MeasuredAt);
