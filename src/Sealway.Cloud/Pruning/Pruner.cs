namespace Sealway.Cloud;

using Microsoft.Extensions.Logging;
using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// Takes the bytes of open entries away once every archive that the gateway's assignments name has countersigned that it
/// holds them, and the watch has judged them for good. Neither a revoked archive's word nor a forked log leads to it. The hashes stay, so that the log stays provable. Nothing is
/// pruned where no archive is known: one named by an assignment, else all that stand.
/// </summary>
internal sealed class Pruner : IDisposable
{
    /// <summary>How often at most a log is pruned: taking bytes off the disk for good holds up the store for a moment.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private readonly ILogStore _store;
    private readonly Func<RegistryView> _registry;
    private readonly Func<LogId, LogWatchView?> _watched;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Dictionary<LogId, (ulong To, long At)> _pruned = [];
    private readonly HashSet<LogId> _due = [];
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private ulong _count;

    /// <summary>Begins with nothing due.</summary>
    /// <param name="store">Where the logs are.</param>
    /// <param name="registry">Gives what the registry says now.</param>
    /// <param name="watched">What the watch has concluded of a log.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where failures go.</param>
    public Pruner(ILogStore store, Func<RegistryView> registry, Func<LogId, LogWatchView?> watched, TimeProvider time, ILogger logger)
    {
        _store = store;
        _registry = registry;
        _watched = watched;
        _time = time;
        _logger = logger;
    }

    /// <summary>Entries pruned since the start.</summary>
    public ulong Count => Interlocked.Read(ref _count);

    /// <summary>A log has been judged further, or an archive has countersigned. Returns at once.</summary>
    public void Due(LogId log)
    {
        lock (_lock)
        {
            _due.Add(log);
        }

        Look();
    }

    /// <summary>Time has passed: what was too early may be due now.</summary>
    public void Look()
    {
        lock (_lock)
        {
            if (_wake.CurrentCount == 0)
            {
                _wake.Release();
            }
        }
    }

    /// <summary>Prunes until cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        while (true)
        {
            await _wake.WaitAsync(ct).ConfigureAwait(false);
            foreach (LogId log in TakeDue())
            {
                try
                {
                    await PruneAsync(log, ct).ConfigureAwait(false);
                }
                catch (IOException e)
                {
                    _logger.LogError(e, "{Log} could not be pruned", log);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _wake.Dispose();

    // What is too early stays due until the next look.
    private List<LogId> TakeDue()
    {
        lock (_lock)
        {
            List<LogId> taken = [.. _due.Where(log => !_pruned.TryGetValue(log, out (ulong To, long At) last) || _time.GetElapsedTime(last.At) >= Every)];
            _due.ExceptWith(taken);
            return taken;
        }
    }

    private async Task PruneAsync(LogId log, CancellationToken ct)
    {
        if (_watched(log) is not { Form: LogForm.Open } view || await ArchivedPart.FindAsync(_store, _registry(), log, ct).ConfigureAwait(false) is not { } archived)
        {
            return;
        }

        ulong from = Math.Max(archived.From, _pruned.TryGetValue(log, out (ulong To, long At) last) ? last.To : 0);
        ulong to = Math.Min(archived.To, view.Settled);
        if (to <= from)
        {
            return;
        }

        await _store.Blank(log, from, to, ct).ConfigureAwait(false);
        Interlocked.Add(ref _count, to - from);
        lock (_lock)
        {
            _pruned[log] = (to, _time.GetTimestamp());
        }
    }
}
