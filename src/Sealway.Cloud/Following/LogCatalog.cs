namespace Sealway.Cloud;

using System.Collections.Concurrent;
using Sealway.Log;
using Sealway.Messages;

/// <summary>Of each gateway's log the latest generation that is held, and how large it is; earlier ones are in the store alone. Safe for use by several threads.</summary>
internal sealed class LogCatalog
{
    private readonly ConcurrentDictionary<string, (ulong Generation, ulong Size)> _latest = new(StringComparer.Ordinal);

    private LogCatalog()
    {
    }

    /// <summary>The latest generations, by name.</summary>
    public IEnumerable<LogId> Latest => _latest.Select(pair => new LogId(pair.Key, pair.Value.Generation)).Order();

    /// <summary>Reads which logs are held.</summary>
    public static async Task<LogCatalog> OpenAsync(ILogStore store, LogId registry, CancellationToken ct)
    {
        LogCatalog catalog = new();
        foreach (LogId log in await store.Logs(ct).ConfigureAwait(false))
        {
            if (log != registry)
            {
                catalog.Hold(log, (await store.State(log, ct).ConfigureAwait(false))?.Size ?? 0);
            }
        }

        return catalog;
    }

    /// <summary>Whether any generation of a name is held.</summary>
    public bool Holds(string name) => _latest.ContainsKey(name);

    /// <summary>The latest generation of the same name; the log itself where none is held.</summary>
    public LogId LatestOf(LogId log) => _latest.TryGetValue(log.Name, out (ulong Generation, ulong Size) latest) ? log with { Generation = latest.Generation } : log;

    /// <summary>Whether a later generation is held: then this one is closed.</summary>
    public bool IsClosed(LogId log) => LatestOf(log) > log;

    /// <summary>The size held of the latest generation of a name, in entries; 0 for any other.</summary>
    public ulong SizeOf(LogId log) => _latest.TryGetValue(log.Name, out (ulong Generation, ulong Size) latest) && latest.Generation == log.Generation ? latest.Size : 0;

    /// <summary>This much of a log is held.</summary>
    public void Hold(LogId log, ulong size) => _latest.AddOrUpdate(
        log.Name,
        (log.Generation, size),
        (_, held) => held.Generation > log.Generation ? held : held.Generation < log.Generation ? (log.Generation, size) : (held.Generation, Math.Max(held.Size, size)));
}
