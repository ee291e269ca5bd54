namespace Sealway.Log;

using Sealway.Messages;

/// <summary>Builds what a follower is sent, from a store that may be the writer's own or another follower's.</summary>
public static class Appends
{
    /// <summary>The next append for a follower that holds a size: at most 1,024 entries or 1 MiB, ending at the largest head within that.</summary>
    /// <param name="store">Where the log is kept.</param>
    /// <param name="log">Which log.</param>
    /// <param name="from">The size that the follower holds.</param>
    /// <param name="to">The index to stop before; any large number for as many as there are.</param>
    /// <param name="mayRead">Whether the follower may read an entry, by its index and bytes; what it may not read it gets as a blank. Null: everything.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The append; without entries where the follower holds all that is signed; null if no head is held at or beyond <paramref name="from"/> within the limits.</returns>
    public static async ValueTask<Append?> NextAsync(
        ILogStore store, LogId log, ulong from, ulong to, Func<ulong, ReadOnlyMemory<byte>, bool>? mayRead, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(store);
        if (from > Limits.LargestNumber || await store.State(log, ct).ConfigureAwait(false) is not { } state || from < state.Start)
        {
            return null;
        }

        ulong most = Math.Min(from + Limits.AppendEntries, Math.Max(from, to));
        if (await store.HeadAtOrBefore(log, most, null, ct).ConfigureAwait(false) is not { } head || head.Size < from)
        {
            return null;
        }

        IReadOnlyList<LogEntry> entries = await store.Read(log, from, head.Size, Limits.AppendEntryBytes, ct).ConfigureAwait(false);
        if (from + (ulong)entries.Count < head.Size)
        {
            // The bytes ended before the head did.
            head = await store.HeadAtOrBefore(log, from + (ulong)entries.Count, null, ct).ConfigureAwait(false);
            if (head is null || head.Size <= from)
            {
                return null;
            }
        }

        AppendEntry[] sent = new AppendEntry[(int)(head.Size - from)];
        for (int i = 0; i < sent.Length; i++)
        {
            LogEntry entry = entries[i];
            sent[i] = entry.IsBlank || mayRead?.Invoke(from + (ulong)i, entry.Bytes) == false ? AppendEntry.Blank(entry.Hash) : AppendEntry.Full(entry.Bytes);
        }

        return new Append(log, from, sent, head.Head, head.Countersignatures);
    }
}
