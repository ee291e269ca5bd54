namespace Sealway.Sensor.Recordings;

using System.Globalization;
using Sealway.Messages;

/// <summary>How numbers and times are written in recordings.</summary>
internal static class FieldText
{
    // Day before month, as the house files have it; a date that begins with a year is ISO 8601.
    private static readonly string[] DateForms =
    [
        "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd H:mm", "yyyy-MM-dd HH:mm:ss.FFFFFFF", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ss.FFFFFFF", "yyyy-MM-ddTHH:mm:ssZ",
        "yyyy/MM/dd HH:mm:ss", "yyyy/MM/dd H:mm", "d/M/yyyy H:mm", "d/M/yyyy H:mm:ss", "d-M-yyyy H:mm", "d-M-yyyy H:mm:ss", "d.M.yyyy H:mm", "d.M.yyyy H:mm:ss",
    ];

    /// <summary>Whether a field says that there is no reading.</summary>
    public static bool IsMissing(ReadOnlySpan<char> field) =>
        field.IsEmpty || Is(field, "nan") || Is(field, "na") || Is(field, "n/a") || Is(field, "null") || Is(field, "none") || Is(field, "-") || Is(field, "?")
        || Is(field.TrimStart("+-"), "inf") || Is(field.TrimStart("+-"), "infinity");

    /// <summary>A number with its digits as written (<c>91.93333333</c>, <c>2.90E+00</c> = 2.90); false where it is none, or beyond ±(2^53 − 1), what a reading can say.</summary>
    public static bool TryNumber(ReadOnlySpan<char> field, out decimal number) =>
        decimal.TryParse(field, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number)
        && Math.Abs(number) <= Limits.LargestNumber;

    /// <summary>Date and time, without a zone, as ticks.</summary>
    public static bool TryDate(ReadOnlySpan<char> field, out TimeSpan time)
    {
        bool good = DateTime.TryParseExact(field, DateForms, CultureInfo.InvariantCulture, DateTimeStyles.AllowInnerWhite | DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out DateTime date);
        time = TimeSpan.FromTicks(date.Ticks);
        return good;
    }

    /// <summary>Seconds, with or without decimals.</summary>
    public static bool TrySeconds(ReadOnlySpan<char> field, out TimeSpan time)
    {
        bool good = TryNumber(field, out decimal seconds) && Math.Abs(seconds) < 1_000_000_000_000m / 10;
        time = good ? TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond)) : default;
        return good;
    }

    /// <summary>Hours and minutes since the start, <c>hh:mm</c> or <c>hh:mm:ss</c>; hours may pass 24.</summary>
    public static bool TryHours(ReadOnlySpan<char> field, out TimeSpan time)
    {
        time = default;
        int seconds = 0;
        int colon = field.IndexOf(':');
        if (colon < 0 || !TryWhole(field[..colon], 999_999, out int hours))
        {
            return false;
        }

        ReadOnlySpan<char> rest = field[(colon + 1)..];
        int second = rest.IndexOf(':');
        if (second >= 0 && !TryWhole(rest[(second + 1)..], 59, out seconds))
        {
            return false;
        }

        if (!TryWhole(second < 0 ? rest : rest[..second], 59, out int minutes))
        {
            return false;
        }

        time = new TimeSpan(hours, minutes, seconds);
        return true;
    }

    private static bool TryWhole(ReadOnlySpan<char> field, int most, out int number) =>
        int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= most;

    private static bool Is(ReadOnlySpan<char> field, string word) => field.Equals(word, StringComparison.OrdinalIgnoreCase);
}
