namespace Sealway.Alarms;

using Sealway.Messages;

/// <summary>
/// What the trails of all logs of a fleet come to: gaps over all of them, and how often a reading stands in a further log.
/// A pure function of the trails, so that what comes later, in whichever log, changes it.
/// </summary>
/// <param name="Gaps">Places within boots at which numbers are missing in every log.</param>
/// <param name="Missing">Numbers that are missing in every log.</param>
/// <param name="Again">How often a reading stands in a log beyond the first.</param>
/// <param name="ValidAgain">How many of these are valid.</param>
/// <param name="Forgotten">Runs of numbers that are forgotten: see <see cref="SensorTrail.MostRuns"/>.</param>
internal readonly record struct WitnessCounts(ulong Gaps, ulong Missing, ulong Again, ulong ValidAgain, ulong Forgotten)
{
    /// <summary>Counts over all logs.</summary>
    public static WitnessCounts Of(IEnumerable<LogTrails> logs)
    {
        Dictionary<Kid, List<SensorTrail>> sensors = [];
        foreach ((Kid sensor, SensorTrail trail) in logs.SelectMany(log => log.Sensors))
        {
            if (!sensors.TryGetValue(sensor, out List<SensorTrail>? trails))
            {
                sensors[sensor] = trails = [];
            }

            trails.Add(trail);
        }

        return sensors.Values.Aggregate(default(WitnessCounts), (sum, trails) => sum.Plus(trails));
    }

    private WitnessCounts Plus(List<SensorTrail> trails)
    {
        ReadingNumber? floor = trails.Max(trail => trail.Floor);
        (ulong gaps, ulong missing) = (Gaps, Missing);
        foreach (SensorTrail trail in trails)
        {
            // Where a log has forgotten, each counts as it alone shows it.
            gaps += trail.Gaps;
            missing += trail.Missing;
            ReadingNumber? last = trail.Floor;
            foreach (NumberRun run in trail.Runs.TakeWhile(run => run.Begin <= floor))
            {
                Gap(run.MissingAfter(last));
                last = run.End;
            }
        }

        NumberRun[] all = [.. trails.SelectMany(trail => trail.Runs).OrderBy(run => run.Begin)];
        ReadingNumber? reached = floor;
        foreach (NumberRun run in all.Where(run => floor is null || run.End > floor))
        {
            Gap(run.MissingAfter(reached));
            reached = reached is null || run.End > reached ? run.End : reached;
        }

        ulong forgotten = trails.Aggregate(Forgotten, (sum, trail) => sum + trail.Forgotten);
        return trails.Count == 1
            ? this with { Gaps = gaps, Missing = missing, Forgotten = forgotten }
            : new WitnessCounts(gaps, missing, Again + Doubled(all), ValidAgain + Doubled(all.Where(run => !run.IsDoubtful)), forgotten);

        void Gap(ulong count)
        {
            gaps += count > 0 ? 1u : 0;
            missing += count;
        }
    }

    // How many numbers come again, of runs by rising first number.
    private static ulong Doubled(IEnumerable<NumberRun> runs)
    {
        ulong doubled = 0;
        ReadingNumber? reached = null;
        foreach (NumberRun run in runs)
        {
            if (reached is { } last && last.Boot == run.Boot && last.Sequence >= run.First)
            {
                doubled += (ulong)Math.Min(last.Sequence, run.Last) - run.First + 1;
            }

            reached = reached is null || run.End > reached ? run.End : reached;
        }

        return doubled;
    }
}
