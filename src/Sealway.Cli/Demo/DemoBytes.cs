namespace Sealway.Cli.Demo;

using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>Measures what the demo's logs hold: bytes of readings, open and sealed, and what a removed member can open.</summary>
internal static class DemoBytes
{
    /// <summary>Mean bytes of a signed reading and of its payload, over an open log.</summary>
    public static async Task<(double Signed, double Payload)> Open(ILogStore store, LogId log, CancellationToken stop)
    {
        (long readings, long signed, long payload) = (0, 0, 0);
        await foreach ((ulong _, ReadOnlyMemory<byte> bytes) in Entries(store, log, stop).ConfigureAwait(false))
        {
            Entry entry = Entry.FromUntrusted(bytes);
            if (entry.Kind == EntryKind.Reading)
            {
                readings++;
                signed += entry.Body.Length;
                payload += Reading.FromUntrusted(entry.Body).Signed.Payload.Length;
            }
        }

        return readings == 0 ? (0, 0) : ((double)signed / readings, (double)payload / readings);
    }

    /// <summary>An entry's bytes, by index.</summary>
    public static async IAsyncEnumerable<(ulong Index, ReadOnlyMemory<byte> Bytes)> Entries(ILogStore store, LogId log, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        ulong next = 0;
        while (true)
        {
            IReadOnlyList<LogEntry> read = await store.Read(log, next, next + Limits.AppendEntries, Limits.AppendEntryBytes, stop).ConfigureAwait(false);
            if (read.Count == 0)
            {
                yield break;
            }

            foreach (LogEntry entry in read)
            {
                if (!entry.IsBlank)
                {
                    yield return (next, entry.Bytes);
                }

                next++;
            }
        }
    }
}
