namespace Sealway.Cli.Demo;

using System.Diagnostics;
using System.Text.Json;
using Sealway.Cli.Demo.Attacks;
using Sealway.Cli.Hosting;
using Spectre.Console;

/// <summary>
/// The demo: two fleets, every part as a process of its own with real keys and sockets on loopback, readings replayed or
/// generated, a tenant removed on the way, and at the end the comparison: what was sent against what arrived.
/// </summary>
internal sealed class DemoRun : IAsyncDisposable
{
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(90);

    private readonly DemoOptions _options;
    private readonly DemoFolders _folders;
    private readonly DemoPlan _plan;
    private readonly DemoConfigurations _configurations;
    private readonly DemoView _view = new();
    private readonly List<Part> _parts = [];
    private readonly TextWriter _output;
    private readonly DemoPorts _ports = DemoPorts.Choose();

    public DemoRun(DemoOptions options, DemoFolders folders, TextWriter output)
    {
        _options = options;
        _folders = folders;
        _output = output;
        _plan = DemoPlan.Of(options);
        _configurations = new DemoConfigurations(folders, _ports, _plan, options);
    }

    /// <summary>Runs it, and gives what was measured.</summary>
    public async Task<DemoSummary> RunAsync(CancellationToken stop)
    {
        if (_options.TlsKeylog is { } keylog)
        {
            KeyLogging.Prepare(keylog);
            await Stage($"WARNING: the keys of every TLS connection of this demo are written to {keylog}; delete it when you are done").ConfigureAwait(false);
        }

        await Stage("making the hospital's and the home's keys, certificates and registries").ConfigureAwait(false);
        await DemoFleets.MakeHospital(_folders, _plan, stop).ConfigureAwait(false);
        _view.HomeFleet = await DemoFleets.MakeHome(_folders, _plan, stop).ConfigureAwait(false);
        _configurations.WriteAll();

        await Stage("starting the cloud, the registrar, the gateways and the archive").ConfigureAwait(false);
        await Start("cloud", "cloud", stop).ConfigureAwait(false);
        Part registrar = await Start("registrar", "registrar", stop).ConfigureAwait(false);
        Part ward = await Start("gateway", "ward-gateway", stop).ConfigureAwait(false);
        Part home = await Start("gateway", "home-gateway", stop).ConfigureAwait(false);
        Part archive = await Start("archive", "archive", stop).ConfigureAwait(false);
        await registrar.Until("the registry to be published", health => ((JsonElement?)health).Count("published") > 0, Settle, stop).ConfigureAwait(false);
        await ward.Until("the ward's gateway to sign its log", health => ((JsonElement?)health).Flag("signs"), Settle, stop).ConfigureAwait(false);
        await home.Until("the home's gateway to sign its log", health => ((JsonElement?)health).Flag("signs"), Settle, stop).ConfigureAwait(false);

        await Stage("pairing Anna's and Ben's apps with the home's gateway").ConfigureAwait(false);
        Part anna = await Pair("app-anna", "Anna's phone", stop).ConfigureAwait(false);
        await Pair("app-ben", "Ben's phone", stop).ConfigureAwait(false);

        await Stage("measuring").ConfigureAwait(false);
        Part wardSensors = await Start("sensor", "ward-sensors", stop).ConfigureAwait(false);
        Part homeSensors = await Start("sensor", "home-sensors", stop).ConfigureAwait(false);

        // On a busy machine a recording takes a while to be read: the time to measure begins with the first readings.
        await wardSensors.Until("the ward's first readings", health => ((JsonElement?)health).Count("sent") > 0, Settle, stop).ConfigureAwait(false);
        await homeSensors.Until("the home's first readings", health => ((JsonElement?)health).Count("sent") > 0, Settle, stop).ConfigureAwait(false);
        await Measure(stop).ConfigureAwait(false);

        await Stage("stopping the sensors; what they sent goes its way").ConfigureAwait(false);
        await Task.WhenAll(wardSensors.Stop(StopTime), homeSensors.Stop(StopTime)).ConfigureAwait(false);
        long wardSent = (await wardSensors.Health(stop).ConfigureAwait(false)).Count("sent");
        long homeSent = (await homeSensors.Health(stop).ConfigureAwait(false)).Count("sent");
        await archive.Until($"{wardSent} readings to be archived", health => ((JsonElement?)health).Count("archived") >= wardSent, Settle, stop).ConfigureAwait(false);
        await anna.Until($"{homeSent} readings to be opened", health => ((JsonElement?)health).Count("opened") >= homeSent, Settle, stop).ConfigureAwait(false);
        await Poll(stop).ConfigureAwait(false);
        await Show().ConfigureAwait(false);

        DemoSummary summary = await new DemoEnd(_folders, _plan, _view, _options, _output).Measure(_parts, stop).ConfigureAwait(false);
        return _options.Attack ? summary with { Attacks = await Attack(stop).ConfigureAwait(false) } : summary;
    }

    public async ValueTask DisposeAsync()
    {
        // In the order in which they depend on each other, the other way round.
        foreach (Part part in Enumerable.Reverse(_parts))
        {
            await part.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<IReadOnlyList<AttackOutcome>> Attack(CancellationToken stop)
    {
        await Stage("the peaceful run is over; now the parts are attacked for real").ConfigureAwait(false);
        AttackScene scene = new(_folders, _ports, _plan, _parts, _view.HomeFleet);
        await using (scene.ConfigureAwait(false))
        {
            return await new AttackRun(scene, _output).RunAsync([.. AttackList.All().Where(IsWanted)], stop).ConfigureAwait(false);
        }
    }

    private bool IsWanted(Attack attack) => _options.Only is not { } only
        || attack.Name.Contains(only, StringComparison.OrdinalIgnoreCase)
        || AttackRun.Words(attack.Attacker).Contains(only, StringComparison.OrdinalIgnoreCase);

    private async Task Measure(CancellationToken stop)
    {
        if (!_options.Headless && AnsiConsole.Profile.Capabilities.Ansi)
        {
            await AnsiConsole.Live(_view.Table()).StartAsync(context => Play(
                () =>
                {
                    context.UpdateTarget(_view.Table());
                    return Task.CompletedTask;
                },
                stop)).ConfigureAwait(false);
        }
        else
        {
            await Play(() => Task.CompletedTask, stop).ConfigureAwait(false);
        }
    }

    // The play: warmth is wanted after a quarter of the time, Ben is removed after the half.
    private async Task Play(Func<Task> show, CancellationToken stop)
    {
        long begin = TimeProvider.System.GetTimestamp();
        Task? warm = null;
        Task? removed = null;
        while (TimeProvider.System.GetElapsedTime(begin) < _options.For)
        {
            TimeSpan elapsed = TimeProvider.System.GetElapsedTime(begin);
            if (warm is null && elapsed > _options.For * 0.25)
            {
                _view.Stage = "Anna sets the living room to 28 °C, by a sealed command";
                warm = Command("app-anna-set", "set", [_plan.Home[0].Subject, "28"], stop);
            }

            if (removed is null && elapsed > _options.For * 0.5)
            {
                _view.Stage = "Anna removes Ben: a new epoch begins at once";
                removed = Command("app-anna-remove", "remove", [BenName], stop);
            }

            await Poll(stop).ConfigureAwait(false);
            await show().ConfigureAwait(false);
            await Task.Delay(Refresh, stop).ConfigureAwait(false);
        }

        await Task.WhenAll(warm ?? Task.CompletedTask, removed ?? Task.CompletedTask).ConfigureAwait(false);
    }

    private string BenName => JsonSerializer.Deserialize<JsonElement>(File.ReadAllBytes(Path.Combine(_folders.Keys(false, "app-ben"), "party.json"))).GetProperty("name").GetString()!;

    private Task<string> Command(string name, string verb, string[] arguments, CancellationToken stop) =>
        Part.Output(name, _folders.Parts, Settle, ["app", verb, Path.Combine(_folders.Parts, "app-anna.json"), .. arguments], stop);

    private async Task<Part> Pair(string name, string label, CancellationToken stop)
    {
        string code = (await Part.Output($"{name}-code", _folders.Parts, Settle, ["gateway", "pair", Path.Combine(_folders.Parts, "home-gateway.json"), "--label", label], stop).ConfigureAwait(false)).Trim();
        string keys = _folders.Keys(false, name);
        await Part.Output($"{name}-pair", _folders.Parts, Settle, ["app", "pair", code, "--out", keys, "--label", label], stop).ConfigureAwait(false);
        _configurations.WriteApp(name, keys);
        return await Start("app", name, stop).ConfigureAwait(false);
    }

    private async Task<Part> Start(string role, string name, CancellationToken stop)
    {
        Part part = Part.Role(role, name, _folders.Parts, environment: null, _options.TlsKeylog is { } keylog ? [KeyLogging.Name, keylog] : []);
        _parts.Add(part);
        await part.Ready(stop).ConfigureAwait(false);
        return part;
    }

    private async Task Poll(CancellationToken stop)
    {
        foreach (Part part in _parts)
        {
            if (part.HasExited && part.Name is not ("ward-sensors" or "home-sensors"))
            {
                throw new UserError($"{part.Name} ended by itself", part.LogFile, "see its log");
            }

            _view.Update(part.Name, await part.Health(stop).ConfigureAwait(false));
        }
    }

    private async Task Stage(string stage)
    {
        _view.Stage = stage;
        await _output.WriteLineAsync($"· {stage}").ConfigureAwait(false);
    }

    private async Task Show()
    {
        if (_options.Headless || !AnsiConsole.Profile.Capabilities.Ansi)
        {
            await _output.WriteLineAsync($"· {_view.Line()}").ConfigureAwait(false);
        }
        else
        {
            AnsiConsole.Write(_view.Table());
        }
    }
}
