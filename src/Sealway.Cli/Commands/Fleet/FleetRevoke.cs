namespace Sealway.Cli.Commands;

using System.CommandLine;
using System.Globalization;
using Sealway.Cli.Hosting;
using Sealway.Fleet;
using Sealway.Messages;
using Command = System.CommandLine.Command;

/// <summary><c>sealway fleet revoke PARTY --reason WORDS</c>.</summary>
internal static class FleetRevoke
{
    public static Command Create()
    {
        Argument<string> party = new("party") { Description = "Whose key, by name or kid." };
        Option<string> reason = new("--reason") { Description = "Why, in words.", Required = true };
        Option<DateTimeOffset?> since = Instant.Option("--since", "From when on it does not count; now if left out. As in 2031-05-04T12:30Z.");
        Option<string?> last = new("--last") { Description = "The last that counts: a sensor's BOOT.SEQUENCE, a gateway's GENERATION/SIZE, an app's command number." };
        Command command = new("revoke", "Withdraw a key. A status that lists it follows at once.") { party, reason, since, last };
        FleetPlace place = new(command);
        command.SetAction(async (result, stop) =>
        {
            LastThatCounts? counts = Last(result.GetValue(last));
            Authority authority = await place.OpenAuthorityAsync(result, stop).ConfigureAwait(false);
            await using (authority.ConfigureAwait(false))
            {
                Party who = Chosen.Find(authority.Registry, result.GetRequiredValue(party));
                ulong from = Instant.Milliseconds(result.GetValue(since));
                Require(authority.Registry, who, from, counts);
                await StatementRefused.Watch(authority.RevokeAsync(new Revocation(who.Kid, from, result.GetRequiredValue(reason), counts), stop)).ConfigureAwait(false);
                await result.InvocationConfiguration.Output.WriteLineAsync($"revoked {who.Role.Word()} {who.Name}, key {who.Kid}").ConfigureAwait(false);
            }

            return ExitCode.Clean;
        });
        return command;
    }

    // Says what the registry would only call a contradiction.
    private static void Require(RegistryView registry, Party who, ulong from, LastThatCounts? last)
    {
        if (who.Kid == registry.Authority.Kid)
        {
            throw new UserError("the authority's key cannot revoke itself", mend: "name another party; see sealway fleet show", code: ExitCode.Usage);
        }

        if (registry.WithdrawalOf(who.Kid) is { } earlier && from >= earlier.SinceMilliseconds)
        {
            throw new UserError($"{who.Name}'s key {who.Kid} was withdrawn before, from {Instant.Text(earlier.SinceMilliseconds)} on: {earlier.Reason}", mend: "to move that back, name an earlier time with --since");
        }

        bool fits = last is null || who.Role switch
        {
            Role.Sensor => last.Reading is not null,
            Role.Gateway => last.Log is not null,
            Role.App => last.Command is not null,
            _ => false,
        };
        if (!fits)
        {
            throw new UserError(
                $"this is not what a {who.Role.Word()} says last",
                "--last",
                who.Role switch
                {
                    Role.Sensor => "write the reading's BOOT.SEQUENCE, for example 3.1041",
                    Role.Gateway => "write the log's GENERATION/SIZE, for example 0/5120",
                    Role.App => "write the command's number, for example 17",
                    _ => "leave it out: --since decides",
                },
                ExitCode.Usage);
        }
    }

    private static LastThatCounts? Last(string? text)
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
