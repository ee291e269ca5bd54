namespace Sealway.Sensor.Recordings;

using Sealway.Sensor.Sampling;

/// <summary>One room with presence, a row a minute. The known files name 7 columns and have 8 fields a row.</summary>
internal static class OccupancyFile
{
    private static readonly (string Column, Metric Metric)[] Columns =
    [
        ("Temperature", Metric.Temperature), ("Humidity", Metric.Humidity), ("Light", Metric.Light), ("CO2", Metric.CarbonDioxide), ("Occupancy", Metric.Occupied),
    ];

    public static bool Recognises(TextTable header) => header.Column("date") >= 0 && Columns.Any(column => header.Column(column.Column) >= 0);

    public static Recording Open(string file, TextTable header)
    {
        header.Require("date");
        return new Recording(RecordingKind.Occupancy, Path.GetFileNameWithoutExtension(file), "an office room", file, () => TimedTable.Read(file, "date", Clock.Date, Columns));
    }
}
