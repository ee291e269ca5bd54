namespace Sealway.Alarms;

/// <summary>What all logs of a fleet come to together: gaps over all of them, each reading once however many logs hold it, and evidence of cloned keys.</summary>
/// <param name="Counts">What the trails come to.</param>
/// <param name="Clones">The evidence, each once.</param>
/// <param name="Uncompared">Numbers in two logs whose contents could not be compared.</param>
internal sealed record FleetTally(WitnessCounts Counts, IReadOnlyList<ClonedNumber> Clones, ulong Uncompared)
{
    /// <summary>How often a reading stands in a further log. Two contents under one number are two readings.</summary>
    public ulong WitnessedAgain => Less(Counts.Again, (ulong)Clones.Count);

    /// <summary>Counts over all logs.</summary>
    public static FleetTally Of(IReadOnlyList<LogTally> logs) => new(
        WitnessCounts.Of(logs.Select(log => log.Verdicts.Trails)),
        ClonedNumber.Of(logs),
        logs.Aggregate(0ul, (sum, log) => sum + log.Uncompared));

    /// <summary>Of the valid readings in each log, how many there are in the fleet.</summary>
    public ulong Once(ulong valid) => Less(valid, Less(Counts.ValidAgain, (ulong)Clones.Count));

    /// <summary>Adds to a health report what cloud and archive say alike.</summary>
    public void Report(OrderedDictionary<string, object> health)
    {
        health["witnessedAgain"] = WitnessedAgain;
        health["cloned"] = Clones.Count;
        health["clones"] = ClonedNumber.Listed(Clones);
        health["uncompared"] = Uncompared;
        health["runsForgotten"] = Counts.Forgotten;
    }

    private static ulong Less(ulong count, ulong by) => count > by ? count - by : 0;
}
