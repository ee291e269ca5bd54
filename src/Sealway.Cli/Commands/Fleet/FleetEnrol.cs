namespace Sealway.Cli.Commands;

using System.CommandLine;
using System.Globalization;
using System.Net;
using Sealway.Cli.Hosting;
using Sealway.Cli.Roles;
using Sealway.Fleet;
using Sealway.Messages;
using Command = System.CommandLine.Command;

/// <summary><c>sealway fleet enrol ROLE NAME --out DIR</c>.</summary>
internal static class FleetEnrol
{
    // The issuer's own certificate is valid no longer.
    private const int MostDays = 30 * 365;

    public static Command Create()
    {
        Argument<string> role = new("role") { Description = "What the party is." };
        role.AcceptOnlyFromAmong("sensor", "gateway", "cloud", "archive", "app");
        Argument<string> name = new("name") { Description = "Its name: 1 to 63 of a-z, 0-9 and -, never used before in this fleet." };
        Option<string> output = new("--out") { Description = "The folder that gets its keys; nothing is there yet.", Required = true };
        Option<string?> model = new("--model") { Description = "The maker's words." };
        Option<string[]> hosts = new("--host") { Description = "A DNS name or IP address by which a gateway or cloud is reached; several may follow.", AllowMultipleArgumentsPerToken = true };
        Option<int> days = new("--days") { Description = "How long its TLS certificate is valid.", DefaultValueFactory = _ => (int)CertificateIssuer.DefaultValidity.TotalDays };
        Option<string?> locked = new("--lock-with") { Description = "A file whose first line locks the party's keys; readable by its owner alone." };
        Command command = new("enrol", "Make a party's keys and certificate, and enrol it in the registry.") { role, name, output, model, hosts, days, locked };
        FleetPlace place = new(command);
        command.SetAction(async (result, stop) =>
        {
            NewParty party = Party(result.GetRequiredValue(role), result.GetRequiredValue(name), result.GetValue(model), result.GetValue(hosts) ?? [], result.GetValue(days));
            char[] passphrase = Passphrase.Read(result.GetValue(locked));
            string folder = result.GetRequiredValue(output);
            Authority authority = await place.OpenAuthorityAsync(result, stop).ConfigureAwait(false);
            await using (authority.ConfigureAwait(false))
            {
                Party made = await Enrol(authority, party, folder, passphrase, stop).ConfigureAwait(false);
                await result.InvocationConfiguration.Output.WriteLineAsync($"enrolled {made.Role.Word()} {made.Name}, key {made.Kid}, in {folder}").ConfigureAwait(false);
            }

            return ExitCode.Clean;
        });
        return command;
    }

    private static NewParty Party(string role, string name, string? model, string[] hosts, int days)
    {
        if (!RoleWords.TryParse(role, out Role word))
        {
            throw new UserError($"\"{role}\" is no role", code: ExitCode.Usage);
        }

        if (!LogId.IsName(name))
        {
            throw new UserError($"\"{name}\" cannot be a party's name", mend: "take 1 to 63 of a-z, 0-9 and -, beginning with a letter or digit", code: ExitCode.Usage);
        }

        if (word is Role.Gateway or Role.Cloud && hosts.Length == 0)
        {
            throw new UserError($"a {word.Word()} needs a name or address by which it is reached", "--host", "add for example --host gateway.example --host 127.0.0.1", ExitCode.Usage);
        }

        if (word is not (Role.Gateway or Role.Cloud) && hosts.Length > 0)
        {
            throw new UserError($"nobody connects to {(word is Role.Archive or Role.App ? "an" : "a")} {word.Word()}", "--host", "leave it out", ExitCode.Usage);
        }

        if (hosts.FirstOrDefault(host => !IPAddress.TryParse(host, out _) && Uri.CheckHostName(host) != UriHostNameType.Dns) is { } wrong)
        {
            throw new UserError($"\"{wrong}\" is neither a DNS name nor an IP address", "--host", "write for example --host gateway.example, without a port", ExitCode.Usage);
        }

        return days is >= 1 and <= MostDays
            ? new NewParty(
                word,
                name,
                model,
                [.. hosts.Where(host => !IPAddress.TryParse(host, out _))],
                [.. hosts.Select(host => IPAddress.TryParse(host, out IPAddress? address) ? address : null).OfType<IPAddress>()],
                TimeSpan.FromDays(days))
            : throw new UserError(string.Create(CultureInfo.InvariantCulture, $"{days} days is no time for which a certificate can be valid"), "--days", $"write 1 to {MostDays}", ExitCode.Usage);
    }

    private static async Task<Party> Enrol(Authority authority, NewParty party, string folder, char[] passphrase, CancellationToken stop)
    {
        Task<Party> Begin()
        {
            try
            {
                return authority.EnrolAsync(party, folder, passphrase, stop);
            }
            finally
            {
                Array.Clear(passphrase);
            }
        }

        try
        {
            return await Begin().ConfigureAwait(false);
        }
        catch (MessageException refused) when (refused.Reason == Refusal.AlreadyEnrolled)
        {
            throw new UserError($"the name {party.Name} was used before in this fleet", mend: "choose another: a name is given once, even where its key was revoked; sealway fleet show lists them", cause: refused);
        }
        catch (MessageException refused)
        {
            throw StatementRefused.Because(refused);
        }
    }
}
