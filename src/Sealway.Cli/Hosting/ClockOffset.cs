namespace Sealway.Cli.Hosting;

using System.Globalization;

/// <summary>
/// A drill's setting: how far a role's clock is off. It comes from the environment, so that no configuration carries it by mistake into
/// earnest use: <c>-1h</c>, <c>+90d</c>, or <c>=1970-01-01T00:00:05Z</c>, the time that the clock has at the start.
/// </summary>
/// <param name="Text">As it was written.</param>
/// <param name="Offset">What the role's clock is ahead by; negative where it is behind.</param>
internal sealed record ClockOffset(string Text, TimeSpan Offset)
{
    /// <summary>The environment variable.</summary>
    public const string Variable = "SEALWAY_CLOCK_OFFSET";

    private static readonly string[] Forms = ["yyyy-MM-ddTHH:mm:ssZ", "yyyy-MM-ddTHH:mm:ss.fffZ"];

    /// <summary>Reads the setting.</summary>
    /// <param name="text">The variable's value; null or empty: the clock is as it is.</param>
    /// <param name="now">The time now by the machine's clock.</param>
    /// <returns>The setting, or null for none.</returns>
    /// <exception cref="UserError">It is not well-formed, or would set the clock before 1970 or beyond the year 9000.</exception>
    public static ClockOffset? Parse(string? text, DateTimeOffset now)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        TimeSpan? offset = text[0] switch
        {
            '+' when Durations.TryParse(text[1..], out TimeSpan ahead) => ahead,
            '-' when Durations.TryParse(text[1..], out TimeSpan behind) => -behind,
            '=' when DateTimeOffset.TryParseExact(text[1..], Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset start) => start - now,
            _ => null,
        };
        if (offset is not { } off)
        {
            throw Wrong(text, "is not a clock's offset");
        }

        long then = now.Ticks + off.Ticks;
        return then >= DateTimeOffset.UnixEpoch.Ticks && then < new DateTimeOffset(9000, 1, 1, 0, 0, 0, TimeSpan.Zero).Ticks
            ? new ClockOffset(text, off)
            : throw Wrong(text, "sets the clock before 1970 or beyond the year 9000");
    }

    private static UserError Wrong(string text, string what) =>
        new($"'{text}' {what}", Variable, "write -1h, +90d or =1970-01-01T00:00:05Z, or leave the variable out: it is for drills", ExitCode.Usage);
}
