namespace Sealway.App;

/// <summary>One hour of one sensor's metric: what its readings give, and what the gateway's rollups say.</summary>
/// <param name="Readings">From the readings that could be opened.</param>
/// <param name="Rollups">From the rollups.</param>
internal readonly record struct HourTotals(Totals Readings, Totals Rollups)
{
    /// <summary>Readings are exact; rollups count where they stand for more, because readings are gone.</summary>
    public Totals Best => Rollups.Count > Readings.Count ? Rollups : Readings;
}
