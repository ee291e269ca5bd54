namespace Sealway.Cli.Hosting;

using System.Buffers;
using System.Globalization;

/// <summary>Spans of time as people write them: <c>200ms</c>, <c>5s</c>, <c>1.5h</c>, <c>1h30m</c>, <c>7d</c>.</summary>
internal static class Durations
{
    private static readonly SearchValues<char> Figures = SearchValues.Create("0123456789.");

    // The longest first: "ms" before "m".
    private static readonly (string Unit, long Ticks)[] Units =
    [
        ("ms", TimeSpan.TicksPerMillisecond),
        ("d", TimeSpan.TicksPerDay),
        ("h", TimeSpan.TicksPerHour),
        ("m", TimeSpan.TicksPerMinute),
        ("s", TimeSpan.TicksPerSecond),
    ];

    /// <summary>Reads a duration of one or more numbers, each with its unit, larger units first; at most a thousand years.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        ReadOnlySpan<char> rest = text;
        decimal total = 0;
        long above = long.MaxValue;
        do
        {
            int digits = rest.IndexOfAnyExcept(Figures);
            if (digits is <= 0 or > 15
                || !decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal count)
                || !char.IsAsciiDigit(rest[0])
                || !char.IsAsciiDigit(rest[digits - 1]))
            {
                return false;
            }

            rest = rest[digits..];
            long ticks = 0;
            foreach ((string unit, long size) in Units)
            {
                if (rest.StartsWith(unit, StringComparison.Ordinal))
                {
                    ticks = size;
                    rest = rest[unit.Length..];
                    break;
                }
            }

            total += count * ticks;
            if (ticks == 0 || ticks >= above || total > 366_000m * TimeSpan.TicksPerDay)
            {
                return false;
            }

            above = ticks;
        }
        while (!rest.IsEmpty);

        duration = new((long)total);
        return true;
    }

    /// <summary>Writes a duration in the largest unit that divides it: <c>90s</c>, <c>1h</c>.</summary>
    public static string Format(TimeSpan duration)
    {
        foreach ((string unit, long ticks) in Units.Skip(1).Append(Units[0]))
        {
            if (duration.Ticks != 0 && duration.Ticks % ticks == 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks / ticks}{unit}");
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.#######}s");
    }
}
