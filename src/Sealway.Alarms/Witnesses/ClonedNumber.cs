namespace Sealway.Alarms;

/// <summary>Evidence of a cloned key: two contents under one number, both signed, in two logs. The entries themselves are the evidence; this says where they stand.</summary>
/// <param name="Sensor">The sensor's kid, in hex.</param>
/// <param name="Boot">The number's boot.</param>
/// <param name="Sequence">The number.</param>
/// <param name="Log">The one log.</param>
/// <param name="Index">The entry there.</param>
/// <param name="OtherLog">The other log.</param>
/// <param name="OtherIndex">The entry there.</param>
internal sealed record ClonedNumber(string Sensor, uint Boot, uint Sequence, string Log, ulong Index, string OtherLog, ulong OtherIndex)
{
    /// <summary>How many are kept in each log that found them; further ones are not.</summary>
    public const int Most = 256;

    /// <summary>How many a health report lists.</summary>
    public const int MostListed = 32;

    /// <summary>The same, whichever of the two logs found it.</summary>
    public ClonedNumber Ordered() => string.CompareOrdinal(Log, OtherLog) <= 0 ? this : this with { Log = OtherLog, Index = OtherIndex, OtherLog = Log, OtherIndex = Index };

    /// <summary>The evidence that the logs of a fleet keep, each once, by rising place.</summary>
    public static IReadOnlyList<ClonedNumber> Of(IEnumerable<LogTally> tallies) =>
        [.. tallies.SelectMany(tally => tally.Clones).Select(one => one.Ordered()).Distinct().OrderBy(one => one.Log, StringComparer.Ordinal).ThenBy(one => one.Index)];

    /// <summary>The evidence as a health report lists it, at cloud and archive alike.</summary>
    public static object[] Listed(IReadOnlyList<ClonedNumber> clones) => [.. clones.Take(MostListed).Select(one => new OrderedDictionary<string, object>
    {
        ["sensor"] = one.Sensor,
        ["number"] = $"{one.Boot}.{one.Sequence}",
        ["log"] = one.Log,
        ["index"] = one.Index,
        ["otherLog"] = one.OtherLog,
        ["otherIndex"] = one.OtherIndex,
    })];

    /// <summary>What it says to a person.</summary>
    public override string ToString() =>
        $"other content stands under number {Boot}.{Sequence} in entry {Index} of {Log} than in entry {OtherIndex} of {OtherLog}, both signed: the sensor's key is cloned. Revoke it; `sealway archive prove --log L --index I` gives the evidence of each";
}
