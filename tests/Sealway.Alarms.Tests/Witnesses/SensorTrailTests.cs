namespace Sealway.Alarms.Tests.Witnesses;

using Sealway.Messages;

using Xunit;

public sealed class SensorTrailTests
{
    [Fact]
    public void Numbers_without_a_hole_are_one_run_wherever_they_come_from()
    {
        SensorTrail trail = Trail((1, 0, 10), (1, 1, 12), (1, 3, 20), (2, 0, 30));
        Assert.Equal([new NumberRun(1, 0, 1, 10, 12, false), new NumberRun(1, 3, 3, 20, 20, false), new NumberRun(2, 0, 0, 30, 30, false)], trail.Runs);
        SensorTrail filled = trail.With(new ReadingNumber(1, 2), 15, isDoubtful: false);
        Assert.Equal(new NumberRun(1, 0, 3, 10, 20, false), filled.Runs[0]);
        Assert.Same(filled, filled.With(new ReadingNumber(1, 2), 99, isDoubtful: false));
        Assert.Null(filled.Of(new ReadingNumber(2, 1)));
    }

    [Fact]
    public void Beyond_the_most_runs_the_oldest_is_forgotten_and_what_was_missing_stays_counted()
    {
        SensorTrail trail = SensorTrail.Empty;
        for (uint i = 0; i < SensorTrail.MostRuns + 10; i++)
        {
            trail = trail.With(new ReadingNumber(1, i * 3), i, isDoubtful: false);
        }

        Assert.Equal(SensorTrail.MostRuns, trail.Runs.Length);
        Assert.Equal((10ul, new ReadingNumber(1, 27)), (trail.Forgotten, trail.Floor));
        WitnessCounts counts = WitnessCounts.Of([Log(trail)]);
        Assert.Equal(((ulong)SensorTrail.MostRuns + 9, ((ulong)SensorTrail.MostRuns + 9) * 2, 10ul), (counts.Gaps, counts.Missing, counts.Forgotten));
    }

    [Fact]
    public void Over_all_logs_gaps_and_witnesses_are_those_of_the_numbers_themselves()
    {
        Random random = new(20);
        for (int round = 0; round < 300; round++)
        {
            List<HashSet<(uint Boot, uint Sequence)>> numbers = [];
            List<LogTrails> logs = [];
            for (int log = random.Next(1, 4); log > 0; log--)
            {
                HashSet<(uint, uint)> held = [.. Enumerable.Range(0, random.Next(1, 30)).Select(_ => ((uint)random.Next(1, 3), (uint)random.Next(0, 20)))];
                numbers.Add(held);
                ulong index = 2;
                logs.Add(Log(Trail([.. held.Order().Select(one => (one.Item1, one.Item2, index++))])));
            }

            SortedSet<(uint Boot, uint Sequence)> all = [.. numbers.SelectMany(held => held)];
            (ulong Gaps, ulong Missing) expected = default;
            (uint Boot, uint Sequence) before = all.Min;
            foreach ((uint Boot, uint Sequence) one in all.Skip(1))
            {
                ulong missing = one.Boot == before.Boot ? one.Sequence - before.Sequence - 1 : one.Sequence;
                expected = (expected.Gaps + (missing > 0 ? 1u : 0), expected.Missing + missing);
                before = one;
            }

            WitnessCounts counts = WitnessCounts.Of(logs);
            ulong again = (ulong)(numbers.Sum(held => held.Count) - all.Count);
            Assert.Equal((expected.Gaps, expected.Missing, again, again), (counts.Gaps, counts.Missing, counts.Again, counts.ValidAgain));
        }
    }

    [Fact]
    public void Trails_are_kept_as_their_bytes()
    {
        LogTrails trails = Log(Trail((1, 0, 3), (1, 1, 4), (1, 5, 9), (7, 2, 12)));
        Assert.Equal(trails.ToBytes(), LogTrails.FromBytes(trails.ToBytes()).ToBytes());
        Assert.Throws<MessageException>(() => LogTrails.FromBytes(trails.ToBytes().AsSpan(1)));
    }

    private static SensorTrail Trail(params (uint Boot, uint Sequence, ulong Index)[] numbers) =>
        numbers.Aggregate(SensorTrail.Empty, (trail, one) => trail.With(new ReadingNumber(one.Boot, one.Sequence), one.Index, isDoubtful: false));

    private static LogTrails Log(SensorTrail trail) => LogTrails.Of([new(Kid.Parse("0102030405060708"), trail)]);
}
