namespace Sealway.Cloud;

using System.Collections.Concurrent;
using Sealway.Log;
using Sealway.Messages;

/// <summary>Which logs of gateways are held, how large they are, and which generation of each is the latest. Safe for use by several threads.</summary>
internal sealed class LogCatalog
{
    private readonly ConcurrentDictionary<LogId, ulong> _sizes = new();
    private readonly ConcurrentDictionary<string, ulong> _latest = new(StringComparer.Ordinal);

    private LogCatalog()
    {
    }

    /// <summary>The latest generations, by name.</summary>
    public IEnumerable<LogId> Latest => _latest.Select(pair => new LogId(pair.Key, pair.Value)).Order();

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
    public LogId LatestOf(LogId log) => _latest.TryGetValue(log.Name, out ulong generation) ? log with { Generation = generation } : log;

    /// <summary>Whether a later generation is held: then this one is closed.</summary>
    public bool IsClosed(LogId log) => LatestOf(log) > log;

    /// <summary>The size held of a log, in entries.</summary>
    public ulong SizeOf(LogId log) => _sizes.GetValueOrDefault(log);

    /// <summary>This much of a log is held.</summary>
    public void Hold(LogId log, ulong size)
    {
        _sizes.AddOrUpdate(log, size, (_, held) => Math.Max(held, size));
        _latest.AddOrUpdate(log.Name, log.Generation, (_, latest) => Math.Max(latest, log.Generation));
    }
}
