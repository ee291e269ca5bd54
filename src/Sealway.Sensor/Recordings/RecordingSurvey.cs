namespace Sealway.Sensor.Recordings;

using Sealway.Sensor.Sampling;

/// <summary>How much a recording holds, found by reading it once.</summary>
/// <param name="Metrics">The metrics with at least one value, in the order of their first values.</param>
/// <param name="Samples">The number of samples.</param>
/// <param name="Values">The number of values in them.</param>
/// <param name="Duration">From the first sample to the last.</param>
/// <param name="MedianSpacing">The median time between a sample and the next; zero where there are fewer than two.</param>
public sealed record RecordingSurvey(IReadOnlyList<Metric> Metrics, long Samples, long Values, TimeSpan Duration, TimeSpan MedianSpacing)
{
    /// <summary>The median is that of so many spacings at most, the first ones, so that a very long recording needs no more memory than 800 kB.</summary>
    internal const int MostSpacings = 100_000;

    internal static RecordingSurvey Of(IEnumerable<Sample> recording)
    {
        List<Metric> metrics = [];
        List<long> spacings = [];
        long samples = 0;
        long values = 0;
        TimeSpan first = default;
        TimeSpan last = default;
        foreach (Sample sample in recording)
        {
            if (samples == 0)
            {
                first = sample.SinceStart;
            }
            else if (spacings.Count < MostSpacings)
            {
                spacings.Add((sample.SinceStart - last).Ticks);
            }

            last = sample.SinceStart;
            samples++;
            foreach (MetricValue value in sample.Values)
            {
                values++;
                if (!metrics.Contains(value.Metric))
                {
                    metrics.Add(value.Metric);
                }
            }
        }

        spacings.Sort();
        TimeSpan median = spacings.Count == 0 ? TimeSpan.Zero : TimeSpan.FromTicks(spacings[spacings.Count / 2]);
        return new RecordingSurvey(metrics, samples, values, last - first, median);
    }
}
