namespace Sealway.Cloud;

using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Sealway.Alarms;
using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// Judges every new entry of every log of one fleet, and raises alarms, beside the follow desk: nothing that stands in an
/// entry ever holds up an append or a countersignature. One loop judges all logs in turn. Of sealed logs it sees kinds,
/// steps and sizes. What it concludes is kept in a store of its own. Of a closed generation that is judged to its end only
/// what everybody may see stays in memory; it is read again when it is needed again, as when the registry has moved.
/// </summary>
internal sealed class LogWatch : IDisposable
{
    /// <summary>How often at most a log's state is written while entries keep coming; a crash costs as much judging, and nothing else.</summary>
    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly ILogStore _store;
    private readonly WatchStore _kept;
    private readonly Func<RegistryView> _registry;
    private readonly Func<ulong, RegistryView> _registryAt;
    private readonly Kid _own;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly FleetWitnesses _witnesses = new();
    private readonly ConcurrentDictionary<LogId, WatchedLog> _logs = new();
    private readonly ConcurrentDictionary<LogId, LogWatchView> _idle = new();
    private readonly ConcurrentDictionary<string, ulong> _latest = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<LogId, Arrivals> _arrivals = new();
    private readonly ConcurrentDictionary<LogId, long> _unsaved = new();
    private readonly ConcurrentDictionary<LogId, byte> _stuck = new();
    private readonly Queue<LogId> _due = new();
    private readonly HashSet<LogId> _queued = [];
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private bool _registryMoved;

    /// <summary>Begins without logs: see <see cref="OpenAsync"/>.</summary>
    private LogWatch(ILogStore store, ILogStore kept, AlarmRules rules, Func<RegistryView> registry, Func<ulong, RegistryView> registryAt, Kid own, TimeProvider time, ILogger logger)
    {
        _store = store;
        _kept = new WatchStore(kept, store, rules, _witnesses, kid => registry().Find(kid)?.Key);
        _registry = registry;
        _registryAt = registryAt;
        _own = own;
        _time = time;
        _logger = logger;
    }

    /// <summary>Told after each step, from the watch's own loop: what is judged may be pruned now.</summary>
    public Action<LogId>? Judged { get; set; }

    /// <summary>How long readings took to come here.</summary>
    public Lag Lag { get; } = new();

    /// <summary>Whether a log cannot be judged any further because of a fault here.</summary>
    public bool IsStuck => !_stuck.IsEmpty;

    /// <summary>What was concluded of each log.</summary>
    public IReadOnlyList<LogWatchView> Views => [.. AllViews.OrderBy(view => view.Log)];

    /// <summary>How many logs are in memory with all that judging them further takes.</summary>
    public int Open => _logs.Count;

    // One that is just being read again is in both.
    private IEnumerable<LogWatchView> AllViews => _logs.Values.Select(log => log.View).Concat(_idle.Where(pair => !_logs.ContainsKey(pair.Key)).Select(pair => pair.Value));

    /// <summary>Goes on from what is kept.</summary>
    /// <param name="store">Where the logs are; not owned.</param>
    /// <param name="kept">Where conclusions are kept; not owned.</param>
    /// <param name="registryLog">The registry's log, which is not judged here.</param>
    /// <param name="rules">The alarm rules.</param>
    /// <param name="registry">Gives what the registry says now.</param>
    /// <param name="registryAt">Gives what it said at a size.</param>
    /// <param name="own">The cloud's key.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where alarms and findings go.</param>
    /// <param name="ct">Ends the opening.</param>
    public static async Task<LogWatch> OpenAsync(
        ILogStore store, ILogStore kept, LogId registryLog, AlarmRules rules, Func<RegistryView> registry, Func<ulong, RegistryView> registryAt, Kid own, TimeProvider time, ILogger logger, CancellationToken ct)
    {
        LogWatch watch = new(store, kept, rules, registry, registryAt, own, time, logger);
        LogId[] logs = [.. (await store.Logs(ct).ConfigureAwait(false)).Where(log => log != registryLog)];
        foreach (LogId log in logs)
        {
            watch.IsHeld(log);
        }

        foreach (LogId log in logs)
        {
            (WatchedLog watched, bool anew) = await watch.LoadAsync(log, ct).ConfigureAwait(false);
            if (anew)
            {
                logger.LogInformation("what was concluded of {Log} is not there: it is judged from its beginning", log);
            }

            // The registry may have moved after the last step before the stop, and the log grown after the last that was kept.
            watch.Forget(watched);
            watch.Due(log);
        }

        return watch;
    }

    /// <summary>Whether a log is open or sealed: by its own entries, or while they do not tell, by those of the generation before.</summary>
    public LogForm FormOf(LogId log)
    {
        if (_logs.TryGetValue(log, out WatchedLog? own) && own.View.Form != LogForm.Undecided)
        {
            return own.View.Form;
        }

        return (_idle.TryGetValue(log, out LogWatchView? idle) && idle.Form != LogForm.Undecided ? idle : AllViews.Where(other => other.Log.Name == log.Name && other.Log < log && other.Form != LogForm.Undecided)
            .MaxBy(other => other.Log.Generation))?.Form ?? LogForm.Undecided;
    }

    /// <summary>What was concluded of a log; null while nothing was.</summary>
    public LogWatchView? ViewOf(LogId log) => _logs.TryGetValue(log, out WatchedLog? watched) ? watched.View : _idle.GetValueOrDefault(log);

    /// <summary>Entries are on disk. Returns at once.</summary>
    public void Grew(LogId log, ulong from, ulong size)
    {
        _arrivals.GetOrAdd(log, _ => new Arrivals()).Held(from, size, Now());
        Due(log);
        if (IsHeld(log) is { } closed)
        {
            Due(log with { Generation = closed });
        }
    }

    /// <summary>There may be entries to judge. Returns at once.</summary>
    public void Due(LogId log)
    {
        lock (_lock)
        {
            if (_stuck.ContainsKey(log) || !_queued.Add(log))
            {
                return;
            }

            _due.Enqueue(log);
        }

        Wake();
    }

    /// <summary>The registry has moved: what is pending is judged again. Returns at once.</summary>
    public void RegistryMoved()
    {
        lock (_lock)
        {
            _registryMoved = true;
        }

        Wake();
    }

    /// <summary>Judges until cancelled, then keeps where it is.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            while (true)
            {
                while (Next() is { } log)
                {
                    await JudgeAsync(log, ct).ConfigureAwait(false);
                    await SaveAsync(SaveEvery, ct).ConfigureAwait(false);
                }

                if (_logs.Values.FirstOrDefault(log => log.Reconsidering is not null) is { } again)
                {
                    // New entries come first: one stretch, and then a look for these.
                    await ReconsiderAsync(again, ct).ConfigureAwait(false);
                    await SaveAsync(SaveEvery, ct).ConfigureAwait(false);
                }
                else if (_unsaved.IsEmpty)
                {
                    await _wake.WaitAsync(ct).ConfigureAwait(false);
                }
                else
                {
                    await WaitAsync(SaveEvery, ct).ConfigureAwait(false);
                    await SaveAsync(SaveEvery, ct).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            await SaveAsync(TimeSpan.Zero, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _wake.Dispose();

    /// <summary>A generation is held.</summary>
    /// <returns>The one that it has closed; null where it closed none.</returns>
    private ulong? IsHeld(LogId log)
    {
        ulong before = _latest.GetOrAdd(log.Name, log.Generation);
        _latest.AddOrUpdate(log.Name, log.Generation, (_, latest) => Math.Max(latest, log.Generation));
        return before < log.Generation ? before : null;
    }

    /// <returns>The log, and whether nothing was kept that belongs to it.</returns>
    private async Task<(WatchedLog Log, bool Anew)> LoadAsync(LogId log, CancellationToken ct)
    {
        (WatchedLog watched, bool anew) = await _kept.LoadAsync(log, ct).ConfigureAwait(false);
        _logs[log] = watched;
        lock (_lock)
        {
            // The registry may have moved since it was last looked at.
            FollowRegistry(watched, _registry());
        }

        return (watched, anew);
    }

    /// <summary>A closed generation of which nothing is open goes out of memory.</summary>
    private void Forget(WatchedLog watched)
    {
        LogId log = watched.Log;
        if (_latest[log.Name] > log.Generation
            && watched.Reconsidering is null && !watched.Witnesses.IsOpen && !_unsaved.ContainsKey(log) && !_stuck.ContainsKey(log)
            && watched.Judged.Settled == watched.Judged.Next)
        {
            watched.Publish();
            _idle[log] = watched.View;
            _logs.TryRemove(log, out _);
            _arrivals.TryRemove(log, out _);
        }
    }

    private async Task JudgeAsync(LogId log, CancellationToken ct)
    {
        try
        {
            if (!_logs.TryGetValue(log, out WatchedLog? watched))
            {
                watched = (await LoadAsync(log, ct).ConfigureAwait(false)).Log;
            }

            if (await StepAsync(watched, ct).ConfigureAwait(false))
            {
                Due(log);
            }
            else if (_latest[log.Name] > log.Generation)
            {
                if (_unsaved.ContainsKey(log) && !watched.Witnesses.IsOpen)
                {
                    await SaveAsync(watched, ct).ConfigureAwait(false);
                }

                Forget(watched);
            }
        }
        catch (IOException e)
        {
            _logger.LogError(e, "{Log} could not be read to be judged; the next attempt is in {Seconds} s", log, RetryAfter.TotalSeconds);
            await WaitAsync(RetryAfter, ct).ConfigureAwait(false);
            Due(log);
        }
#pragma warning disable CA1031 // Whatever an entry does to the judge here, the other logs go on.
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            if (_stuck.TryAdd(log, 0))
            {
                _logger.LogCritical(e, "{Log} cannot be judged any further: a fault here; it is kept and countersigned all the same", log);
            }
        }
    }

    /// <summary>Judges what one append holds at most.</summary>
    /// <returns>Whether there may be more.</returns>
    private async Task<bool> StepAsync(WatchedLog watched, CancellationToken ct)
    {
        if (watched.Witnesses.IsOpen)
        {
            await CompareAsync(watched, ct).ConfigureAwait(false);
        }

        ulong from = watched.Judged.Next;
        IReadOnlyList<LogEntry> entries = await _store.Read(watched.Log, from, from + Limits.AppendEntries, Limits.AppendEntryBytes, ct).ConfigureAwait(false);
        if (entries.Count == 0)
        {
            return false;
        }

        RegistryView registry = _registry();
        EntryTimes times = await EntryTimes.LoadAsync(_store, watched.Log, _own, from, from + (ulong)entries.Count, AtMost, ct).ConfigureAwait(false);
        WatchReport report = new(watched.Log, _logger);
        Arrivals? arrivals = _arrivals.GetValueOrDefault(watched.Log);
        GenerationEvent? generation = null;
        for (int i = 0; i < entries.Count; i++)
        {
            Judged? judged = watched.Feed(entries[i], registry, times, report);
            generation = judged is { Event: GenerationEvent begun, Verdict.IsValid: true } ? begun : generation;
            if (judged?.Reading is not null && arrivals?.Of(from + (ulong)i) is { } held)
            {
                Lag.Add(held > judged.At ? held - judged.At : 0);
            }
        }

        if (generation?.Previous is { } previous)
        {
            await ReportGenerationAsync(watched, generation.Reason, previous, ct).ConfigureAwait(false);
        }

        report.End();
        await CompareAsync(watched, ct).ConfigureAwait(false);
        _unsaved.TryAdd(watched.Log, _time.GetTimestamp());
        if (report.HasAlarms)
        {
            // So that a crash does not let it be told twice.
            await SaveAsync(watched, ct).ConfigureAwait(false);
        }

        Judged?.Invoke(watched.Log);
        return true;
    }

    /// <summary>Looks whether the other logs of the fleet say the same under the numbers of the readings that were judged last.</summary>
    private async Task CompareAsync(WatchedLog watched, CancellationToken ct)
    {
        foreach ((Kid sensor, ClonedNumber found) in await watched.Witnesses.CompareAsync(watched.Judged, ct).ConfigureAwait(false))
        {
            _logger.LogError("sensor {Sensor}: {Clone}", sensor, found);
        }

        watched.Publish();
    }

    /// <summary>Judges a stretch of a log again of which a key was withdrawn, and takes what came of it at the end.</summary>
    private async Task ReconsiderAsync(WatchedLog watched, CancellationToken ct)
    {
        Reconsidering again = watched.Reconsidering!;
        try
        {
            ulong to = Math.Min(again.Next + Limits.AppendEntries, watched.Judged.Next);
            foreach (LogEntry entry in again.Next == to ? [] : await _store.Read(watched.Log, again.Next, to, Limits.AppendEntryBytes, ct).ConfigureAwait(false))
            {
                again.Feed(entry);
            }

            if (again.Next < watched.Judged.Next)
            {
                return;
            }

            RegistryView registry = _registry();
            if (again.IsPending && registry.Size > again.Registry.Size)
            {
                // What waited is decided now: once more from the beginning.
                watched.Reconsidering = watched.Judged.Reconsider(registry, _registryAt);
                return;
            }

            watched.Judged.Take(again);
            _witnesses.Put(watched.Judged);
            watched.Reconsidering = watched.Judged.IsOvertaken(registry) ? watched.Judged.Reconsider(registry, _registryAt) : null;
            new WatchReport(watched.Log, _logger).Reconsidered(again, watched.Judged.Tally.AsJudged);
            watched.Publish();
            await SaveAsync(watched, ct).ConfigureAwait(false);
            Judged?.Invoke(watched.Log);
            Due(watched.Log);
        }
        catch (IOException e)
        {
            _logger.LogError(e, "{Log} could not be read to be judged again; the next attempt is in {Seconds} s", watched.Log, RetryAfter.TotalSeconds);
            await WaitAsync(RetryAfter, ct).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever an entry does to the judge here, the other logs go on.
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            watched.Reconsidering = null;
            _stuck.TryAdd(watched.Log, 0);
            _logger.LogCritical(e, "{Log} cannot be judged again: a fault here; it is kept and countersigned all the same", watched.Log);
        }
    }

    /// <summary>A later generation has begun: does it leave out what is held here of the one before?</summary>
    private async Task ReportGenerationAsync(WatchedLog watched, string reason, PreviousGeneration previous, CancellationToken ct)
    {
        LogState? held = await _store.State(previous.Log, ct).ConfigureAwait(false);
        _logger.LogWarning("{Log} begins after {Previous}, size {Size}: {Reason}", watched.Log, previous.Log, previous.Size, Words(reason));
        if (held is null)
        {
            return;
        }

        if (held.Size > previous.Size)
        {
            watched.Judged.Tally.Cuts++;
            _logger.LogWarning("{Log} cuts off {Count} entries of {Previous} that are held here", watched.Log, held.Size - previous.Size, previous.Log);
        }

        if (previous.Size > 0 && previous.Size <= held.Size && held.Start == 0)
        {
            // A proof that leads to its root shows that the two trees are one.
            ulong last = previous.Size - 1;
            IReadOnlyList<LogEntry> leaf = await _store.Read(previous.Log, last, previous.Size, Limits.AppendEntryBytes, ct).ConfigureAwait(false);
            IReadOnlyList<byte[]> path = await Inclusion.Prove(_store.Tiles(previous.Log), last, previous.Size, ct).ConfigureAwait(false);
            if (!Inclusion.Verify(leaf[0].Hash, last, previous.Size, path, previous.Root.Span))
            {
                watched.Judged.Tally.Cuts++;
                _logger.LogWarning("{Log} names another root of {Previous} than is held here", watched.Log, previous.Log);
            }
        }
    }

    private static string Words(string reason) => string.Concat(reason.Take(80).Select(c => c is >= ' ' and <= '~' ? c : '?'));

    // What a countersignature of another time says of the registry is at most what is here.
    private RegistryView AtMost(ulong size) => _registryAt(Math.Min(size, _registry().Size));

    private LogId? Next()
    {
        lock (_lock)
        {
            if (_registryMoved)
            {
                _registryMoved = false;
                Rewind();
            }

            if (!_due.TryDequeue(out LogId log))
            {
                return null;
            }

            _queued.Remove(log);
            return log;
        }
    }

    private void Rewind()
    {
        RegistryView registry = _registry();
        foreach (WatchedLog watched in _logs.Values)
        {
            FollowRegistry(watched, registry);
        }

        // Each is read, looked at and forgotten again.
        foreach (LogId log in _idle.Keys.Where(log => !_logs.ContainsKey(log) && _queued.Add(log)))
        {
            _due.Enqueue(log);
        }
    }

    // Under the lock.
    private void FollowRegistry(WatchedLog watched, RegistryView registry)
    {
        if (Rewind(watched, registry))
        {
            // What was judged again of the part that is gone back over counts no more.
            watched.Reconsidering = null;
            if (_queued.Add(watched.Log))
            {
                _due.Enqueue(watched.Log);
            }
        }

        if (watched.Reconsidering is null && watched.Judged.IsOvertaken(registry) && !_stuck.ContainsKey(watched.Log))
        {
            watched.Reconsidering = watched.Judged.Reconsider(registry, _registryAt);
            watched.Publish();
        }
    }

    private bool Rewind(WatchedLog watched, RegistryView registry)
    {
        if (!watched.Rewind(registry))
        {
            return false;
        }

        _witnesses.Put(watched.Judged);
        return true;
    }

    private void Wake()
    {
        lock (_lock)
        {
            if (_wake.CurrentCount == 0)
            {
                _wake.Release();
            }
        }
    }

    private async Task WaitAsync(TimeSpan most, CancellationToken ct)
    {
        using CancellationTokenSource late = new(most, _time);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(late.Token, ct);
        try
        {
            await _wake.WaitAsync(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // Time is over.
        }
    }

    /// <summary>Keeps the state of each log that was last kept at least this long ago.</summary>
    private Task SaveAsync(TimeSpan age, CancellationToken ct)
    {
        // Together, so that the store makes one transaction of them.
        List<WatchedLog> due = [.. _unsaved.Where(unsaved => _time.GetElapsedTime(unsaved.Value) >= age).Select(unsaved => _logs[unsaved.Key]).Where(log => !log.Witnesses.IsOpen)];
        return due.Count == 0 ? Task.CompletedTask : Task.WhenAll(due.Select(watched => SaveAsync(watched, ct)));
    }

    private async Task SaveAsync(WatchedLog watched, CancellationToken ct)
    {
        try
        {
            await _kept.SaveAsync(watched, ct).ConfigureAwait(false);
            _unsaved.TryRemove(watched.Log, out _);
        }
        catch (IOException e)
        {
            // Judging goes on; a restart would judge this part again.
            _unsaved[watched.Log] = _time.GetTimestamp();
            _logger.LogError(e, "how far {Log} was judged could not be kept", watched.Log);
        }
    }

    private ulong Now() => (ulong)Math.Max(0, _time.GetUtcNow().ToUnixTimeMilliseconds());
}
