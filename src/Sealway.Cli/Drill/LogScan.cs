namespace Sealway.Cli.Drill;

using Sealway.Log;
using Sealway.Messages;

/// <summary>Reads a store's logs of one name, generation by generation, each entry once; what was read the last time is not read again.</summary>
internal sealed class LogScan(string name)
{
    private readonly Dictionary<LogId, ulong> _next = [];

    /// <summary>The entries since the last time.</summary>
    public async Task<IReadOnlyList<(LogId Log, ulong Index, ReadOnlyMemory<byte> Bytes)>> News(ILogStore store, CancellationToken stop)
    {
        List<(LogId Log, ulong Index, ReadOnlyMemory<byte> Bytes)> news = [];
        foreach (LogId log in (await store.Logs(stop).ConfigureAwait(false)).Where(log => log.Name == name).Order())
        {
            ulong next = _next.GetValueOrDefault(log);
            while (true)
            {
                IReadOnlyList<LogEntry> read = await store.Read(log, next, next + Limits.AppendEntries, Limits.AppendEntryBytes, stop).ConfigureAwait(false);
                if (read.Count == 0)
                {
                    break;
                }

                foreach (LogEntry entry in read)
                {
                    news.Add((log, next++, entry.Bytes));
                }
            }

            _next[log] = next;
        }

        return news;
    }
}
