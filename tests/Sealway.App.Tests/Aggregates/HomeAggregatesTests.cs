namespace Sealway.App.Tests.Aggregates;

using CsCheck;
using Sealway.Messages;
using Xunit;

public sealed class HomeAggregatesTests : IDisposable
{
    private const ulong Hour = Rollup.LongestMilliseconds;

    private readonly SigningKey _sensor = SigningKey.Generate();

    public void Dispose() => _sensor.Dispose();

    [Fact]
    public void Days_are_their_hours_combined()
    {
        HomeAggregates aggregates = new();
        Gen.Select(Gen.Int[0, 47], Gen.Int[-100, 400]).List[1, 60].Sample(values =>
        {
            aggregates.Clear();
            uint sequence = 0;
            foreach ((int hour, int tenths) in values)
            {
                aggregates.Add(Measured(tenths / 10m, sequence++), ((ulong)hour * Hour) + 5);
            }

            return aggregates.Days(_sensor.PublicKey.Kid, "temp").All(day =>
            {
                double[] expected = [.. values.Where(value => value.Item1 / 24 == (day.Start - DateTimeOffset.UnixEpoch).Days).Select(value => value.Item2 / 10d)];
                return day.Count == (ulong)expected.Length && day.Min == expected.Min() && day.Max == expected.Max() && Math.Abs(day.Mean - expected.Average()) < 1e-9;
            });
        }, iter: 20, threads: 1);
    }

    [Fact]
    public void Readings_count_where_they_are_and_rollups_where_readings_are_gone()
    {
        HomeAggregates aggregates = new();
        aggregates.Add(Measured(20, 0), 5);
        aggregates.Add(Measured(22, 1), 6);
        aggregates.Add(Rolled(0, 2, 21, 20, 22));
        aggregates.Add(Rolled(1, 6, 18, 15, 21));
        IReadOnlyList<Aggregate> hours = aggregates.Hours(_sensor.PublicKey.Kid, "temp");
        Assert.Equal([(2UL, 21d), (6UL, 18d)], hours.Select(hour => (hour.Count, hour.Mean)));
        Aggregate day = Assert.Single(aggregates.Days(_sensor.PublicKey.Kid, "temp"));
        Assert.Equal((8UL, 18.75, 15d, 22d), (day.Count, day.Mean, day.Min, day.Max));
    }

    [Fact]
    public void Several_rollups_of_one_hour_add_up()
    {
        HomeAggregates aggregates = new();
        aggregates.Add(Rolled(3, 1, 10, 10, 10));
        aggregates.Add(Rolled(3, 3, 20, 18, 22));
        Aggregate hour = Assert.Single(aggregates.Hours(_sensor.PublicKey.Kid, "temp"));
        Assert.Equal((4UL, 17.5, 10d, 22d), (hour.Count, hour.Mean, hour.Min, hour.Max));
    }

    private Reading Measured(decimal value, uint sequence) =>
        Reading.Sign(_sensor, new ReadingNumber(1, sequence), [new Measurement("temp", "Cel", Number.From(value))]);

    private Rollup Rolled(ulong hour, ulong count, double mean, double min, double max) =>
        new(_sensor.PublicKey.Kid, "temp", hour * Hour, Hour, count, Number.From(mean), Number.From(min), Number.From(max));
}
