namespace Sealway.Sensor.Tests.Recordings;

using System.Globalization;
using Sealway.Sensor.Recordings;
using Sealway.Sensor.Sampling;

/// <summary>Samples as text, to compare them at a glance.</summary>
internal static class Text
{
    public static string Of(Sample sample) =>
        sample.SinceStart.ToString("c", CultureInfo.InvariantCulture) + " "
        + string.Join(' ', sample.Values.Select(value => value.Metric.Name + "=" + value.Value.ToString(CultureInfo.InvariantCulture)));

    public static string[] Of(Recording recording) => [.. recording.Samples.Select(Of)];
}
