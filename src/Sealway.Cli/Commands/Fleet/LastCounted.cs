namespace Sealway.Cli.Commands;

using System.Globalization;
using Sealway.Cli.Hosting;
using Sealway.Fleet;
using Sealway.Messages;

/// <summary>The last that counts of a withdrawn key, as a person writes it: a sensor's BOOT.SEQUENCE, a gateway's GENERATION/SIZE, an app's command number.</summary>
internal static class LastCounted
{
    /// <exception cref="UserError">A party of this role says nothing of this form.</exception>
    public static void RequireFits(LastThatCounts? last, Role role)
    {
        bool fits = last is null || role switch
        {
            Role.Sensor => last.Reading is not null,
            Role.Gateway => last.Log is not null,
            Role.App => last.Command is not null,
            _ => false,
        };
        if (!fits)
        {
            throw new UserError(
                $"this is not what a {role.Word()} says last",
                "--last",
                role switch
                {
                    Role.Sensor => "write the reading's BOOT.SEQUENCE, for example 3.1041",
                    Role.Gateway => "write the log's GENERATION/SIZE, for example 0/5120",
                    Role.App => "write the command's number, for example 17",
                    _ => "leave it out: --since decides",
                },
                ExitCode.Usage);
        }
    }

    /// <exception cref="UserError">It is none of the three forms.</exception>
    public static LastThatCounts? Parse(string? text)
    {
        if (text is null)
        {
            return null;
        }

        string[] dotted = text.Split('.');
        string[] slashed = text.Split('/');
        return dotted.Length == 2 && Digits(dotted[0], uint.MaxValue) is { } boot && Digits(dotted[1], uint.MaxValue) is { } sequence
                ? new LastThatCounts(new ReadingNumber((uint)boot, (uint)sequence), null, null)
            : slashed.Length == 2 && Digits(slashed[0], LogId.LargestGeneration) is { } generation && Digits(slashed[1], Limits.LargestNumber) is { } size
                ? new LastThatCounts(null, (generation, size), null)
            : Digits(text, Limits.LargestNumber) is { } number
                ? new LastThatCounts(null, null, number)
            : throw new UserError($"\"{text}\" is none of the three", "--last", "write for example 3.1041 for a sensor, 0/5120 for a gateway, 17 for an app", ExitCode.Usage);
    }

    private static ulong? Digits(string text, ulong most) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) && number <= most ? number : null;
}
