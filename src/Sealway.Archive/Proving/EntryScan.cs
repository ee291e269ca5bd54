namespace Sealway.Archive;

using Sealway.Log;
using Sealway.Messages;

/// <summary>Reads one log's entries in batches and gives those that hold a reading of one sensor.</summary>
internal sealed class EntryScan(ILogStore store, LogId log, Kid sensor)
{
    // The shortest stretch that is read through rather than divided.
    private const ulong Short = 2_048;

    /// <summary>The sensor's readings from an index on, in the order of the log.</summary>
    public async IAsyncEnumerable<FoundReading> FromAsync(ulong from, ulong to, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        while (from < to)
        {
            IReadOnlyList<LogEntry> entries = await store.Read(log, from, Math.Min(to, from + Limits.AppendEntries), Limits.AppendEntryBytes, ct).ConfigureAwait(false);
            if (entries.Count == 0)
            {
                yield break;
            }

            for (int i = 0; i < entries.Count; i++)
            {
                if (Read(entries[i], from + (ulong)i) is { } found)
                {
                    yield return found;
                }
            }

            from += (ulong)entries.Count;
        }
    }

    /// <summary>Divides the log to where something becomes true of the sensor's readings, if it rises with the log.</summary>
    /// <returns>An index at or before the first reading of which it is true.</returns>
    public async Task<ulong> DivideAsync(ulong from, ulong to, Func<FoundReading, bool> reached, CancellationToken ct)
    {
        while (to - from > Short)
        {
            ulong middle = from + ((to - from) / 2);
            FoundReading? next = null;
            await foreach (FoundReading found in FromAsync(middle, to, ct).ConfigureAwait(false))
            {
                next = found;
                break;
            }

            if (next is null || reached(next))
            {
                to = middle;
            }
            else
            {
                from = next.Index + 1;
            }
        }

        return from;
    }

    private FoundReading? Read(LogEntry bytes, ulong index)
    {
        if (bytes.IsBlank)
        {
            return null;
        }

        try
        {
            Entry entry = Entry.FromUntrusted(bytes.Bytes);
            return entry.Kind == EntryKind.Reading && Reading.FromUntrusted(entry.Body) is { } reading && reading.Kid == sensor
                ? new FoundReading(log, index, entry.At, reading)
                : null;
        }
        catch (MessageException)
        {
            // A log takes any bytes.
            return null;
        }
    }
}
