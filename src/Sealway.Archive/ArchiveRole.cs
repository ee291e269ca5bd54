namespace Sealway.Archive;

using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Sealway.Alarms;
using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// Follows the registry and gateways' logs through the cloud, countersigns what it durably holds, judges every entry
/// itself, and alerts by its own channel. Where it was stopped it goes on.
/// </summary>
public sealed class ArchiveRole : IAsyncDisposable
{
    private readonly ArchiveOptions _options;
    private readonly TileLogStore _store;
    private readonly RegistryFollower _registry;
    private readonly Follower _follower;
    private readonly FollowerKeys _keys;
    private readonly CloudLink _cloud;
    private readonly AlertOutbox _outbox;
    private readonly AlertDesk _desk;
    private readonly SilenceWatch _silence;
    private readonly RegistryAgeWatch _registryAge;
    private readonly JudgedFolder _judged;
    private readonly WithheldWatch _withheld;
    private readonly LagHistogram _lag = new();
    private readonly FleetWitnesses _witnesses = new();
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<string, LogJudging> _judging = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, LogFollowing> _following = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<LogId, ulong> _sizes = new();
    private readonly ConcurrentDictionary<LogId, ulong> _starts = new();
    private readonly Eraser _eraser;
    private readonly SemaphoreSlim _registryMoved = new(1, 1);

    private ArchiveRole(ArchiveOptions options, TileLogStore store, RegistryFollower registry, TimeProvider time, ILogger logger)
    {
        _options = options;
        _store = store;
        _registry = registry;
        _time = time;
        _logger = logger;
        _keys = new FollowerKeys(
            (log, kid) => log == registry.Log ? null : registry.Current.WriterOf(log, kid),
            kid => registry.Current.WitnessOf(kid),
            (log, index) => registry.Current.IsErased(log, index))
        {
            Counts = head => registry.Current.Counts(head),
        };
        _follower = new Follower(store, _keys, options.Identity.Signing, () => registry.Current.Size, time);
        _cloud = new CloudLink(options, registry, time);
        IAlertChannel? channel = options.AlertCommand is { } command ? new CommandChannel(command, time)
            : options.AlertWebhook is { } webhook ? new WebhookChannel(webhook, time)
            : null;
        _outbox = new AlertOutbox(options.AlertsFolder, channel, time, logger);
        _desk = new AlertDesk(_outbox, time, logger);
        _silence = new SilenceWatch(options.SilentAfter, _desk, time);
        _registryAge = new RegistryAgeWatch(registry, options.RegistryStaleAfter, _desk, time);
        _judged = new JudgedFolder(options.JudgedFolder, options.Rules);
        _withheld = new WithheldWatch(options.RegistryWithheldAfter, time);
        _eraser = new Eraser(
            store,
            () => registry.Current,
            time,
            (log, count) => logger.LogWarning("{Count} entries of {Log} were erased by order of the authority", count, log),
            trouble => logger.LogError("what the authority orders erased cannot be erased: {Reason}; again in {Seconds} s", trouble.Message, Eraser.RetryAfter.TotalSeconds));
        registry.Changed += RegistryMoved;
    }

    /// <summary>Opens what the archive holds. Nothing is connected yet.</summary>
    /// <param name="options">What it is set up with.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Makes loggers.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="ArgumentException">An option is outside what it may be; the text says which.</exception>
    /// <exception cref="InvalidDataException">What is stored is damaged; the text names the file.</exception>
    /// <exception cref="IOException">The data folder cannot be written, or another process writes it.</exception>
    public static async Task<ArchiveRole> OpenAsync(ArchiveOptions options, TimeProvider time, ILoggerFactory loggers, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(loggers);
        options.Require();
        TileLogStore store = TileLogStore.Open(options.LogsFolder);
        try
        {
            FlooredTime clock = new(time, options.Identity.Certificate.NotBefore);
            RegistryFollower registry = await RegistryFollower.OpenAsync(store, options.Identity.RegistryLog, options.Identity.Authority, options.Identity.Signing, clock, ct).ConfigureAwait(false);
            clock.Raise(registry.HeardAt);
            registry.Changed += _ => clock.Raise(registry.HeardAt);
            ArchiveRole role = new(options, store, registry, clock, loggers.CreateLogger<ArchiveRole>());
            await role._eraser.EraseAsync(ct).ConfigureAwait(false);
            await role.ReadAsync(ct).ConfigureAwait(false);
            return role;
        }
        catch
        {
            await store.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Follows, judges and alerts until told to stop; what was acknowledged is on disk when it returns.</summary>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(CancellationToken stop)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        RegistryFollowing registry = new(_registry, _store, _cloud, _options, _desk, _time, _logger);
        List<Task> tasks =
        [
            Run(() => registry.RunAsync(end.Token), end),
            Run(() => FollowAllAsync(end), end),
            Run(() => _outbox.RunAsync(end.Token), end),
            Run(() => _silence.RunAsync(end.Token), end),
            Run(() => WatchRegistryAsync(end.Token), end),
            Run(() => _eraser.RunAsync(end.Token), end),
            Run(() => _registryAge.RunAsync(end.Token), end),
        ];
        await Task.WhenAll(tasks).ConfigureAwait(false);
    }

    /// <summary>How the archive is: asked from any thread.</summary>
    /// <returns>Counters and values by name.</returns>
    public IReadOnlyDictionary<string, object> Health()
    {
        JudgedView[] views = [.. _judging.Values.SelectMany(judging => judging.Views)];
        OrderedDictionary<string, ulong> refused = [];
        foreach ((string reason, ulong count) in views.SelectMany(view => view.Tally.Verdicts.RefusedBy).GroupBy(pair => pair.Key, pair => pair.Value).Select(group => (group.Key, Sum(group))).OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            refused[reason] = count;
        }

        OrderedDictionary<string, object> health = [];
        bool connected = _cloud.Trouble is null;
        string? disk = _following.Values.Select(following => following.DiskTrouble).FirstOrDefault(trouble => trouble is not null);
        health["healthy"] = connected && disk is null && !_judging.Values.Any(judging => judging.IsDamaged);
        health["connected"] = connected;
        if (disk is not null)
        {
            health["diskTrouble"] = disk;
        }

        if (_cloud.AnsweredAt is { } answered)
        {
            health["answeredAt"] = answered;
        }

        FleetTally fleet = FleetTally.Of([.. views.Select(view => view.Tally)]);
        health["archived"] = fleet.Once(Sum(views.Select(view => view.Tally.Verdicts.Valid)));
        health["readings"] = new OrderedDictionary<string, ulong>
        {
            ["valid"] = Sum(views.Select(view => view.Tally.Verdicts.Valid)),
            ["pending"] = Sum(views.Select(view => view.Tally.Verdicts.Pending)),
            ["doubtful"] = Sum(views.Select(view => view.Tally.Verdicts.Doubtful)),
            ["refused"] = Sum(views.Select(view => view.Tally.Verdicts.Refused)),
            ["fresh"] = Sum(views.Select(view => view.Tally.Verdicts.Fresh)),
            ["stale"] = Sum(views.Select(view => view.Tally.Verdicts.Stale)),
            ["unproven"] = Sum(views.Select(view => view.Tally.Verdicts.Unproven)),
        };
        health["entries"] = Sum(_sizes.Select(pair => pair.Value - _starts.GetValueOrDefault(pair.Key)));
        health["judged"] = Sum(views.Select(view => view.Next - Math.Min(view.Next, _starts.GetValueOrDefault(view.Log))));
        health["generationsInMemory"] = _judging.Values.Sum(judging => judging.Open);
        health["sealedEntries"] = Sum(views.Select(view => view.Tally.Verdicts.SealedEntries));
        health["refused"] = refused;
        health["refusedBy"] = refused;
        health["reconsidered"] = Sum(views.Select(view => view.Tally.Reconsidered));
        health["asJudged"] = Sum(views.Select(view => view.Tally.AsJudged));
        health["misdated"] = Sum(views.Select(view => view.Tally.Misdated));
        health["clockWentBack"] = Sum(views.Select(view => view.Tally.Verdicts.ClockWentBack));
        health["gaps"] = fleet.Counts.Missing;
        fleet.Report(health);
        health["lost"] = Sum(views.Select(view => view.Tally.Verdicts.Lost));
        health["alarmsRaised"] = Sum(views.Select(view => view.Tally.AlarmsRaised));
        health["alarmsActive"] = views.Sum(view => view.Active);
        health["alarms"] = views.SelectMany(view => view.Tally.Alarms.Select(alarm => (view.Log, Alarm: alarm))).OrderByDescending(one => one.Alarm.RaisedAt).Take(AlarmNote.MostListed)
            .Select(one => AlarmNote.Listed(one.Log.ToString(), one.Alarm.Rule, one.Alarm.Sensor, one.Alarm.Metric, one.Alarm.Index, one.Alarm.RaisedAt, one.Alarm.ClearedAt)).ToArray();
        health["alarmsDiffer"] = Sum(views.Select(view => view.Tally.AlarmsDiffer));
        health["cuts"] = Sum(views.Select(view => view.Tally.Cuts));
        health["forks"] = _desk.Forks;
        health["notTaken"] = Sum(_desk.NotTaken.Select(one => one.Count));
        health["forgedCountersignatures"] = _desk.Forged;
        health["silentLogs"] = _desk.Silent;
        health["alertsDelivered"] = _outbox.Delivered;
        health["alertsWaiting"] = _outbox.Waiting;
        health["alertsDropped"] = _outbox.Dropped;
        health["alertsFailing"] = _outbox.IsFailing;
        health["lagMs"] = new OrderedDictionary<string, ulong> { ["p50"] = _lag.Percentile(0.5), ["p99"] = _lag.Percentile(0.99) };
        health["registryWithheld"] = _withheld.Standing.Count;
        health["registrySize"] = _registry.Current.Size;
        health["registryAgeSeconds"] = (ulong)_registryAge.Age.TotalSeconds;
        health["registryStale"] = _desk.IsRegistryStale;
        OrderedDictionary<string, ulong> logs = [];
        foreach ((LogId log, ulong size) in _sizes.ToArray().OrderBy(pair => pair.Key))
        {
            logs[log.ToString()] = size;
        }

        health["logs"] = logs;
        if (!_starts.IsEmpty)
        {
            OrderedDictionary<string, ulong> starts = [];
            foreach ((LogId log, ulong start) in _starts.OrderBy(pair => pair.Key))
            {
                starts[log.ToString()] = start;
            }

            health["notJudgedBefore"] = starts;
        }

        return health;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _registry.Changed -= RegistryMoved;
        foreach (LogJudging judging in _judging.Values)
        {
            judging.Dispose();
        }

        _eraser.Dispose();
        _cloud.Dispose();
        _outbox.Dispose();
        _follower.Dispose();
        _registry.Dispose();
        _registryMoved.Dispose();
        await _store.DisposeAsync().ConfigureAwait(false);
    }

    private static ulong Sum(IEnumerable<ulong> values) => values.Aggregate(0ul, (sum, value) => sum + value);

    /// <summary>What is held from before.</summary>
    private async Task ReadAsync(CancellationToken ct)
    {
        foreach (LogId log in await _store.Logs(ct).ConfigureAwait(false))
        {
            LogState? state = await _store.State(log, ct).ConfigureAwait(false);
            if (log != _registry.Log && state is not null)
            {
                _sizes[log] = state.Size;
                IsHeldFrom(log, state.Start);

                // Before any log is judged on: what one adds is compared with all others.
                _witnesses.Put(_judged.Load(log, state));
            }
        }
    }

    /// <summary>Begins to follow each gateway's log as soon as it is known.</summary>
    private async Task FollowAllAsync(CancellationTokenSource end)
    {
        List<Task> tasks = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        try
        {
            while (true)
            {
                await _registryMoved.WaitAsync(end.Token).ConfigureAwait(false);

                // Before the registry is here no log can be verified.
                IEnumerable<string> wanted = !_registry.Current.IsFounded ? [] : _options.Logs ?? _registry.Current.Parties.Where(party => party.Role == Role.Gateway).Select(party => party.Name);
                foreach (string name in wanted.Where(names.Add).ToArray())
                {
                    // Place 0 is the registry's.
                    tasks.AddRange(await FollowAsync(name, names.Count, end).ConfigureAwait(false));
                }

                foreach (LogJudging judging in _judging.Values)
                {
                    judging.RegistryMoved();
                }
            }
        }
        finally
        {
            await Task.WhenAll(tasks).ConfigureAwait(false);
        }
    }

    private async Task WatchRegistryAsync(CancellationToken stop)
    {
        using PeriodicTimer timer = new(TimeSpan.FromTicks(Math.Clamp(_options.RegistryWithheldAfter.Ticks / 5, TimeSpan.TicksPerSecond / 10, TimeSpan.TicksPerMinute)), _time);
        while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
        {
            // What the disk did not take before.
            _desk.Put([]);
            ulong known = _registry.Current.Size;
            (IReadOnlyList<(LogId Log, ulong InForce)> begun, IReadOnlyList<LogId> over) = _withheld.Look(_judging.Values.SelectMany(judging => judging.Views).Select(view => (view.Log, view.InForce)), known);
            foreach ((LogId log, ulong inForce) in begun)
            {
                _desk.IsWithheld(log, inForce, known);
            }

            foreach (LogId log in over)
            {
                _desk.IsGiven(log, known);
            }
        }
    }

    private async Task<IEnumerable<Task>> FollowAsync(string name, int place, CancellationTokenSource end)
    {
        LogJudging judging = _judging[name] = new(name, _options.Identity.Kid, _store, () => _registry.Current, _registry.Registry.View, _judged, _witnesses, _desk, _time, _logger);
        foreach (LogId log in (await _store.Logs(end.Token).ConfigureAwait(false)).Where(log => log.Name == name))
        {
            if (await _store.LatestHead(log, end.Token).ConfigureAwait(false) is { } newest)
            {
                _silence.Expect(name, newest.Head.Claims.Seconds);
            }
        }

        FollowEvents events = new(
            (append, from) =>
            {
                Stored(append, from);
                judging.Grew(append.Log);
            },
            head =>
            {
                Started(head);
                judging.Grew(head.Claims.Log);
            },
            (log, head) => _silence.Heard(log.Name, head.Claims.Seconds),
            _desk);
        LogFollowing following = _following[name] = new(name, place, _store, _follower, _keys, _cloud, _options, events, _time, _logger);
        _logger.LogInformation("following {Log}", name);
        return [Run(() => following.RunAsync(end.Token), end), Run(() => judging.RunAsync(end.Token), end)];
    }

    private void IsHeldFrom(LogId log, ulong start)
    {
        if (start > 0)
        {
            _starts[log] = start;
            _logger.LogInformation("{Log} is held from entry {Start} on; what lies before is not judged", log, start);
        }
    }

    private void Started(Head head)
    {
        LogId log = head.Claims.Log;
        IsHeldFrom(log, head.Claims.Size);
        _sizes[log] = head.Claims.Size;
        _silence.Heard(log.Name, head.Claims.Seconds);

        // A head is signed every minute. One that is old beside the registry's newest word is true all the same, and what comes after it is missing.
        DateTimeOffset signed = DateTimeOffset.FromUnixTimeSeconds((long)Math.Min(head.Claims.Seconds, (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds()));
        if (_registry.HeardAt - signed > _options.SilentAfter)
        {
            _logger.LogWarning("{Log} begins with an old head, of {Signed}: the registry's newest word is of {Heard}", log, signed, _registry.HeardAt);
            _desk.IsSilent(log.Name, (ulong)signed.ToUnixTimeMilliseconds());
        }
    }

    private void Stored(Append append, ulong from)
    {
        ulong now = (ulong)Math.Max(0, _time.GetUtcNow().ToUnixTimeMilliseconds());
        _sizes[append.Log] = append.Head.Claims.Size;
        for (int i = (int)(from - append.From); i < append.Entries.Count; i++)
        {
            if (!append.Entries[i].IsBlank && TryRead(append.Entries[i].Bytes) is { Kind: EntryKind.Reading or EntryKind.Sealed } entry)
            {
                _lag.Add(now > entry.At ? now - entry.At : 0);
            }
        }
    }

    private static Entry? TryRead(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return Entry.FromUntrusted(bytes);
        }
        catch (MessageException)
        {
            // A log takes any bytes; the verdict says what they are worth.
            return null;
        }
    }

    private void RegistryMoved(RegistryView view)
    {
        _eraser.Wake();
        try
        {
            _registryMoved.Release();
        }
        catch (Exception known) when (known is SemaphoreFullException or ObjectDisposedException)
        {
            // It is to be looked at already, or all has ended.
        }
    }

    /// <summary>Runs one part; being told to stop is its usual end, and an unexpected one ends all.</summary>
    private static async Task Run(Func<Task> part, CancellationTokenSource end)
    {
        try
        {
            await Task.Run(part, CancellationToken.None).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // Told to stop.
        }
        catch
        {
            await end.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }
}
