namespace Sealway.Cli.Drill;

using System.Globalization;
using System.Text.Json;
using Sealway.Cli.Demo;
using Sealway.Cli.Hosting;

/// <summary>
/// A ward and a home with real processes, killed without warning round after round while readings flow; between the rounds every head in every store is seen, and
/// every few rounds the sensors' ledgers are compared with what is held everywhere.
/// </summary>
internal sealed class CrashDrill : IAsyncDisposable
{
    private const int RoundsACheck = 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly CrashOptions _options;
    private readonly DemoFolders _folders;
    private readonly DrillConfigurations _configurations;
    private readonly DemoPlan _demo;
    private readonly CrashPlan _plan;
    private readonly DrillParts _parts;
    private readonly Findings _findings = new();
    private readonly TextWriter _output;
    private readonly List<double> _seconds = [];
    private DrillCheck? _check;

    public CrashDrill(CrashOptions options, DemoFolders folders, TextWriter output)
    {
        _options = options;
        _folders = folders;
        _output = output;
        DemoOptions demo = new(options.Recordings, null, TimeSpan.Zero, options.Headless, null, null);
        _demo = DemoPlan.Of(demo);
        _configurations = new DrillConfigurations(folders, _demo, demo);
        _plan = new CrashPlan(options.Seed);
        _parts = new DrillParts(folders);
    }

    /// <summary>Runs it, and gives what was measured and found.</summary>
    public async Task<CrashSummary> RunAsync(CancellationToken stop)
    {
        long begin = TimeProvider.System.GetTimestamp();
        int done = 0;
        try
        {
            await SetUp(stop).ConfigureAwait(false);
            while (done < _options.Rounds && _findings.None)
            {
                await Round(stop).ConfigureAwait(false);
                done++;
                if (done % RoundsACheck == 0 || done == _options.Rounds)
                {
                    await Check(done < _options.Rounds, stop).ConfigureAwait(false);
                }
            }
        }
        catch (UserError stuck) when (_check is not null)
        {
            _findings.Add(FindingKind.Stuck, "the parts", stuck.Describe());
        }

        return Summary(done, TimeProvider.System.GetElapsedTime(begin));
    }

    public async ValueTask DisposeAsync()
    {
        _check?.Dispose();
        await _parts.DisposeAsync().ConfigureAwait(false);
    }

    private async Task SetUp(CancellationToken stop)
    {
        await _output.WriteLineAsync("· making the hospital's and the home's keys, certificates and registries").ConfigureAwait(false);
        await DemoFleets.MakeHospital(_folders, _demo, stop).ConfigureAwait(false);
        await DemoFleets.MakeHome(_folders, _demo, stop).ConfigureAwait(false);
        _configurations.WriteAll();

        await _output.WriteLineAsync("· starting all parts").ConfigureAwait(false);
        foreach (string first in new[] { DrillPart.Cloud, DrillPart.Registrar, DrillPart.WardGateway, DrillPart.HomeGateway, DrillPart.Archive })
        {
            await _parts.Start(first).Ready(stop).ConfigureAwait(false);
        }

        await Until(DrillPart.HomeGateway, "it to sign its log", health => health.Flag("signs"), stop).ConfigureAwait(false);
        await Pair(stop).ConfigureAwait(false);
        foreach (string last in new[] { DrillPart.App, DrillPart.WardSensors, DrillPart.HomeSensors })
        {
            await _parts.Start(last).Ready(stop).ConfigureAwait(false);
        }

        _check = new DrillCheck(_folders, _configurations, _parts, _findings);
        await Flow(stop).ConfigureAwait(false);
    }

    private async Task Pair(CancellationToken stop)
    {
        string code = (await Part.Output("app-code", _folders.Parts, Patience, ["gateway", "pair", _configurations.FileOf(DrillPart.HomeGateway), "--label", "Anna's phone"], stop).ConfigureAwait(false)).Trim();
        string keys = _folders.Keys(false, DrillPart.App);
        await Part.Output("app-pair", _folders.Parts, Patience, ["app", "pair", code, "--out", keys, "--label", "Anna's phone"], stop).ConfigureAwait(false);
        _configurations.WriteApp(DrillPart.App, keys);
    }

    private async Task Round(CancellationToken stop)
    {
        CrashRound round = _plan.Next();
        _findings.Round = round.Number;
        long begin = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(round.Axes.Select(axe => Fell(axe, stop))).ConfigureAwait(false);
        await Flow(stop).ConfigureAwait(false);
        double took = TimeProvider.System.GetElapsedTime(begin).TotalSeconds;
        _seconds.Add(took);
        await _check!.LookAsync(stop).ConfigureAwait(false);
        string names = string.Join(", ", round.Axes.Select(axe => axe.Again is null ? axe.Part : $"{axe.Part} twice"));
        await Tell(string.Create(CultureInfo.InvariantCulture, $"· round {round.Number} of {_options.Rounds}: {round.What} ({names}): {took:0.0} s"), round.Number == _options.Rounds).ConfigureAwait(false);
    }

    private async Task Fell(Axe axe, CancellationToken stop)
    {
        await Task.Delay(axe.After, stop).ConfigureAwait(false);
        await _parts.Kill(axe.Part).ConfigureAwait(false);
        await Task.Delay(axe.Down, stop).ConfigureAwait(false);
        _parts.Start(axe.Part);
        if (axe.Again is { } again)
        {
            await Task.Delay(again, stop).ConfigureAwait(false);
            await _parts.Kill(axe.Part).ConfigureAwait(false);
            _parts.Start(axe.Part);
        }
    }

    // All are back, and a reading taken since has gone its whole way there, and its countersignature back.
    private async Task Flow(CancellationToken stop)
    {
        foreach (DrillPart part in DrillPart.All)
        {
            await Until(part.Name, "its health endpoint", _ => true, stop).ConfigureAwait(false);
        }

        await Until(DrillPart.Registrar, "the registry to be published", health => health.Count("published") > 0, stop).ConfigureAwait(false);
        await Task.WhenAll(Ward(stop), Home(stop)).ConfigureAwait(false);
    }

    private async Task Ward(CancellationToken stop)
    {
        await Stored(DrillPart.WardSensors, stop).ConfigureAwait(false);
        await Until(DrillPart.WardGateway, "it to sign its log", health => health.Flag("signs"), stop).ConfigureAwait(false);
        await Archived(stop).ConfigureAwait(false);
    }

    private async Task Home(CancellationToken stop)
    {
        await Stored(DrillPart.HomeSensors, stop).ConfigureAwait(false);
        await Opened(stop).ConfigureAwait(false);
    }

    private async Task Stored(string sensors, CancellationToken stop)
    {
        long stored = (await _parts.Of(sensors).Health(stop).ConfigureAwait(false)).Count("stored");
        await Until(sensors, "a reading to be acknowledged", health => health.Count("stored") > stored, stop).ConfigureAwait(false);
    }

    private async Task Archived(CancellationToken stop)
    {
        JsonElement? gateway = await _parts.Of(DrillPart.WardGateway).Health(stop).ConfigureAwait(false);
        (string log, long size) = (gateway.Text("log"), gateway.Count("size"));
        await Until(DrillPart.Archive, $"{size} entries of {log}", health => Size(health, "logs", log) >= size, stop).ConfigureAwait(false);
        await Until(DrillPart.WardGateway, $"the archive's countersignature on {size} entries", health => health.Text("log") != log || health.Count("countersignedByArchive") >= size, stop).ConfigureAwait(false);
    }

    private async Task Opened(CancellationToken stop)
    {
        JsonElement? gateway = await _parts.Of(DrillPart.HomeGateway).Health(stop).ConfigureAwait(false);
        (string log, long size) = (gateway.Text("log"), gateway.Count("size"));
        await Until(DrillPart.App, $"{size} entries of {log}", health => health.Text("log") == log && health.Count("entries") >= size, stop).ConfigureAwait(false);
    }

    // By the log's whole name, which is no dotted path.
    private static long Size(JsonElement? health, string logs, string log) =>
        Figures.At(health, logs) is { ValueKind: JsonValueKind.Object } sizes && sizes.TryGetProperty(log, out JsonElement size) ? size.GetInt64() : 0;

    private async Task Check(bool goOn, CancellationToken stop)
    {
        await Tell($"· comparing after round {_findings.Round}", true).ConfigureAwait(false);
        await Task.WhenAll(_parts.Stop(DrillPart.WardSensors, stop), _parts.Stop(DrillPart.HomeSensors, stop)).ConfigureAwait(false);
        await Task.WhenAll(Archived(stop), Opened(stop)).ConfigureAwait(false);
        await _check!.CompareAsync(stop).ConfigureAwait(false);
        if (goOn)
        {
            _parts.Start(DrillPart.WardSensors);
            _parts.Start(DrillPart.HomeSensors);
            await Flow(stop).ConfigureAwait(false);
        }
    }

    private Task<JsonElement> Until(string part, string what, Func<JsonElement?, bool> condition, CancellationToken stop) =>
        _parts.Of(part).Until(what, health => condition(health), Patience, stop);

    private async Task Tell(string line, bool stays)
    {
        if (_options.Headless || Console.IsOutputRedirected)
        {
            await _output.WriteLineAsync(line).ConfigureAwait(false);
        }
        else
        {
            // The cursor to the line's beginning, and the line erased to its end.
            await _output.WriteAsync($"\r\u001b[K{line}{(stays ? Environment.NewLine : string.Empty)}").ConfigureAwait(false);
        }
    }

    private CrashSummary Summary(int rounds, TimeSpan took) => new(
        rounds,
        _options.Seed,
        _parts.KillsByRole,
        _check!.WardFigures,
        _check.HomeFigures,
        _findings.Count(FindingKind.Lost),
        _findings.Count(FindingKind.Doubled),
        _findings.Count(FindingKind.Contradiction),
        _findings.Count(FindingKind.Foreign),
        _findings.Count(FindingKind.Stuck),
        _findings.Count(FindingKind.Unsound),
        _check.Generations,
        _check.Witness.Heads,
        _check.Checks,
        Math.Round(took.TotalSeconds, 1),
        new CrashSummary.Time(Math.Round(_seconds.DefaultIfEmpty().Average(), 2), Math.Round(_seconds.DefaultIfEmpty().Max(), 2)),
        _findings.First);
}
