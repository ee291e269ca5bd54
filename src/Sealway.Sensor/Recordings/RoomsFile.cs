namespace Sealway.Sensor.Recordings;

using System.Globalization;
using Sealway.Sensor.Sampling;

/// <summary>A house: columns <c>T1, RH_1, T2, RH_2 …</c> for its rooms and <c>T_out, RH_out</c> for the weather station. Each room is a recording of its own.</summary>
internal static class RoomsFile
{
    // What the source says of the rooms of its house; room 6 is outside its north wall.
    private static readonly string[] Rooms = ["kitchen", "living room", "laundry", "office", "bathroom", "outside, north wall", "ironing room", "teenager's room", "parents' room"];

    public static bool Recognises(TextTable header) => header.Column("date") >= 0 && (header.Column("T_out") >= 0 || RoomNumbers(header).Count > 0);

    public static IEnumerable<Recording> Open(string file, TextTable header)
    {
        header.Require("date");
        string name = Path.GetFileNameWithoutExtension(file);
        foreach (int number in RoomNumbers(header))
        {
            string text = number.ToString(CultureInfo.InvariantCulture);
            yield return Open(file, $"{name}/room-{text}", number <= Rooms.Length ? Rooms[number - 1] : "", "T" + text, "RH_" + text);
        }

        if (header.Column("T_out") >= 0 || header.Column("RH_out") >= 0)
        {
            yield return Open(file, $"{name}/outside", "weather station", "T_out", "RH_out");
        }
    }

    private static Recording Open(string file, string name, string description, string temperature, string humidity)
    {
        (string, Metric)[] columns = [(temperature, Metric.Temperature), (humidity, Metric.Humidity)];
        return new Recording(RecordingKind.Room, name, description, file, () => TimedTable.Read(file, "date", Clock.Date, columns));
    }

    private static SortedSet<int> RoomNumbers(TextTable header)
    {
        SortedSet<int> numbers = [];
        foreach (string column in header.Columns)
        {
            ReadOnlySpan<char> digits =
                column.StartsWith("RH_", StringComparison.OrdinalIgnoreCase) ? column.AsSpan(3) :
                column.StartsWith('T') || column.StartsWith('t') ? column.AsSpan(1) : default;
            if (int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is > 0 and < 1_000 && digits[0] != '0')
            {
                numbers.Add(number);
            }
        }

        return numbers;
    }
}
