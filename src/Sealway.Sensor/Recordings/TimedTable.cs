namespace Sealway.Sensor.Recordings;

using Sealway.Sensor.Sampling;

/// <summary>A file with a time column and a column for each metric, a sample a row.</summary>
internal static class TimedTable
{
    /// <summary>The samples of a file.</summary>
    /// <param name="file">The path.</param>
    /// <param name="timeColumn">The time column's name.</param>
    /// <param name="clock">How it is written.</param>
    /// <param name="columns">Which columns to take; one that the header lacks is passed over.</param>
    public static IEnumerable<Sample> Read(string file, string timeColumn, Clock clock, IReadOnlyList<(string Column, Metric Metric)> columns)
    {
        using TextTable table = new(file);
        int timeIndex = table.Require(timeColumn);
        List<(int Index, Metric Metric)> taken = [];
        foreach ((string column, Metric metric) in columns)
        {
            int index = table.Column(column);
            if (index >= 0)
            {
                taken.Add((index, metric));
            }
        }

        TimeSpan? start = clock == Clock.Seconds ? TimeSpan.Zero : null;
        TimeSpan last = TimeSpan.MinValue;
        while (table.Next())
        {
            int shift = 0;
            TimeSpan time = Time(table, timeIndex, timeColumn, clock, ref shift);
            List<MetricValue> values = new(taken.Count);
            foreach ((int index, Metric metric) in taken)
            {
                ReadOnlySpan<char> field = table.Row[index + shift];
                if (FieldText.IsMissing(field))
                {
                    continue;
                }

                if (!FieldText.TryNumber(field, out decimal value))
                {
                    throw table.Mistake($"column '{table.Columns[index]}' holds no number");
                }

                values.Add(new MetricValue(metric, value));
            }

            start ??= time;
            TimeSpan since = time - start.Value;
            // A clock that was set back: the sample follows the one before at once.
            since = since < last ? last : since;
            last = since;
            if (values.Count > 0)
            {
                yield return new Sample(since, values);
            }
        }
    }

    private static TimeSpan Time(TextTable table, int index, string column, Clock clock, ref int shift)
    {
        if (clock == Clock.Seconds)
        {
            return FieldText.TrySeconds(table.Row[index], out TimeSpan seconds) ? seconds : throw table.Mistake($"column '{column}' holds no time in seconds");
        }

        if (FieldText.TryDate(table.Row[index], out TimeSpan date))
        {
            return date;
        }

        // Files written with row names have one field more than the header has columns: an unnamed number comes first.
        if (FieldText.TryDate(table.Row[index + 1], out date))
        {
            shift = 1;
            return date;
        }

        throw table.Mistake($"column '{column}' holds no date and time (expected 'yyyy-MM-dd HH:mm:ss' or 'd/M/yyyy H:mm')");
    }
}
