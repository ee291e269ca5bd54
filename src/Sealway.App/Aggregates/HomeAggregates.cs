namespace Sealway.App;

using Sealway.Messages;

/// <summary>What was measured, by sensor, metric and hour. In memory only; made again from the log at each start. Safe for use by several threads.</summary>
public sealed class HomeAggregates
{
    private const ulong HourMilliseconds = Rollup.LongestMilliseconds;
    private const ulong HoursADay = 24;

    // The last whole day of the calendar.
    private static readonly ulong _lastHour = (ulong)(DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).TotalDays * HoursADay;

    private readonly Dictionary<(Kid Sensor, string Metric), SortedDictionary<ulong, HourTotals>> _hours = [];
    private readonly Lock _lock = new();

    /// <summary>The sensors and metrics there are.</summary>
    public IReadOnlyList<(Kid Sensor, string Metric)> Series
    {
        get
        {
            lock (_lock)
            {
                return [.. _hours.Keys.OrderBy(key => key.Sensor).ThenBy(key => key.Metric, StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Each hour of a sensor's metric, in order.</summary>
    public IReadOnlyList<Aggregate> Hours(Kid sensor, string metric) => Combine(sensor, metric, 1);

    /// <summary>Each day (UTC) of a sensor's metric, in order: its hours combined, exactly.</summary>
    public IReadOnlyList<Aggregate> Days(Kid sensor, string metric) => Combine(sensor, metric, HoursADay);

    internal void Add(Reading reading, ulong arrival) => Add(reading, arrival, (hour, value) => hour with { Readings = hour.Readings.With(value) });

    /// <summary>A reading that is held and does not count.</summary>
    internal void Leave(Reading reading, ulong arrival) => Add(reading, arrival, (hour, _) => hour with { NotCounted = hour.NotCounted + 1 });

    internal void Add(Rollup rollup)
    {
        lock (_lock)
        {
            ulong hour = rollup.StartMilliseconds / HourMilliseconds;
            if (hour >= _lastHour)
            {
                return;
            }

            SortedDictionary<ulong, HourTotals> hours = Of(rollup.Sensor, rollup.Metric);
            HourTotals before = hours.GetValueOrDefault(hour);
            Totals totals = new(rollup.Count, rollup.Mean.ToDouble() * rollup.Count, rollup.Min.ToDouble(), rollup.Max.ToDouble());
            hours[hour] = before with { Rollups = before.Rollups.And(totals) };
        }
    }

    internal void Clear()
    {
        lock (_lock)
        {
            _hours.Clear();
        }
    }

    private void Add(Reading reading, ulong arrival, Func<HourTotals, double, HourTotals> add)
    {
        lock (_lock)
        {
            foreach (Measurement measurement in reading.Measurements)
            {
                // Any time at all can be stated; years that no calendar has are of no use to anyone.
                ulong hour = measurement.MeasuredAt(arrival) / HourMilliseconds;
                if (hour < _lastHour)
                {
                    SortedDictionary<ulong, HourTotals> hours = Of(reading.Kid, measurement.Name);
                    hours[hour] = add(hours.GetValueOrDefault(hour), measurement.Value.ToDouble());
                }
            }
        }
    }

    private SortedDictionary<ulong, HourTotals> Of(Kid sensor, string metric)
    {
        if (!_hours.TryGetValue((sensor, metric), out SortedDictionary<ulong, HourTotals>? hours))
        {
            _hours.Add((sensor, metric), hours = []);
        }

        return hours;
    }

    private List<Aggregate> Combine(Kid sensor, string metric, ulong hoursEach)
    {
        lock (_lock)
        {
            if (!_hours.TryGetValue((sensor, metric), out SortedDictionary<ulong, HourTotals>? hours))
            {
                return [];
            }

            List<Aggregate> combined = [];
            foreach (IGrouping<ulong, KeyValuePair<ulong, HourTotals>> group in hours.GroupBy(pair => pair.Key / hoursEach))
            {
                Totals totals = group.Aggregate(default(Totals), (sum, pair) => sum.And(pair.Value.Best));
                if (totals.Count == 0)
                {
                    continue;
                }

                combined.Add(new Aggregate(
                    sensor,
                    metric,
                    DateTimeOffset.UnixEpoch + TimeSpan.FromHours(group.Key * hoursEach),
                    TimeSpan.FromHours(hoursEach),
                    totals.Count,
                    totals.Sum / totals.Count,
                    totals.Min,
                    totals.Max));
            }

            return combined;
        }
    }
}
