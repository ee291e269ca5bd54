namespace Sealway.Gateway;

using Sealway.Messages;

/// <summary>Adds up what goes into the slots of one epoch, for each sensor, metric and hour; each reading is in exactly one rollup.</summary>
internal sealed class RollupTable
{
    // A sensor that states odd times makes an hour of its own for each; what is beyond is in its readings alone.
    private const int MostRows = 4_096;

    private readonly SortedDictionary<(ulong Hour, Kid Sensor, string Metric), RollupRow> _rows = new(Comparer<(ulong Hour, Kid Sensor, string Metric)>.Create(Compare));

    /// <summary>Adds a reading.</summary>
    /// <param name="reading">The reading.</param>
    /// <param name="arrival">Its arrival, milliseconds since 1970.</param>
    public void Add(Reading reading, ulong arrival)
    {
        foreach (Measurement measurement in reading.Measurements)
        {
            (ulong, Kid, string) place = (measurement.MeasuredAt(arrival) / Rollup.LongestMilliseconds, reading.Kid, measurement.Name);
            if (_rows.TryGetValue(place, out RollupRow? row))
            {
                row.Add(measurement.Value);
            }
            else if (_rows.Count < MostRows)
            {
                _rows.Add(place, new RollupRow(measurement.Value));
            }
        }
    }

    /// <summary>Takes the rollups of all hours that are over at a time.</summary>
    public IReadOnlyList<Rollup> TakeBefore(ulong at) => Take(at / Rollup.LongestMilliseconds);

    /// <summary>Takes all rollups, of the hour that goes on too.</summary>
    public IReadOnlyList<Rollup> TakeAll() => Take(ulong.MaxValue);

    private List<Rollup> Take(ulong hour)
    {
        List<Rollup> taken = [];
        foreach ((ulong Hour, Kid Sensor, string Metric) place in _rows.Keys.TakeWhile(place => place.Hour < hour).ToList())
        {
            _rows.Remove(place, out RollupRow? row);
            taken.Add(row!.ToRollup(place.Sensor, place.Metric, place.Hour * Rollup.LongestMilliseconds));
        }

        return taken;
    }

    private static int Compare((ulong Hour, Kid Sensor, string Metric) left, (ulong Hour, Kid Sensor, string Metric) right)
    {
        int order = left.Hour.CompareTo(right.Hour);
        order = order != 0 ? order : left.Sensor.CompareTo(right.Sensor);
        return order != 0 ? order : string.CompareOrdinal(left.Metric, right.Metric);
    }
}
