namespace Sealway.Cli.Commands;

using System.CommandLine;
using System.Globalization;
using System.Net;
using Sealway.Cli.Hosting;
using Sealway.Cli.Roles;
using Sealway.Fleet;
using Sealway.Messages;
using Command = System.CommandLine.Command;

/// <summary><c>sealway fleet …</c>: the authority's tool: who is who, on its own machine, in its own folder.</summary>
internal static class FleetCommand
{
    private static readonly Option<string> FleetOption = new("--fleet") { Description = "The fleet's folder.", DefaultValueFactory = _ => "fleet" };

    private static readonly Option<string?> PassphraseOption = new("--passphrase-file")
    {
        Description = "A file whose first line unlocks the authority's keys; readable by its owner alone.",
    };

    public static Command Create() => new("fleet", "Make and run a fleet: its authority, its registry, its parties' keys and certificates.")
    {
        Init(),
        Enrol(),
        Assign(),
        Revoke(),
        StatusNow(),
        Show(),
    };

    private static Command Init()
    {
        Argument<string> name = new("name") { Description = "The authority's and the fleet's name: 1 to 63 of a-z, 0-9 and -." };
        Command command = new("init", "Make a fleet: authority, registrar, issuer of certificates, recovery key, an empty registry.") { name, FleetOption, PassphraseOption };
        command.SetAction(async (result, stop) =>
        {
            string folder = result.GetRequiredValue(FleetOption);
            char[] passphrase = Passphrase.Read(result.GetValue(PassphraseOption));
            Task<Authority> made = Authority.InitAsync(result.GetRequiredValue(name), folder, passphrase, TimeProvider.System, stop);
            Array.Clear(passphrase);
            Authority authority = await made.ConfigureAwait(false);
            await using (authority.ConfigureAwait(false))
            {
                await result.InvocationConfiguration.Output.WriteLineAsync(
                    $"""
                    fleet {authority.Name} in {folder}
                      authority   {authority.Pin.Kid}; give everyone {Path.Combine(folder, "authority.pub")}: it is what they pin
                      recovery    move {Path.Combine(folder, "recovery.key")} to another safe place now
                      next        sealway fleet enrol gateway NAME --fleet {folder} --out DIR --host NAME
                    """).ConfigureAwait(false);
            }

            return ExitCode.Clean;
        });
        return command;
    }

    private static Command Enrol()
    {
        Argument<string> role = new("role") { Description = "What the party is." };
        role.AcceptOnlyFromAmong("sensor", "gateway", "cloud", "archive", "app");
        Argument<string> name = new("name") { Description = "Its name: 1 to 63 of a-z, 0-9 and -, never used before in this fleet." };
        Option<string> output = new("--out") { Description = "The folder that gets its keys.", Required = true };
        Option<string?> model = new("--model") { Description = "The maker's words." };
        Option<string[]> hosts = new("--host") { Description = "A DNS name or IP address by which a gateway or cloud is reached.", AllowMultipleArgumentsPerToken = true };
        Option<int> days = new("--days") { Description = "How long its TLS certificate is valid.", DefaultValueFactory = _ => 730 };
        Option<string?> partyPassphrase = new("--lock-with") { Description = "A file whose first line locks the party's keys." };
        Command command = new("enrol", "Make a party's keys and certificate, and enrol it in the registry.") { role, name, output, model, hosts, days, partyPassphrase, FleetOption, PassphraseOption };
        command.SetAction(async (result, stop) =>
        {
            if (!RoleWords.TryParse(result.GetRequiredValue(role), out Role word))
            {
                throw new UserError($"\"{result.GetRequiredValue(role)}\" is no role", code: ExitCode.Usage);
            }

            string[] reached = result.GetValue(hosts) ?? [];
            if (word is Role.Gateway or Role.Cloud && reached.Length == 0)
            {
                throw new UserError($"a {word.Word()} needs a name or address by which it is reached", mend: "add for example --host gateway.example --host 127.0.0.1", code: ExitCode.Usage);
            }

            string folder = result.GetRequiredValue(output);
            Authority authority = await Open(result, stop).ConfigureAwait(false);
            await using (authority.ConfigureAwait(false))
            {
                NewParty party = new(
                    word,
                    result.GetRequiredValue(name),
                    result.GetValue(model),
                    [.. reached.Where(host => !IPAddress.TryParse(host, out _))],
                    [.. reached.Select(host => IPAddress.TryParse(host, out IPAddress? address) ? address : null).OfType<IPAddress>()],
                    TimeSpan.FromDays(result.GetValue(days)));
                char[] locked = Passphrase.Read(result.GetValue(partyPassphrase));
                Task<Party> enrolled = authority.EnrolAsync(party, folder, locked, stop);
                Array.Clear(locked);
                Party made = await enrolled.ConfigureAwait(false);
                await result.InvocationConfiguration.Output.WriteLineAsync($"enrolled {made.Role.Word()} {made.Name}, key {made.Kid}, in {folder}").ConfigureAwait(false);
            }

            return ExitCode.Clean;
        });
        return command;
    }

    private static Command Assign()
    {
        Argument<string> sensor = new("sensor") { Description = "The sensor, by name or kid." };
        Option<string> gateway = new("--gateway") { Description = "The gateway's name.", Required = true };
        Option<string> subject = new("--subject") { Description = "A patient's pseudonym, or a room's opaque name.", Required = true };
        Option<string?> archive = new("--archive") { Description = "Whose countersignature makes a head final, by name or kid." };
        Option<DateTimeOffset?> since = new("--since") { Description = "From when on; now if left out." };
        Command command = new("assign", "Assign a sensor to a gateway and a subject.") { sensor, gateway, subject, archive, since, FleetOption, PassphraseOption };
        command.SetAction(async (result, stop) =>
        {
            Authority authority = await Open(result, stop).ConfigureAwait(false);
            await using (authority.ConfigureAwait(false))
            {
                Party who = Find(authority.Registry, result.GetRequiredValue(sensor), Role.Sensor);
                Party where = Find(authority.Registry, result.GetRequiredValue(gateway), Role.Gateway);
                Kid? final = result.GetValue(archive) is { } named ? Find(authority.Registry, named, Role.Archive).Kid : null;
                await authority.AssignAsync(new Assignment(who.Kid, where.Name, result.GetRequiredValue(subject), Milliseconds(result.GetValue(since)), final), stop).ConfigureAwait(false);
                await result.InvocationConfiguration.Output.WriteLineAsync($"assigned {who.Name} to {where.Name}, subject {result.GetRequiredValue(subject)}").ConfigureAwait(false);
            }

            return ExitCode.Clean;
        });
        return command;
    }

    private static Command Revoke()
    {
        Argument<string> party = new("party") { Description = "Whose key, by name or kid." };
        Option<string> reason = new("--reason") { Description = "Why, in words.", Required = true };
        Option<DateTimeOffset?> since = new("--since") { Description = "From when on; now if left out." };
        Option<string?> last = new("--last") { Description = "The last that counts: a sensor's BOOT.SEQUENCE, a gateway's GENERATION/SIZE, an app's command number." };
        Command command = new("revoke", "Withdraw a key.") { party, reason, since, last, FleetOption, PassphraseOption };
        command.SetAction(async (result, stop) =>
        {
            Authority authority = await Open(result, stop).ConfigureAwait(false);
            await using (authority.ConfigureAwait(false))
            {
                Party who = Find(authority.Registry, result.GetRequiredValue(party), role: null);
                await authority.RevokeAsync(new Revocation(who.Kid, Milliseconds(result.GetValue(since)), result.GetRequiredValue(reason), Last(result.GetValue(last))), stop).ConfigureAwait(false);
                await result.InvocationConfiguration.Output.WriteLineAsync($"revoked {who.Role.Word()} {who.Name}, key {who.Kid}").ConfigureAwait(false);
            }

            return ExitCode.Clean;
        });
        return command;
    }

    private static Command StatusNow()
    {
        Command command = new("status", "State every revocation so far; due at least daily, and before waybills of today are made.") { FleetOption, PassphraseOption };
        command.SetAction(async (result, stop) =>
        {
            char[] passphrase = Passphrase.Read(result.GetValue(PassphraseOption));
            Task<Registrar> opened = Registrar.OpenAsync(new FleetFolder(result.GetRequiredValue(FleetOption)), passphrase, TimeProvider.System, stop);
            Array.Clear(passphrase);
            Registrar registrar = await opened.ConfigureAwait(false);
            await using (registrar.ConfigureAwait(false))
            {
                RegistryView view = await registrar.StatusAsync(stop).ConfigureAwait(false);
                await result.InvocationConfiguration.Output.WriteLineAsync($"stated {view.Withdrawals.Count()} revocations through {Time(view.LatestStatus!.ThroughMilliseconds)}").ConfigureAwait(false);
            }

            return ExitCode.Clean;
        });
        return command;
    }

    private static Command Show()
    {
        Command command = new("show", "Show who is enrolled, assigned and revoked.") { FleetOption, PassphraseOption };
        command.SetAction(async (result, stop) =>
        {
            char[] passphrase = Passphrase.Read(result.GetValue(PassphraseOption));
            Task<Registrar> opened = Registrar.OpenAsync(new FleetFolder(result.GetRequiredValue(FleetOption)), passphrase, TimeProvider.System, stop);
            Array.Clear(passphrase);
            Registrar registrar = await opened.ConfigureAwait(false);
            await using (registrar.ConfigureAwait(false))
            {
                await Print(result.InvocationConfiguration.Output, registrar.Registry.Current).ConfigureAwait(false);
            }

            return ExitCode.Clean;
        });
        return command;
    }

    private static async Task Print(TextWriter output, RegistryView view)
    {
        await output.WriteLineAsync($"fleet {view.Log.Name}, registry of {view.Size} entries, authority {view.Authority.Kid}").ConfigureAwait(false);
        await output.WriteLineAsync($"status through {(view.LatestStatus is { } status ? Time(status.ThroughMilliseconds) : "never")}").ConfigureAwait(false);
        await output.WriteLineAsync().ConfigureAwait(false);
        foreach (Party party in view.Parties)
        {
            string assigned = view.AssignmentOf(party.Kid) is { } assignment ? $"  {assignment.Gateway}, {assignment.Subject}" : string.Empty;
            string revoked = view.WithdrawalOf(party.Kid) is { } withdrawal ? $"  REVOKED {Time(withdrawal.SinceMilliseconds)}: {withdrawal.Reason}" : string.Empty;
            await output.WriteLineAsync($"{party.Role.Word(),-10} {party.Name,-24} {party.Kid}{assigned}{revoked}").ConfigureAwait(false);
        }

        foreach (Anomaly anomaly in view.Anomalies)
        {
            await output.WriteLineAsync($"entry {anomaly.Index} has no effect: {anomaly.Reason}").ConfigureAwait(false);
        }
    }

    private static Task<Authority> Open(ParseResult result, CancellationToken stop)
    {
        char[] passphrase = Passphrase.Read(result.GetValue(PassphraseOption));
        try
        {
            return Authority.OpenAsync(result.GetRequiredValue(FleetOption), passphrase, TimeProvider.System, stop);
        }
        finally
        {
            Array.Clear(passphrase);
        }
    }

    private static Party Find(RegistryView view, string nameOrKid, Role? role)
    {
        Party? found = view.Parties.LastOrDefault(party => (party.Name == nameOrKid || party.Kid.ToString() == nameOrKid) && (role is null || party.Role == role));
        return found ?? throw new UserError(
            $"there is no {role?.Word() ?? "party"} \"{nameOrKid}\" in the registry",
            mend: "see sealway fleet show",
            code: ExitCode.Usage);
    }

    private static LastThatCounts? Last(string? text)
    {
        if (text is null)
        {
            return null;
        }

        string[] dotted = text.Split('.');
        string[] slashed = text.Split('/');
        return dotted.Length == 2 && uint.TryParse(dotted[0], CultureInfo.InvariantCulture, out uint boot) && uint.TryParse(dotted[1], CultureInfo.InvariantCulture, out uint sequence)
                ? new LastThatCounts(new ReadingNumber(boot, sequence), null, null)
            : slashed.Length == 2 && ulong.TryParse(slashed[0], CultureInfo.InvariantCulture, out ulong generation) && ulong.TryParse(slashed[1], CultureInfo.InvariantCulture, out ulong size)
                ? new LastThatCounts(null, (generation, size), null)
            : ulong.TryParse(text, CultureInfo.InvariantCulture, out ulong number)
                ? new LastThatCounts(null, null, number)
            : throw new UserError($"\"{text}\" is none of the three", "--last", "write for example 3.1041 for a sensor, 0/5120 for a gateway, 17 for an app", ExitCode.Usage);
    }

    private static ulong Milliseconds(DateTimeOffset? time) => (ulong)Math.Max(0, (time ?? TimeProvider.System.GetUtcNow()).ToUnixTimeMilliseconds());

    private static string Time(ulong milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Min(milliseconds, 253_402_300_799_999)).UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
