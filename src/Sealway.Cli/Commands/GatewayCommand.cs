namespace Sealway.Cli.Commands;

using System.CommandLine;
using System.Text.Json.Nodes;
using Sealway.Cli.Hosting;
using Sealway.Cli.Roles;
using Sealway.Fleet;
using Sealway.Gateway;
using Sealway.Links;
using Sealway.Messages;
using Command = System.CommandLine.Command;

/// <summary><c>sealway gateway CONFIGURATION</c>, and what is asked of a running home's gateway: <c>pair</c>, <c>members</c>, <c>remove</c>.</summary>
internal static class GatewayCommand
{
    public static Command Create()
    {
        Command command = RoleCommand.Create("gateway", "Take readings, raise alarms, run the heating, log, seal, forward to the cloud.", GatewaySettings.Parse, Run);
        command.Add(Pair());
        command.Add(Members());
        command.Add(Remove());
        return command;
    }

    private static async Task Run(GatewaySettings settings, RoleContext context, CancellationToken stop)
    {
        await settings.Identity.EnrolledAsync(context, stop).ConfigureAwait(false);
        using Identity identity = settings.Identity.Load(Role.Gateway);
        using TlsIdentitySource tls = settings.Identity.OpenTls(context);
        GatewayOptions options = settings.Options(identity) with { AlarmRules = settings.Rules, Tls = tls };
        if (settings.Home is not { } home)
        {
            GatewayRole open = await GatewayRole.OpenAsync(options, null, context.Time, context.Loggers, cancellation: stop).ConfigureAwait(false);
            await using (open.ConfigureAwait(false))
            {
                context.ReportHealth(open.Health);
                await open.RunAsync(stop).ConfigureAwait(false);
            }

            return;
        }

        HomeParts parts = await Open(home, identity, options, context, stop).ConfigureAwait(false);
        await using (parts.ConfigureAwait(false))
        {
            GatewayRole role = await GatewayRole.OpenAsync(options, parts.Parts, context.Time, context.Loggers, cancellation: stop).ConfigureAwait(false);
            await using (role.ConfigureAwait(false))
            {
                context.ReportHealth(() => Both(role.Health(), parts.Health()));
                await RunBoth(role, parts, stop).ConfigureAwait(false);
            }
        }
    }

    private static Task<HomeParts> Open(HomeSettings home, Identity identity, GatewayOptions options, RoleContext context, CancellationToken stop)
    {
        char[] passphrase = Passphrase.Read(home.PassphraseFile);
        try
        {
            return HomeParts.OpenAsync(home.ToOptions(identity, options), passphrase, context.Time, context.Loggers, stop);
        }
        finally
        {
            Array.Clear(passphrase);
        }
    }

    // The gateway stops first: until then the registry is published and the heating watched.
    private static async Task RunBoth(GatewayRole role, HomeParts parts, CancellationToken stop)
    {
        using CancellationTokenSource home = new();
        using CancellationTokenSource gateway = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task around = parts.RunAsync(home.Token);
        Task inner = role.RunAsync(gateway.Token);
        await Task.WhenAny(around, inner).ConfigureAwait(false);
        await gateway.CancelAsync().ConfigureAwait(false);
        try
        {
            await inner.ConfigureAwait(false);
        }
        finally
        {
            await home.CancelAsync().ConfigureAwait(false);
        }

        try
        {
            await around.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (home.IsCancellationRequested)
        {
            // It was told to.
        }
    }

    private static Dictionary<string, object> Both(IReadOnlyDictionary<string, object> core, IReadOnlyDictionary<string, object> home)
    {
        Dictionary<string, object> all = new(core);
        foreach ((string name, object value) in home)
        {
            all[name] = value;
        }

        return all;
    }

    private static Command Pair()
    {
        Option<string?> label = new("--label") { Description = "What people call the member, for example \"Anna's phone\"." };
        return Asked("pair", "Show a code with which one app can pair with this home's gateway, for ten minutes.", label, async (socket, result, stop) =>
        {
            JsonObject request = result.GetValue(label) is { } words ? new JsonObject { ["label"] = words } : [];
            JsonNode answer = await ControlClient.AskAsync(socket, "POST /pair", request, stop).ConfigureAwait(false);
            return answer["code"]!.GetValue<string>();
        });
    }

    private static Command Members() => Asked("members", "List the members of this home.", null, async (socket, _, stop) =>
    {
        JsonNode answer = await ControlClient.AskAsync(socket, "GET /members", null, stop).ConfigureAwait(false);
        return string.Join(
            Environment.NewLine,
            answer["members"]!.AsArray().Select(member => $"{member!["name"]}  {member["kid"]}  {member["label"]}{(member["owner"]!.GetValue<bool>() ? "  (owner)" : string.Empty)}"));
    });

    private static Command Remove()
    {
        Argument<string> name = new("name") { Description = "The member's name, as members lists it." };
        return Asked("remove", "Remove a member: a new epoch begins at once.", name, async (socket, result, stop) =>
        {
            JsonNode answer = await ControlClient.AskAsync(socket, "POST /members/remove", new JsonObject { ["name"] = result.GetRequiredValue(name) }, stop).ConfigureAwait(false);
            return $"removed {answer["removed"]}";
        });
    }

    private static Command Asked(string name, string description, Symbol? more, Func<string, ParseResult, CancellationToken, Task<string>> ask)
    {
        Argument<string> configuration = new("configuration") { Description = "The running gateway's configuration." };
        Command command = new(name, description) { configuration };
        switch (more)
        {
            case Option option:
                command.Add(option);
                break;
            case Argument argument:
                command.Add(argument);
                break;
            default:
                break;
        }

        command.SetAction(async (result, stop) =>
        {
            string folder = Settings.Load(result.GetRequiredValue(configuration), settings =>
            {
                _ = HostSettings.Parse(settings);
                _ = GatewaySettings.Parse(settings);
                return settings.FolderPath("data");
            });
            string socket = Path.Combine(folder, ControlSocket.FileName);
            await result.InvocationConfiguration.Output.WriteLineAsync(await ask(socket, result, stop).ConfigureAwait(false)).ConfigureAwait(false);
            return ExitCode.Clean;
        });
        return command;
    }
}
