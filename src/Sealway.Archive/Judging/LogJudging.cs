namespace Sealway.Archive;

using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Sealway.Alarms;
using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// Judges the generations of one gateway's log, behind what is held and never in its way: alerts first, then how far it
/// came; what a crash cuts off is judged again. At a wake only what has grown is looked at, and when the registry has moved
/// every generation once. Of a closed one that is judged to its end only what it came to stays in memory.
/// </summary>
internal sealed class LogJudging(string name, Kid own, ILogStore store, Func<RegistryView> registry, Func<ulong, RegistryView> registryAt, JudgedFolder folder, FleetWitnesses witnesses, AlertDesk desk, TimeProvider time, ILogger logger) : IDisposable
{
    // Without alerts it is enough to keep how far judging came once in a while: it is made again from the entries.
    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _news = new(1, 1);
    private readonly SortedDictionary<LogId, JudgedLog> _logs = [];
    private readonly ConcurrentDictionary<LogId, JudgedView> _views = new();
    private readonly Dictionary<LogId, (DateTimeOffset At, ulong Next)> _saved = [];
    private readonly HashSet<LogId> _damaged = [];
    private readonly SortedDictionary<LogId, Reconsidering> _again = [];
    private readonly Dictionary<LogId, LogWitnesses> _compared = [];
    private readonly JudgedAlerts _alerts = new(store, time, logger);
    private readonly Lock _lock = new();
    private HashSet<LogId> _grown = [];
    private bool _all = true;

    /// <summary>What there is of each generation.</summary>
    public IEnumerable<JudgedView> Views => _views.Values;

    /// <summary>Whether an entry could not be read, so that judging stopped before it.</summary>
    public bool IsDamaged { get; private set; }

    /// <summary>How many generations are in memory with all that judging them further takes.</summary>
    public int Open { get; private set; }

    /// <summary>There are more entries of a generation. Returns at once.</summary>
    public void Grew(LogId log)
    {
        lock (_lock)
        {
            _grown.Add(log);
        }

        Wake();
    }

    /// <summary>The registry has moved: every generation is looked at. Returns at once.</summary>
    public void RegistryMoved()
    {
        lock (_lock)
        {
            _all = true;
        }

        Wake();
    }

    private void Wake()
    {
        try
        {
            _news.Release();
        }
        catch (Exception asleep) when (asleep is SemaphoreFullException or ObjectDisposedException)
        {
            // It is awake already, or has ended.
        }
    }

    /// <summary>Judges until told to stop; then keeps how far it came.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                // New entries come first; what is to be judged again waits for them.
                bool isNews = await _news.WaitAsync(_again.Count > 0 ? TimeSpan.Zero : Timeout.InfiniteTimeSpan, stop).ConfigureAwait(false);
                try
                {
                    if (isNews)
                    {
                        await JudgeAllAsync(stop).ConfigureAwait(false);
                    }

                    if (_again.Count > 0)
                    {
                        await ReconsiderAsync(_logs[_again.First().Key], stop).ConfigureAwait(false);
                    }
                }
                catch (IOException trouble)
                {
                    logger.LogError("{Log} cannot be judged: {Reason}; again in {Seconds} s", name, trouble.Message, RetryAfter.TotalSeconds);
                    await Task.Delay(RetryAfter, time, stop).ConfigureAwait(false);
                    RegistryMoved();
                }
            }
        }
        finally
        {
            SaveAll();
        }
    }

    public void Dispose() => _news.Dispose();

    private async Task JudgeAllAsync(CancellationToken stop)
    {
        LogId[] held = [.. (await store.Logs(stop).ConfigureAwait(false)).Where(log => log.Name == name)];
        HashSet<LogId> due = TakeDue(held);
        foreach (LogId log in held.Where(log => due.Contains(log) && !_damaged.Contains(log)))
        {
            if (!_logs.TryGetValue(log, out JudgedLog? judged))
            {
                _logs[log] = judged = folder.Load(log, await store.State(log, stop).ConfigureAwait(false));
                _saved.TryAdd(log, (default, judged.Next));
                _compared[log] = new LogWitnesses(witnesses, store, sensor => registry().Find(sensor)?.Key);
                witnesses.Put(judged);
                Show(judged);
            }

            try
            {
                await JudgeAsync(judged, stop).ConfigureAwait(false);
                RegistryView view = registry();
                if (!_again.ContainsKey(log) && judged.IsOvertaken(view))
                {
                    _again[log] = judged.Reconsider(view, registryAt);
                }

                if (log != held[^1])
                {
                    Forget(judged);
                }
            }
            catch (InvalidDataException damage)
            {
                Damaged(log, damage);
            }
        }

        Open = _logs.Count;
        _alerts.HeldBack();
        desk.Put(_alerts.Take());
    }

    // What has grown, what is still in memory, and where the registry has moved all.
    private HashSet<LogId> TakeDue(LogId[] held)
    {
        lock (_lock)
        {
            HashSet<LogId> due = _all ? [.. held] : _grown;
            due.UnionWith(_logs.Keys);
            _grown = [];
            _all = false;
            return due;
        }
    }

    /// <summary>A closed generation: what is judged to its end is read again when it is needed again. Kept are its counts.</summary>
    private void Forget(JudgedLog judged)
    {
        if (judged.Settled < judged.Next || _again.ContainsKey(judged.Log) || _compared[judged.Log].IsOpen)
        {
            return;
        }

        if (!_saved.TryGetValue(judged.Log, out (DateTimeOffset At, ulong Next) saved) || saved.Next != judged.Next)
        {
            Save(judged);
        }

        _logs.Remove(judged.Log);
        _compared.Remove(judged.Log);
    }

    private void Damaged(LogId log, InvalidDataException damage)
    {
        IsDamaged = true;
        _damaged.Add(log);
        _logs.Remove(log);
        _again.Remove(log);
        desk.Damaged(log, damage.Message);
    }

    /// <summary>Judges a stretch of a log again of which a key was withdrawn, and takes what came of it at the end.</summary>
    private async Task ReconsiderAsync(JudgedLog judged, CancellationToken stop)
    {
        Reconsidering again = _again[judged.Log];
        try
        {
            if (again.Next < judged.Next)
            {
                ulong to = Math.Min(judged.Next, again.Next + Limits.AppendEntries);
                foreach (LogEntry entry in await store.Read(judged.Log, again.Next, to, Limits.AppendEntryBytes, stop).ConfigureAwait(false))
                {
                    again.Feed(entry);
                }
            }
        }
        catch (InvalidDataException damage)
        {
            Damaged(judged.Log, damage);
            return;
        }

        if (again.Next < judged.Next)
        {
            return;
        }

        RegistryView view = registry();
        _again.Remove(judged.Log);
        if (again.IsPending && view.Size > again.Registry.Size)
        {
            // What waited is decided now: once more from the beginning.
            _again[judged.Log] = judged.Reconsider(view, registryAt);
            return;
        }

        judged.Take(again);
        witnesses.Put(judged);
        _alerts.Reconsidered(again, judged.Log, judged.Tally.AsJudged);
        Show(judged);
        desk.Put(_alerts.Take());
        Save(judged);
        Grew(judged.Log);
    }

    private async Task JudgeAsync(JudgedLog judged, CancellationToken stop)
    {
        if (judged.Rewind(registry()))
        {
            // What was judged again of the part that is gone back over counts no more.
            _again.Remove(judged.Log);
            _saved.Remove(judged.Log);
            witnesses.Put(judged);
        }

        LogWitnesses compared = _compared[judged.Log];
        if (compared.IsOpen)
        {
            await CompareAsync(judged, compared, stop).ConfigureAwait(false);
        }

        while (true)
        {
            IReadOnlyList<LogEntry> entries = await store.Read(judged.Log, judged.Next, judged.Next + Limits.AppendEntries, Limits.AppendEntryBytes, stop).ConfigureAwait(false);
            if (entries.Count == 0)
            {
                return;
            }

            RegistryView view = registry();
            EntryTimes times = await EntryTimes.LoadAsync(store, judged.Log, own, judged.Next, judged.Next + (ulong)entries.Count, size => registryAt(Math.Min(size, registry().Size)), stop).ConfigureAwait(false);
            foreach (LogEntry entry in entries)
            {
                ulong index = judged.Next;
                LogStep step = judged.Feed(entry, view, out IReadOnlyList<UnmatchedAlarm> differs);
                compared.Judged(index, step.Judged);

                // Not to be cut off: the place must not be kept beyond what was told.
                await _alerts.FoundAsync(judged.Log, index, step, differs, view, CancellationToken.None).ConfigureAwait(false);
                if (step.Judged is { } read)
                {
                    _alerts.Times(judged, times, index, read, entry.Bytes.Length);
                }

                judged.Tally.Cuts += _alerts.FoundCut ? 1u : 0;
            }

            await CompareAsync(judged, compared, stop).ConfigureAwait(false);
        }
    }

    /// <summary>Looks whether the other logs of the fleet say the same under the numbers of the readings that were judged last; then tells and keeps what came of it all.</summary>
    private async Task CompareAsync(JudgedLog judged, LogWitnesses compared, CancellationToken stop)
    {
        foreach ((Kid sensor, ClonedNumber found) in await compared.CompareAsync(judged, stop).ConfigureAwait(false))
        {
            _alerts.Cloned(judged.Log, sensor, found, registry());
        }

        Show(judged);
        IReadOnlyList<Alert> alerts = _alerts.Take();

        // Alerts before the place: what a crash cuts off is told twice, under one id, and never not at all.
        desk.Put(alerts);
        if (alerts.Count > 0 || time.GetUtcNow() - _saved.GetValueOrDefault(judged.Log).At >= SaveEvery)
        {
            Save(judged);
        }
    }

    private void Show(JudgedLog judged) => _views[judged.Log] = new JudgedView(judged.Log, judged.Next, judged.Alarms.Raised.Count(), judged.Tally.Clone(), judged.Alarms.Place.History.InForce);

    private void Save(JudgedLog judged)
    {
        if (desk.HasUnstored)
        {
            // What an alert was made of is judged again after a crash.
            throw new IOException("alerts could not be stored, and so not how far it is judged");
        }

        folder.Save(judged);
        _saved[judged.Log] = (time.GetUtcNow(), judged.Next);
    }

    private void SaveAll()
    {
        foreach (JudgedLog judged in _logs.Values.Where(judged => !desk.HasUnstored && !_compared[judged.Log].IsOpen && (!_saved.TryGetValue(judged.Log, out (DateTimeOffset At, ulong Next) saved) || saved.Next != judged.Next)))
        {
            try
            {
                folder.Save(judged);
            }
            catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
            {
                logger.LogWarning("how far {Log} is judged cannot be kept: {Reason}; it will be judged again from an earlier entry", judged.Log, trouble.Message);
            }
        }
    }
}
