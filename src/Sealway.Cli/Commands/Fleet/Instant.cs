namespace Sealway.Cli.Commands;

using System.CommandLine;
using System.Globalization;

/// <summary>Times on the command line and in its output: UTC unless an offset is written.</summary>
internal static class Instant
{
    // The last millisecond that the calendar has.
    private const ulong Last = 253_402_300_799_999;

    public static Option<DateTimeOffset?> Option(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "time",
        CustomParser = argument =>
        {
            string text = argument.Tokens.Count > 0 ? argument.Tokens[^1].Value : string.Empty;
            if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) && time >= DateTimeOffset.UnixEpoch)
            {
                return time;
            }

            argument.AddError($"{name}: \"{text}\" is no time since 1970; write it as 2031-05-04T12:30Z");
            return null;
        },
    };

    /// <summary>Milliseconds since 1970; of now where no time is given.</summary>
    public static ulong Milliseconds(DateTimeOffset? time) => (ulong)(time ?? TimeProvider.System.GetUtcNow()).ToUnixTimeMilliseconds();

    public static string Text(ulong milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Min(milliseconds, Last)).UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
