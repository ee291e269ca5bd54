namespace Sealway.Gateway;

using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// What the gateway's disk still keeps for the way up. Frees entries that the archive has countersigned, where that is
/// wanted; and where more waits unsent than may, chooses the oldest readings to lose, which are dropped only after the
/// event that says so is durable.
/// </summary>
internal sealed class Buffer(ILogStore store, ulong? mostUnsent, bool frees)
{
    // Freeing moves the store's write-ahead log into its file: not worth it for a handful.
    private const ulong FreeStep = 1_024;
    private const ulong LostShare = 8;

    private readonly List<(ulong From, ulong To)> _losing = [];
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

    /// <summary>Takes the bytes of archived entries away, in large steps.</summary>
    internal async Task FreeAsync(LogId log, ulong archived, CancellationToken cancellation)
    {
        if (log != _freedOf)
        {
            (_freedOf, _freed) = (log, 0);
        }

        if (frees && archived >= _freed + FreeStep)
        {
            await store.Blank(log, _freed, archived, cancellation).ConfigureAwait(false);
            _freed = archived;
        }
    }

    /// <summary>If more entries wait unsent than may: the oldest readings among them that are to be lost, for an event to say so.</summary>
    internal async Task<LostEvent?> OverflowAsync(LogId log, ulong size, CancellationToken cancellation)
    {
        ulong from = Math.Max(Held, _searched);
        if (mostUnsent is not { } most || size <= from || size - from <= most)
        {
            return null;
        }

        ulong wanted = Math.Max(1, most / LostShare);
        ulong count = 0;
        ulong first = 0;
        ulong last = 0;
        _losing.Clear();
        while (count < wanted && from < size)
        {
            foreach (LogEntry entry in await store.Read(log, from, from + wanted, Limits.AppendEntryBytes, cancellation).ConfigureAwait(false))
            {
                if (count < wanted && !entry.IsBlank && Entry.FromUntrusted(entry.Bytes) is { Kind: EntryKind.Reading or EntryKind.Sealed } lost)
                {
                    first = count == 0 ? lost.At : first;
                    last = lost.At;
                    count++;
                    Add(from);
                }

                from++;
            }
        }

        _searched = from;
        return count == 0 ? null : new LostEvent(count, first, last);
    }

    /// <summary>Drops what <see cref="OverflowAsync"/> chose; the event is durable.</summary>
    internal async Task DropAsync(LogId log, CancellationToken cancellation)
    {
        foreach ((ulong from, ulong to) in _losing)
        {
            await store.Blank(log, from, to, cancellation).ConfigureAwait(false);
        }

        _losing.Clear();
    }

    /// <summary>Another generation begins: its entries are counted anew.</summary>
    internal void Restart()
    {
        Held = 0;
        _searched = 0;
        _losing.Clear();
    }

    private void Add(ulong index)
    {
        if (_losing.Count > 0 && _losing[^1].To == index)
        {
            _losing[^1] = (_losing[^1].From, index + 1);
        }
        else
        {
            _losing.Add((index, index + 1));
        }
    }
}
