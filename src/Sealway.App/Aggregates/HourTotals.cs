namespace Sealway.App;

/// <summary>One hour of one sensor's metric: what its readings give, and what the gateway's rollups say.</summary>
/// <param name="Readings">From the readings that count.</param>
/// <param name="Rollups">From the rollups.</param>
/// <param name="NotCounted">Values that are held and do not count.</param>
internal readonly record struct HourTotals(Totals Readings, Totals Rollups, ulong NotCounted)
{
    /// <summary>Readings are exact; rollups count where they stand for more than is held. What is held and refused must not come back by way of its rollup.</summary>
    public Totals Best => Rollups.Count > Readings.Count + NotCounted ? Rollups : Readings;
}
