namespace Sealway.Archive;

using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>Finds what shows how fresh a reading is: the latest challenge that its sensor had answered, and the reading that answered it.</summary>
internal sealed class AnswerSearch(ILogStore store, LogId log, RegistryView registry)
{
    /// <summary>How far back it looks, in entries; what was answered before is not found.</summary>
    public const ulong Most = 65_536;

    /// <summary>Looks back from a reading.</summary>
    /// <param name="index">The reading's index.</param>
    /// <param name="start">The first entry held.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>The indexes of challenge and answer, which may be the reading itself; none if the entry is no reading, or nothing was found.</returns>
    public async Task<IReadOnlyList<ulong>> FindAsync(ulong index, ulong start, CancellationToken ct)
    {
        ulong least = index > Most ? Math.Max(start, index - Most) : start;
        Dictionary<string, (ulong Index, ReadingNumber Number)> answers = new(StringComparer.Ordinal);
        Reading? shown = null;
        (string Nonce, ulong Challenge)? found = null;
        int passed = 0;
        for (ulong to = index + 1; to > least;)
        {
            ulong from = to - least > Limits.AppendEntries ? to - Limits.AppendEntries : least;
            IReadOnlyList<LogEntry> entries = await ReadAsync(from, to, ct).ConfigureAwait(false);
            for (int i = entries.Count - 1; i >= 0; i--)
            {
                (Reading? reading, ChallengeEvent? challenge) = Read(entries[i]);
                ulong at = from + (ulong)i;
                if (at == index)
                {
                    shown = reading;
                    if (shown is null)
                    {
                        return [];
                    }
                }

                if (found is null && reading?.Nonce is { Length: Reading.NonceSize } nonce && IsOf(shown!, reading))
                {
                    answers.TryAdd(Convert.ToHexStringLower(nonce.Span), (at, reading.Number));
                }

                if (challenge is null)
                {
                    continue;
                }

                string asked = Convert.ToHexStringLower(challenge.Nonce.Span);
                if (found is { } latest ? latest.Nonce == asked : answers.ContainsKey(asked))
                {
                    // A nonce that was logged before already is as old as that.
                    found = (asked, at);
                }

                if (found is not null && ++passed > LogHistory.KeptChallenges)
                {
                    return [found.Value.Challenge, answers[found.Value.Nonce].Index];
                }
            }

            to = from;
        }

        return found is { } one ? [one.Challenge, answers[one.Nonce].Index] : [];
    }

    private bool IsOf(Reading shown, Reading reading)
    {
        if (reading.Kid != shown.Kid || reading.Number > shown.Number || registry.Find(reading.Kid) is not { } sensor)
        {
            return false;
        }

        try
        {
            reading.Verify(sensor.Key);
            return true;
        }
        catch (MessageException)
        {
            return false;
        }
    }

    // The store gives less than was asked for where entries are large.
    private async Task<IReadOnlyList<LogEntry>> ReadAsync(ulong from, ulong to, CancellationToken ct)
    {
        List<LogEntry> entries = [];
        while (from + (ulong)entries.Count < to)
        {
            IReadOnlyList<LogEntry> more = await store.Read(log, from + (ulong)entries.Count, to, Limits.AppendEntryBytes, ct).ConfigureAwait(false);
            if (more.Count == 0)
            {
                break;
            }

            entries.AddRange(more);
        }

        return entries;
    }

    private static (Reading? Reading, ChallengeEvent? Challenge) Read(LogEntry bytes)
    {
        if (bytes.IsBlank)
        {
            return default;
        }

        try
        {
            Entry entry = Entry.FromUntrusted(bytes.Bytes);
            return entry.Kind switch
            {
                EntryKind.Reading => (Reading.FromUntrusted(entry.Body), null),
                EntryKind.Event => (null, GatewayEvent.FromUntrusted(entry.Body) as ChallengeEvent),
                _ => default,
            };
        }
        catch (MessageException)
        {
            // A log takes any bytes.
            return default;
        }
    }
}
