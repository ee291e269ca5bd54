namespace Sealway.Gateway;

using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// What the gateway's disk still keeps for the way up. Frees entries that the archive has countersigned, where that is
/// wanted; and where more waits unsent than may, chooses the oldest readings to lose: the log then goes on in a generation
/// without them, whose second entry says so.
/// </summary>
internal sealed class Buffer(ILogStore store, ulong? mostUnsent, bool frees)
{
    // Freeing moves the store's write-ahead log into its file: not worth it for a handful.
    private const ulong FreeStep = 1_024;
    private const ulong LostShare = 8;

    private ulong _held;
    private ulong _searched;
    private LogId _freedOf;
    private ulong _freed;

    /// <summary>Entries that the cloud holds.</summary>
    internal ulong Held
    {
        get => Volatile.Read(ref _held);
        set => Volatile.Write(ref _held, value);
    }

    /// <summary>Takes the bytes of archived entries away, in large steps: what the archives that count hold by their word, and nothing before or beyond.</summary>
    internal async Task FreeAsync(LogId log, RegistryView registry, CancellationToken cancellation)
    {
        if (log != _freedOf)
        {
            (_freedOf, _freed) = (log, 0);
        }

        if (frees && await ArchivedPart.FindAsync(store, registry, log, cancellation).ConfigureAwait(false) is { } archived && archived.To >= Math.Max(archived.From, _freed) + FreeStep)
        {
            await store.Blank(log, Math.Max(archived.From, _freed), archived.To, cancellation).ConfigureAwait(false);
            _freed = archived.To;
        }
    }

    /// <summary>Whether more entries wait unsent than may.</summary>
    internal bool IsOverfull(ulong size) => mostUnsent is { } most && size > Math.Max(Held, _searched) && size - Math.Max(Held, _searched) > most;

    /// <summary>The oldest unsent readings that are to be lost; null if there are none.</summary>
    internal async Task<Overflow?> OverflowAsync(LogId log, ulong size, CancellationToken cancellation)
    {
        ulong held = Held;
        ulong from = held;
        ulong wanted = Math.Max(1, (mostUnsent ?? 0) / LostShare);
        ulong count = 0;
        ulong first = 0;
        ulong last = 0;
        while (count < wanted && from < size)
        {
            foreach (LogEntry entry in await store.Read(log, from, Math.Min(size, from + Limits.AppendEntries), Limits.AppendEntryBytes, cancellation).ConfigureAwait(false))
            {
                from++;
                if (!entry.IsBlank && Entry.FromUntrusted(entry.Bytes) is { } lost && Overflow.IsLost(lost))
                {
                    first = count == 0 ? lost.At : first;
                    last = lost.At;
                    if (++count == wanted)
                    {
                        break;
                    }
                }
            }
        }

        _searched = from;
        return count == 0 ? null : new Overflow(held, from, new LostEvent(count, first, last));
    }

    /// <summary>Another generation begins: its entries are counted anew.</summary>
    internal void Restart()
    {
        Held = 0;
        _searched = 0;
    }
}
