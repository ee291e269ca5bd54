namespace Sealway.Cloud;

using System.Collections.Concurrent;
using Sealway.Log;
using Sealway.Messages;

/// <summary>Which generation of each gateway's log is the latest held, and which logs are sealed.</summary>
internal sealed class LogCatalog
{
    private readonly ILogStore _store;
    private readonly ConcurrentDictionary<string, ulong> _latest = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _sealed = new(StringComparer.Ordinal);

    private LogCatalog(ILogStore store) => _store = store;

    /// <summary>The latest generations, by name.</summary>
    public IEnumerable<LogId> Latest => _latest.Select(pair => new LogId(pair.Key, pair.Value)).Order();

    public static async Task<LogCatalog> OpenAsync(ILogStore store, LogId registry, CancellationToken ct)
    {
        LogCatalog catalog = new(store);
        foreach (LogId log in await store.Logs(ct).ConfigureAwait(false))
        {
            if (log != registry)
            {
                catalog.Hold(log);
            }
        }

        return catalog;
    }

    /// <summary>The latest generation of the same name, or the log itself where none is held.</summary>
    public LogId LatestOf(LogId log) => _latest.TryGetValue(log.Name, out ulong generation) ? log with { Generation = generation } : log;

    /// <summary>Whether a generation can be the next to hold: any where none is held, else one that is held or the one after the latest.</summary>
    public bool MayHold(LogId log) => !_latest.TryGetValue(log.Name, out ulong latest) || log.Generation <= latest + 1;

    public void Hold(LogId log) => _latest.AddOrUpdate(log.Name, log.Generation, (_, latest) => Math.Max(latest, log.Generation));

    /// <summary>Whether a gateway's log is sealed: its second entry is an epoch, or its first slots are sealed. Looked up once.</summary>
    public async ValueTask<bool> IsSealed(string name, CancellationToken ct)
    {
        if (_sealed.TryGetValue(name, out bool known))
        {
            return known;
        }

        if (!_latest.TryGetValue(name, out ulong generation))
        {
            return false;
        }

        foreach (LogEntry entry in await _store.Read(new LogId(name, generation), 0, 8, Limits.AppendEntryBytes, ct).ConfigureAwait(false))
        {
            if (KindOf(entry) is EntryKind.Epoch or EntryKind.Sealed)
            {
                return _sealed[name] = true;
            }

            if (KindOf(entry) is EntryKind.Reading)
            {
                return _sealed[name] = false;
            }
        }

        return false;
    }

    private static EntryKind? KindOf(LogEntry entry)
    {
        try
        {
            return entry.IsBlank ? null : Entry.FromUntrusted(entry.Bytes).Kind;
        }
        catch (MessageException)
        {
            return null;
        }
    }
}
