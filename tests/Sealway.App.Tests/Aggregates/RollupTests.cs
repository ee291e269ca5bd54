namespace Sealway.App.Tests.Aggregates;

using CsCheck;
using Sealway.App;
using Sealway.App.Tests.Homes;
using Sealway.Messages;
using Xunit;

public sealed class RollupTests
{
    private const ulong Hour = 3_600_000;
    private const ulong Start = 500_000 * Hour;

    [Fact]
    public void Rollups_say_the_same_as_the_readings_that_they_stand_for() => Gen.Int[-500, 500].Select(Gen.Int[0, 70], (tenths, hour) => (Value: tenths / 10.0, At: Start + ((ulong)hour * Hour)))
        .Array[1, 60]
        .Sample(
            values =>
            {
                using SigningKey key = SigningKey.Generate();
                SampleSensor sensor = new(key);
                HomeAggregates readings = new();
                HomeAggregates rollups = new();
                foreach ((double value, ulong at) in values)
                {
                    readings.Add(sensor.Read(value), at);
                }

                // Each reading is in one rollup; an hour may have several, as late readings make.
                foreach (IGrouping<(ulong, int), (double Value, ulong At)> group in values.Select((value, i) => (value, i)).GroupBy(one => (one.value.At, one.i % 2), one => one.value))
                {
                    double[] some = [.. group.Select(one => one.Value)];
                    rollups.Add(new Rollup(sensor.Kid, "temp", group.Key.Item1, Hour, (ulong)some.Length, Number.From(some.Average()), Number.From(some.Min()), Number.From(some.Max())));
                }

                Same(readings.Hours(sensor.Kid, "temp"), rollups.Hours(sensor.Kid, "temp"));
                Same(readings.Days(sensor.Kid, "temp"), rollups.Days(sensor.Kid, "temp"));
            },
            iter: 50);

    private static void Same(IReadOnlyList<Aggregate> one, IReadOnlyList<Aggregate> other)
    {
        Assert.Equal(one.Count, other.Count);
        foreach ((Aggregate a, Aggregate b) in one.Zip(other))
        {
            Assert.Equal(a with { Mean = 0 }, b with { Mean = 0 });
            Assert.Equal(a.Mean, b.Mean, 1e-9);
        }
    }
}
