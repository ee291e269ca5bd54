namespace Sealway.Cli.Commands;

using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Sealway.App;
using Sealway.Cli.Hosting;
using Sealway.Cli.Roles;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Messages;
using Command = System.CommandLine.Command;

/// <summary><c>sealway app CONFIGURATION</c>, a member of a home, and what is asked of the running app: <c>show</c>, <c>set</c>, <c>remove</c>, <c>grant</c>, <c>rekey</c>; <c>pair</c> makes its keys.</summary>
internal static class AppCommand
{
    public static Command Create()
    {
        Command command = RoleCommand.Create("app", "A member of a home: follow through the cloud, open, aggregate, command.", AppSettings.Parse, Run);
        command.Add(Pair());
        command.Add(Show());
        command.Add(Set());
        command.Add(Remove());
        command.Add(Grant());
        command.Add(Rekey());
        return command;
    }

    private static async Task Run(AppSettings settings, RoleContext context, CancellationToken stop)
    {
        using Identity identity = settings.Identity.Load(Role.App);
        using TlsIdentitySource tls = settings.Identity.OpenTls(context);
        AppOptions options = new() { Identity = identity, Tls = tls, Home = AppFile.Load(settings.Identity.Folder), DataFolder = settings.Data, Keys = settings.Identity.AgreementKeys() };
        AppRole role = await AppRole.OpenAsync(options, context.Time, context.Loggers, stop).ConfigureAwait(false);
        await using (role.ConfigureAwait(false))
        {
            context.ReportHealth(role.Health);
            await role.RunAsync(stop).ConfigureAwait(false);
        }
    }

    private static Command Pair()
    {
        Argument<string> code = new("code") { Description = "The code that the home's gateway shows (sealway gateway pair)." };
        Option<string> output = new("--out") { Description = "The folder that gets the app's keys.", Required = true };
        Option<string> label = new("--label") { Description = "What people call this app, for example \"Anna's phone\".", DefaultValueFactory = _ => "app" };
        Option<string?> passphrase = new("--lock-with") { Description = "A file whose first line locks the keys." };
        Command command = new("pair", "Pair with a home's gateway: make keys, check the gateway by the code, become a member.") { code, output, label, passphrase };
        command.SetAction(async (result, stop) =>
        {
            if (!PairingCode.TryParse(result.GetRequiredValue(code), out PairingCode? shown))
            {
                throw new UserError("this is no pairing code", mend: "copy it whole as the gateway shows it: sealway-pair:HOST:PORT:…:…", code: ExitCode.Usage);
            }

            char[] locked = Passphrase.Read(result.GetValue(passphrase));
            Task<AppFile> pairing = AppPairing.PairAsync(shown, result.GetRequiredValue(output), result.GetRequiredValue(label), locked, stop);
            Array.Clear(locked);
            AppFile home = await pairing.ConfigureAwait(false);
            await result.InvocationConfiguration.Output.WriteLineAsync($"paired with {home.Gateway}{(home.Owner ? ", as the owner" : string.Empty)}; keys in {result.GetRequiredValue(output)}").ConfigureAwait(false);
            return ExitCode.Clean;
        });
        return command;
    }

    private static Command Show()
    {
        Option<bool> days = new("--days") { Description = "By day instead of by hour." };
        return Asked("show", "Print how the log stands, what is wrong with it, and count, mean, min and max of every room and metric, by hour or day.", [days], async (socket, result, stop) =>
        {
            JsonNode standing = await ControlClient.AskAsync(socket, "GET /standing", null, stop).ConfigureAwait(false);
            JsonNode rows = await ControlClient.AskAsync(socket, result.GetValue(days) ? "GET /days" : "GET /hours", null, stop).ConfigureAwait(false);
            IEnumerable<string> lines = rows.AsArray().Select(row => string.Create(
                CultureInfo.InvariantCulture,
                $"{row!["start"]}  {row["room"] ?? row["sensor"],-20} {row["metric"],-8} {row["count"],7} {row["mean"]!.GetValue<double>(),9:0.00} {row["min"]!.GetValue<double>(),9:0.00} {row["max"]!.GetValue<double>(),9:0.00}"));
            string stands = $"{standing["log"]}: {standing["size"]} entries, final up to {standing["final"]}, beyond it provisional";
            IEnumerable<string> alarms = standing["alarms"]!.AsArray().Select(alarm => $"! {alarm!["name"]}: {alarm["text"]}");
            return string.Join(Environment.NewLine, [stands, .. alarms, .. lines.Prepend($"{"from",-20}  {"room",-20} {"metric",-8} {"count",7} {"mean",9} {"min",9} {"max",9}")]);
        });
    }

    private static Command Set()
    {
        Argument<string> room = new("room") { Description = "The room, by its label or its opaque name." };
        Argument<decimal> celsius = new("celsius") { Description = "The target, 5 to 30." };
        return Asked("set", "Set a room's target temperature, by a sealed command; waits for the gateway's log to confirm it.", [room, celsius], async (socket, result, stop) =>
        {
            JsonObject request = new() { ["room"] = result.GetRequiredValue(room), ["target"] = result.GetRequiredValue(celsius).ToString(CultureInfo.InvariantCulture) };
            await ControlClient.AskAsync(socket, "POST /set", request, stop).ConfigureAwait(false);
            return string.Create(CultureInfo.InvariantCulture, $"{result.GetRequiredValue(room)} is set to {result.GetRequiredValue(celsius)} °C, confirmed by the gateway's log");
        });
    }

    private static Command Remove()
    {
        Argument<string> name = new("name") { Description = "The member's name." };
        return Asked("remove", "Remove a member, as the owner; waits for the gateway's log to confirm it.", [name], async (socket, result, stop) =>
        {
            await ControlClient.AskAsync(socket, "POST /remove", new JsonObject { ["name"] = result.GetRequiredValue(name) }, stop).ConfigureAwait(false);
            return $"{result.GetRequiredValue(name)} is removed, confirmed by the gateway's log";
        });
    }

    private static Command Grant()
    {
        Argument<string> name = new("name") { Description = "The newcomer's name." };
        Option<string> from = new("--from") { Description = "Since when the newcomer may read, for example 2026-01-01.", Required = true };
        return Asked("grant", "Let a newcomer read the past, from a day on; without a grant a newcomer reads nothing of it.", [name, from], async (socket, result, stop) =>
        {
            JsonObject request = new() { ["name"] = result.GetRequiredValue(name), ["from"] = result.GetRequiredValue(from) };
            await ControlClient.AskAsync(socket, "POST /grant", request, stop).ConfigureAwait(false);
            return $"{result.GetRequiredValue(name)} may read the past from {result.GetRequiredValue(from)} on, confirmed by the gateway's log";
        });
    }

    private static Command Rekey() => Asked(
        "rekey",
        "Replace this app's HPKE key, by a sealed command; waits until a new epoch is sealed to the new key and the old one is erased.",
        [],
        async (socket, _, stop) =>
        {
            JsonNode answer = await ControlClient.AskAsync(socket, "POST /rekey", null, stop).ConfigureAwait(false);
            return $"the HPKE key {answer["kid"]} is in force and the one before it is erased; what was read before stays readable here";
        });

    private static Command Asked(string name, string description, IReadOnlyList<Symbol> more, Func<string, ParseResult, CancellationToken, Task<string>> ask)
    {
        Argument<string> configuration = new("configuration") { Description = "The running app's configuration." };
        Command command = new(name, description) { configuration };
        foreach (Symbol symbol in more)
        {
            if (symbol is Option option)
            {
                command.Add(option);
            }
            else
            {
                command.Add((Argument)symbol);
            }
        }

        command.SetAction(async (result, stop) =>
        {
            AppSettings settings = Settings.Load(result.GetRequiredValue(configuration), section =>
            {
                _ = HostSettings.Parse(section);
                return AppSettings.Parse(section);
            });
            string answer = await ask(Path.Combine(settings.Data, ControlSocket.FileName), result, stop).ConfigureAwait(false);
            await result.InvocationConfiguration.Output.WriteLineAsync(answer).ConfigureAwait(false);
            return ExitCode.Clean;
        });
        return command;
    }
}
