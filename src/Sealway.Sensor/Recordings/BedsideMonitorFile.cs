namespace Sealway.Sensor.Recordings;

using Sealway.Sensor.Sampling;

/// <summary>A bedside monitor's numerics. What is known of the patient lies in a file beside it, <c>…_Fix.txt</c>.</summary>
internal static class BedsideMonitorFile
{
    private const string Ending = "_Numerics";

    private static readonly (string Column, Metric Metric)[] Columns =
    [
        ("HR", Metric.HeartRate), ("PULSE", Metric.Pulse), ("RESP", Metric.RespirationRate), ("SpO2", Metric.OxygenSaturation),
    ];

    /// <summary>Whether a file's name is that of such a file.</summary>
    public static bool Names(string file) => Path.GetFileNameWithoutExtension(file).EndsWith(Ending, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a header is that of such a file. The waveforms of the same source also have a column RESP: their column PLETH tells them apart.</summary>
    public static bool Recognises(TextTable header) =>
        TimeColumn(header) is not null && header.Column("Parameter") < 0 && header.Column("PLETH") < 0
        && (header.Column("HR") >= 0 || header.Column("PULSE") >= 0 || header.Column("SpO2") >= 0);

    public static Recording Open(string file, TextTable header)
    {
        string time = TimeColumn(header) ?? throw new RecordingException(file, header.HeaderLine, "the header has no column 'Time [s]'");
        string name = Path.GetFileNameWithoutExtension(file);
        name = Names(file) ? name[..^Ending.Length] : name;
        return new Recording(RecordingKind.BedsideMonitor, name, Describe(file, name), file, () => TimedTable.Read(file, time, Clock.Seconds, Columns));
    }

    private static string? TimeColumn(TextTable header) => header.Columns.FirstOrDefault(column => column.StartsWith("time", StringComparison.OrdinalIgnoreCase));

    private static string Describe(string file, string name)
    {
        string beside = Path.Combine(Path.GetDirectoryName(file) ?? "", name + "_Fix.txt");
        if (!File.Exists(beside))
        {
            return "";
        }

        string? age = null;
        string? sex = null;
        string? ward = null;
        using LineReader lines = new(beside);
        while (lines.Next() is { } line)
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
            {
                continue;
            }

            string value = line[(colon + 1)..].Trim();
            bool missing = FieldText.IsMissing(value) || value.Length > 32;
            switch (line[..colon].Trim().ToUpperInvariant())
            {
                case "AGE":
                    age = missing ? null : "age " + value;
                    break;
                case "GENDER" or "SEX":
                    sex = missing ? null : value is "M" or "m" ? "male" : value is "F" or "f" ? "female" : null;
                    break;
                case "LOCATION" or "WARD":
                    ward = missing ? null : value;
                    break;
                default:
                    break;
            }
        }

        return string.Join(", ", new[] { age, sex, ward }.Where(part => part is not null));
    }
}
