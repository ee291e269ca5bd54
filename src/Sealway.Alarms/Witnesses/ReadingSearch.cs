namespace Sealway.Alarms;

using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// Finds the entry of a log in which a sensor's number stands, by dividing the stretch in which it must be: numbers rise
/// with entries. What only claims the number, without the sensor's signature, is passed over. Goes on from the number
/// before where numbers are looked for in their order. Not safe for concurrent use.
/// </summary>
/// <param name="store">Where the logs are.</param>
/// <param name="keyOf">A sensor's key; null where it is not known.</param>
internal sealed class ReadingSearch(ILogStore store, Func<Kid, PublicKey?> keyOf)
{
    /// <summary>How many entries are read one after another for one number at most: a log's writer decides what stands there.</summary>
    public const ulong MostRead = 16_384;

    private const ulong Stretch = 512;
    private const int MostPlaces = 1_024;

    private readonly Dictionary<(LogId Log, Kid Sensor), (ReadingNumber Number, ulong Index)> _places = [];

    /// <summary>Finds it.</summary>
    /// <param name="log">Which log.</param>
    /// <param name="run">The numbers among which it is.</param>
    /// <param name="sensor">The sensor.</param>
    /// <param name="number">Its number.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The entry; null where it is not to be found, as where it is a hash alone.</returns>
    /// <exception cref="IOException">The log could not be read.</exception>
    public async Task<(ulong Index, Reading Reading)?> FindAsync(LogId log, NumberRun run, Kid sensor, ReadingNumber number, CancellationToken ct)
    {
        if (keyOf(sensor) is not { } key)
        {
            return null;
        }

        // Each number of the run has an entry of its own.
        ulong from = run.FirstIndex + (number.Sequence - run.First);
        ulong to = run.LastIndex - (run.Last - number.Sequence) + 1;
        ulong near = from;
        if (_places.TryGetValue((log, sensor), out (ReadingNumber Number, ulong Index) place) && run.Contains(place.Number) && place.Number < number && place.Index >= run.FirstIndex && place.Index < to)
        {
            near = Math.Max(from, place.Index + 1);
        }

        if (to - near > Stretch)
        {
            near = await DivideAsync(near).ConfigureAwait(false);
        }

        (ulong Index, Reading Reading)? found = await ScanAsync(near, Math.Min(to, near + MostRead), IsIt).ConfigureAwait(false);
        if (found is null && near > from)
        {
            // Entries that do not count may have led astray.
            found = await ScanAsync(from, Math.Min(to, from + MostRead), IsIt).ConfigureAwait(false);
        }

        if (found is { } at)
        {
            if (_places.Count >= MostPlaces)
            {
                _places.Clear();
            }

            _places[(log, sensor)] = (number, at.Index);
        }

        return found;

        bool IsIt(Reading reading) => reading.Number == number && IsSigned(reading, key);

        async Task<ulong> DivideAsync(ulong low)
        {
            ulong high = to;
            while (high - low > Stretch)
            {
                ulong middle = low + ((high - low) / 2);
                (ulong Index, Reading Reading)? next = await ScanAsync(middle, Math.Min(high, middle + Stretch), reading => run.Contains(reading.Number)).ConfigureAwait(false);
                if (next is { } probe && probe.Reading.Number <= number)
                {
                    low = probe.Index;
                    if (probe.Reading.Number == number)
                    {
                        break;
                    }
                }
                else
                {
                    high = middle;
                }
            }

            return low;
        }

        async Task<(ulong Index, Reading Reading)?> ScanAsync(ulong begin, ulong end, Func<Reading, bool> wanted)
        {
            while (begin < end)
            {
                IReadOnlyList<LogEntry> entries = await store.Read(log, begin, Math.Min(end, begin + Stretch), Limits.AppendEntryBytes, ct).ConfigureAwait(false);
                if (entries.Count == 0)
                {
                    return null;
                }

                for (int i = 0; i < entries.Count; i++)
                {
                    if (ReadingOf(entries[i]) is { } reading && reading.Kid == sensor && wanted(reading))
                    {
                        return (begin + (ulong)i, reading);
                    }
                }

                begin += (ulong)entries.Count;
            }

            return null;
        }
    }

    /// <summary>The reading in an entry; null where there is none.</summary>
    public static Reading? ReadingOf(LogEntry bytes)
    {
        if (bytes.IsBlank)
        {
            return null;
        }

        try
        {
            Entry entry = Entry.FromUntrusted(bytes.Bytes);
            return entry.Kind == EntryKind.Reading ? Reading.FromUntrusted(entry.Body) : null;
        }
        catch (MessageException)
        {
            // A log takes any bytes.
            return null;
        }
    }

    /// <summary>Whether a reading is its sensor's.</summary>
    public static bool IsSigned(Reading reading, PublicKey key)
    {
        try
        {
            reading.Verify(key);
            return true;
        }
        catch (MessageException)
        {
            return false;
        }
    }
}
