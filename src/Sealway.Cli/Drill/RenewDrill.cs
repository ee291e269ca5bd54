namespace Sealway.Cli.Drill;

using System.Globalization;
using System.Text.Json;
using Sealway.Archive;
using Sealway.Cli.Demo;
using Sealway.Cli.Hosting;
using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// A ward with real processes whose certificates live a minute or less: every part comes from the factory, enrols by itself, and renews again and again while
/// readings flow. Then the sensors' ledgers are compared with what gateway, cloud and archive hold.
/// </summary>
internal sealed class RenewDrill : IAsyncDisposable
{
    private static readonly string[] Renewing = [RenewParts.Cloud, RenewParts.Gateway, RenewParts.Archive, RenewParts.Sensors];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly RenewOptions _options;
    private readonly DemoFolders _folders;
    private readonly RenewParts _parts;
    private readonly TextWriter _output;
    private readonly Findings _findings = new();
    private readonly Dictionary<string, Part> _running = new(StringComparer.Ordinal);

    public RenewDrill(RenewOptions options, DemoFolders folders, TextWriter output)
    {
        _options = options;
        _folders = folders;
        _output = output;
        _parts = new RenewParts(folders, options.Life);
    }

    /// <summary>Runs it, and gives what was measured and found.</summary>
    public async Task<RenewSummary> RunAsync(CancellationToken stop)
    {
        long begin = TimeProvider.System.GetTimestamp();
        await _output.WriteLineAsync("· making a factory, its devices, and the fleet that admits them").ConfigureAwait(false);
        await _parts.MakeAsync(stop).ConfigureAwait(false);
        _parts.WriteAll(FreePorts.Choose(4));
        await _output.WriteLineAsync("· starting all parts; each enrols by its factory certificate").ConfigureAwait(false);
        foreach (string part in new[] { RenewParts.Server, RenewParts.Cloud, RenewParts.Registrar, RenewParts.Gateway, RenewParts.Archive, RenewParts.Sensors })
        {
            _running[part] = _parts.Start(part);
            await Until(part, "its work to begin", health => health.Text("state") != "starting", stop).ConfigureAwait(false);
        }

        await Until(RenewParts.Sensors, "a reading to be acknowledged", health => health.Count("stored") > 0, stop).ConfigureAwait(false);
        for (int renewal = 1; renewal <= _options.Renewals; renewal++)
        {
            _findings.Round = renewal;
            await Until(RenewParts.Gateway, $"renewal {renewal}", health => health.Count("renewal.renewals") >= renewal, stop).ConfigureAwait(false);
            JsonElement? sensors = await _running[RenewParts.Sensors].Health(stop).ConfigureAwait(false);
            await _output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"· renewal {renewal} of {_options.Renewals}: {sensors.Count("stored")} readings acknowledged")).ConfigureAwait(false);
        }

        await Task.WhenAll(Renewing.Select(part => Until(part, $"{_options.Renewals - 1} renewals", health => health.Count("renewal.renewals") >= _options.Renewals - 1, stop))).ConfigureAwait(false);
        return await EndAsync(begin, stop).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Part part in _running.Values)
        {
            await part.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<RenewSummary> EndAsync(long begin, CancellationToken stop)
    {
        await _output.WriteLineAsync("· stopping, and comparing").ConfigureAwait(false);
        Dictionary<string, JsonElement?> last = new(StringComparer.Ordinal) { [RenewParts.Sensors] = await Stop(RenewParts.Sensors, stop).ConfigureAwait(false) };
        JsonElement? gateway = await _running[RenewParts.Gateway].Health(stop).ConfigureAwait(false);
        (string log, long size) = (gateway.Text("log"), gateway.Count("size"));
        await Until(RenewParts.Archive, $"{size} entries of {log}", health => Figures.At(health, "logs") is { ValueKind: JsonValueKind.Object } sizes && sizes.TryGetProperty(log, out JsonElement held) && held.GetInt64() >= size, stop).ConfigureAwait(false);
        foreach (string part in new[] { RenewParts.Archive, RenewParts.Gateway, RenewParts.Cloud, RenewParts.Registrar, RenewParts.Server })
        {
            last[part] = await Stop(part, stop).ConfigureAwait(false);
        }

        Truth truth = new(_parts.Ledgers, "the sensors", _findings);
        truth.Read();
        using Identity identity = Identity.Load(_parts.Keys(RenewParts.Archive));
        RegistryReader registry = new(identity.Authority, RenewParts.Fleet);
        double pause = 0;
        HeldReadings logged = await Held("the gateway", Path.Combine(_folders.DataOf(RenewParts.Gateway), "log.db"), truth, null, stop, longest => pause = longest).ConfigureAwait(false);
        HeldReadings cloud = await Held("the cloud", Path.Combine(_folders.DataOf(RenewParts.Cloud), "logs.db"), truth, null, stop).ConfigureAwait(false);
        HeldReadings archived = await Held("the archive", Path.Combine(_folders.Archive, "logs"), truth, registry, stop).ConfigureAwait(false);
        if (truth.Signed.Count != truth.Stored.Count || truth.Refused.Count != 0)
        {
            _findings.Add(FindingKind.Lost, "the sensors", $"{truth.Signed.Count} signed, {truth.Stored.Count} acknowledged, {truth.Refused.Count} refused");
        }

        JsonElement? server = last[RenewParts.Server];
        return new RenewSummary(
            _options.Life.TotalSeconds,
            new SortedDictionary<string, long>(Renewing.ToDictionary(part => part, part => last[part].Count("renewal.renewals")), StringComparer.Ordinal),
            Renewing.Sum(part => last[part].Count("renewal.failures")),
            new RenewSummary.Certificates(server.Count("enrolled"), server.Count("renewed")),
            new RenewSummary.Counts(truth.Signed.Count, truth.Stored.Count, logged.Count, cloud.Count, archived.Count),
            new RenewSummary.Links(Lines(RenewParts.Gateway, "connecting to the cloud at"), Lines(RenewParts.Sensors, "connects anew")),
            new RenewSummary.Links(Lines(RenewParts.Gateway, "not connected to the cloud at"), Lines(RenewParts.Sensors, "has no link") + Lines(RenewParts.Sensors, "The gateway closed the link")),
            Math.Round(pause, 3),
            logged.Generation,
            Math.Round(TimeProvider.System.GetElapsedTime(begin).TotalSeconds, 1),
            _findings.First);
    }

    private async Task<HeldReadings> Held(string where, string path, Truth truth, RegistryReader? registry, CancellationToken stop, Action<double>? pause = null)
    {
        OpenReadings readings = new(where, RenewParts.GatewayName, _findings);
        ILogStore store = registry is null ? SqliteLogStore.Open(path) : TileLogStore.OpenToRead(path);
        await using (store.ConfigureAwait(false))
        {
            await readings.ReadAsync(store, registry is null ? null : () => registry.ReadAsync(store, stop), stop).ConfigureAwait(false);
            readings.Held.Compare(truth);
            pause?.Invoke(await PauseAsync(store, stop).ConfigureAwait(false));
        }

        return readings.Held;
    }

    private static async Task<double> PauseAsync(ILogStore store, CancellationToken stop)
    {
        ulong longest = 0;
        ulong? before = null;
        foreach ((LogId _, ulong _, ReadOnlyMemory<byte> bytes) in await new LogScan(RenewParts.GatewayName).News(store, stop).ConfigureAwait(false))
        {
            Entry entry = Entry.FromUntrusted(bytes);
            if (entry.Kind == EntryKind.Reading)
            {
                longest = Math.Max(longest, entry.At - (before ?? entry.At));
                before = entry.At;
            }
        }

        return longest / 1000.0;
    }

    private long Lines(string part, string words) => File.ReadLines(_running[part].LogFile).LongCount(line => line.Contains(words, StringComparison.Ordinal));

    private async Task<JsonElement?> Stop(string part, CancellationToken stop)
    {
        int code = await _running[part].Stop(Patience).ConfigureAwait(false);
        return code == ExitCode.Clean
            ? await _running[part].Health(stop).ConfigureAwait(false)
            : throw new UserError($"{part} was to stop and ended with exit code {code}", _running[part].LogFile, "see its log");
    }

    private Task<JsonElement> Until(string part, string what, Func<JsonElement?, bool> condition, CancellationToken stop) =>
        _running[part].Until(what, health => condition(health), Patience + _options.Life, stop);
}
