namespace Sealway.Sensor.Recordings;

using System.Globalization;
using Sealway.Sensor.Sampling;

/// <summary>An intensive-care chart: a line for each value, time since admission; lines of one time make one sample.</summary>
internal static class IntensiveCareFile
{
    private static readonly Dictionary<string, Metric> Parameters = new(StringComparer.OrdinalIgnoreCase)
    {
        ["HR"] = Metric.HeartRate,
        ["Temp"] = Metric.Temperature,
        ["SaO2"] = Metric.ArterialSaturation,
        ["RespRate"] = Metric.RespirationRate,
        ["NISysABP"] = Metric.CuffSystolic,
        ["NIDiasABP"] = Metric.CuffDiastolic,
        ["SysABP"] = Metric.Systolic,
        ["DiasABP"] = Metric.Diastolic,
        ["MAP"] = Metric.MeanPressure,
    };

    private static readonly Dictionary<string, Metric>.AlternateLookup<ReadOnlySpan<char>> ParameterLookup = Parameters.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly string[] Wards = ["coronary care", "cardiac surgery recovery", "medical intensive care", "surgical intensive care"];

    public static bool Recognises(TextTable header) => header.Column("Time") >= 0 && header.Column("Parameter") >= 0 && header.Column("Value") >= 0;

    public static Recording Open(string file) =>
        new(RecordingKind.IntensiveCare, Path.GetFileNameWithoutExtension(file), Describe(file), file, () => Read(file));

    private static IEnumerable<Sample> Read(string file)
    {
        using TextTable table = new(file);
        (int timeColumn, int parameterColumn, int valueColumn) = (table.Require("Time"), table.Require("Parameter"), table.Require("Value"));
        List<MetricValue> values = [];
        TimeSpan at = TimeSpan.MinValue;
        while (table.Next())
        {
            if (!FieldText.TryHours(table.Row[timeColumn], out TimeSpan time))
            {
                throw table.Mistake("column 'Time' holds no time hh:mm");
            }

            if (!ParameterLookup.TryGetValue(table.Row[parameterColumn], out Metric? metric) || Value(table, valueColumn) is not { } value)
            {
                continue;
            }

            // A line out of order joins the sample before it; a second value of a metric at one time begins a new sample.
            time = time < at ? at : time;
            if (values.Count > 0 && (time != at || values.Exists(held => held.Metric == metric)))
            {
                yield return new Sample(at, values);
                values = [];
            }

            at = time;
            values.Add(new MetricValue(metric, value));
        }

        if (values.Count > 0)
        {
            yield return new Sample(at, values);
        }
    }

    private static decimal? Value(TextTable table, int column)
    {
        ReadOnlySpan<char> field = table.Row[column];
        if (FieldText.IsMissing(field))
        {
            return null;
        }

        if (!FieldText.TryNumber(field, out decimal value))
        {
            throw table.Mistake("column 'Value' holds no number");
        }

        return value == -1 ? null : value;
    }

    /// <summary>Age, sex and ward stand in the lines of minute zero.</summary>
    private static string Describe(string file)
    {
        using TextTable table = new(file);
        (int timeColumn, int parameterColumn, int valueColumn) = (table.Require("Time"), table.Require("Parameter"), table.Require("Value"));
        string? age = null;
        string? sex = null;
        string? ward = null;
        while (table.Next() && FieldText.TryHours(table.Row[timeColumn], out TimeSpan time) && time == TimeSpan.Zero)
        {
            if (!FieldText.TryNumber(table.Row[valueColumn], out decimal value) || value < 0)
            {
                continue;
            }

            ReadOnlySpan<char> parameter = table.Row[parameterColumn];
            if (parameter.Equals("Age", StringComparison.OrdinalIgnoreCase))
            {
                age = "age " + value.ToString(CultureInfo.InvariantCulture);
            }
            else if (parameter.Equals("Gender", StringComparison.OrdinalIgnoreCase))
            {
                sex = value == 0 ? "female" : value == 1 ? "male" : null;
            }
            else if (parameter.Equals("ICUType", StringComparison.OrdinalIgnoreCase))
            {
                ward = value is 1 or 2 or 3 or 4 ? Wards[(int)value - 1] : null;
            }
        }

        return string.Join(", ", new[] { age, sex, ward }.Where(part => part is not null));
    }
}
