namespace Sealway.Cli.Commands;

using System.CommandLine;
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
            LastThatCounts? counts = LastCounted.Parse(result.GetValue(last));
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

        LastCounted.RequireFits(last, who.Role);
    }
}
