namespace Sealway.Cli.Commands;

using System.CommandLine;
using System.Globalization;
using Sealway.Cli.Hosting;
using Sealway.Cli.Roles;
using Sealway.Fleet;
using Sealway.Messages;
using Command = System.CommandLine.Command;

/// <summary><c>sealway fleet rekey PARTY --from DIR --out DIR</c>: new keys for a party; <c>sealway fleet rekey registrar</c> for the registrar.</summary>
internal static class FleetRekey
{
    // The issuer's own certificate is valid no longer.
    private const int MostDays = 30 * 365;

    public static Command Create()
    {
        Argument<string> party = new("party") { Description = "Whose keys, by name or kid: a sensor's, gateway's, cloud's, archive's, or the registrar's." };
        Option<string?> from = new("--from") { Description = "The party's folder with its present keys; the registrar's is in the fleet's folder." };
        Option<string?> output = new("--out") { Description = "The folder that gets the new keys; nothing is there yet." };
        Option<DateTimeOffset?> since = Instant.Option("--since", "From when on the old key does not count; now if left out. As in 2031-05-04T12:30Z.");
        Option<string?> last = new("--last") { Description = "The last under the old key that counts: a sensor's BOOT.SEQUENCE, a gateway's GENERATION/SIZE." };
        Option<int> days = new("--days") { Description = "How long the TLS certificate is valid.", DefaultValueFactory = _ => (int)CertificateIssuer.DefaultValidity.TotalDays };
        Option<string?> unlock = new("--unlock-with") { Description = "A file whose first line unlocks the party's present keys." };
        Option<string?> locked = new("--lock-with") { Description = "A file whose first line locks the new keys; readable by its owner alone." };
        Command command = new("rekey", "Give a party new keys, which the old ones name.") { party, from, output, since, last, days, unlock, locked };
        FleetPlace place = new(command);
        command.SetAction(async (result, stop) =>
        {
            LastThatCounts? counts = LastCounted.Parse(result.GetValue(last));
            int valid = result.GetValue(days);
            if (valid is < 1 or > MostDays)
            {
                throw new UserError(string.Create(CultureInfo.InvariantCulture, $"{valid} days is no time for which a certificate can be valid"), "--days", $"write 1 to {MostDays}", ExitCode.Usage);
            }

            Authority authority = await place.OpenAuthorityAsync(result, stop).ConfigureAwait(false);
            await using (authority.ConfigureAwait(false))
            {
                Party who = Chosen.Find(authority.Registry, result.GetRequiredValue(party), Role.Sensor, Role.Gateway, Role.Cloud, Role.Archive, Role.Registrar);
                Party made;
                string where;
                if (who.Role == Role.Registrar)
                {
                    RequireNone(result, from, output, since, last, unlock, locked);
                    Require(who.Kid == authority.Registrar.Identity.Kid, who, place.Folder(result));
                    made = await Stated(authority.RekeyRegistrarAsync(stop)).ConfigureAwait(false);
                    where = new FleetFolder(place.Folder(result)).Registrar;
                }
                else
                {
                    LastCounted.RequireFits(counts, who.Role);
                    where = Given(result, output, "the folder that gets the new keys");
                    string folder = Given(result, from, $"the folder with the present keys of {who.Name}");
                    using Identity old = Load(folder, result.GetValue(unlock));
                    Require(old.Name == who.Name && old.Role == who.Role && old.Fleet == authority.Name, who, folder);
                    ulong? begins = result.GetValue(since) is { } time ? Instant.Milliseconds(time) : null;
                    made = await Stated(Begin(authority, old, where, Passphrase.Read(result.GetValue(locked)), begins, counts, TimeSpan.FromDays(valid), stop)).ConfigureAwait(false);
                }

                await result.InvocationConfiguration.Output.WriteLineAsync($"{made.Role.Word()} {made.Name} has the key {made.Kid}, in {where}").ConfigureAwait(false);
            }

            return ExitCode.Clean;
        });
        return command;
    }

    private static void RequireNone(ParseResult result, params Option[] options)
    {
        if (options.FirstOrDefault(option => result.GetResult(option) is { Implicit: false }) is { } given)
        {
            throw new UserError("the registrar's keys lie in the fleet's folder and are replaced there, at once", given.Name, "leave it out", ExitCode.Usage);
        }
    }

    private static string Given(ParseResult result, Option<string?> option, string what) =>
        result.GetValue(option) ?? throw new UserError($"which is {what}?", option.Name, $"add {option.Name} DIR", ExitCode.Usage);

    private static void Require(bool belongs, Party who, string folder)
    {
        if (!belongs)
        {
            throw new UserError(
                $"the keys there are not those of {who.Role.Word()} {who.Name}",
                folder,
                "name its folder with --from; where the old key is lost, revoke it and enrol another party under a new name",
                ExitCode.Usage);
        }
    }

    private static Identity Load(string folder, string? unlock)
    {
        char[] passphrase = Passphrase.Read(unlock);
        try
        {
            return Identity.Load(folder, passphrase);
        }
        finally
        {
            Array.Clear(passphrase);
        }
    }

    private static Task<Party> Begin(
        Authority authority, Identity old, string output, char[] passphrase, ulong? since, LastThatCounts? last, TimeSpan validity, CancellationToken stop)
    {
        try
        {
            return authority.RekeyAsync(old, output, passphrase, since, last, validity, stop);
        }
        finally
        {
            Array.Clear(passphrase);
        }
    }

    private static async Task<Party> Stated(Task<Party> stating)
    {
        try
        {
            return await stating.ConfigureAwait(false);
        }
        catch (MessageException refused) when (refused.Reason == Refusal.Revoked)
        {
            throw new UserError("the old key counts no more, so that it can name no other", mend: "enrol another party under a new name; see sealway fleet show", cause: refused);
        }
        catch (MessageException refused)
        {
            throw StatementRefused.Because(refused);
        }
    }
}
