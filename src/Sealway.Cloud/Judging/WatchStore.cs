namespace Sealway.Cloud;

using System.Globalization;
using Sealway.Alarms;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// Where the watch keeps what it has concluded, apart from the logs: one transaction for each log. All of it follows from
/// the logs; what is missing or damaged is made again from their first entries.
/// </summary>
internal sealed class WatchStore(ILogStore notes, ILogStore logs, AlarmRules rules, FleetWitnesses witnesses, Func<Kid, PublicKey?> keyOf)
{
    private const string Judged = "judged/";

    // Above any index of a part.
    private const int MostParts = 1_000;

    /// <summary>Reads how far a log was judged.</summary>
    /// <param name="log">Which log.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The log, and whether it must be judged from its beginning because what was kept is missing, damaged or of another log than is held.</returns>
    public async Task<(WatchedLog Log, bool Anew)> LoadAsync(LogId log, CancellationToken ct)
    {
        LogState? state = await logs.State(log, ct).ConfigureAwait(false);
        try
        {
            if (await ReadAsync(log, Judged, ct).ConfigureAwait(false) is { } bytes)
            {
                JudgedLog judged = JudgedLog.FromBytes(log, rules, bytes);
                if (state is not null && await BelongsAsync(judged, state, ct).ConfigureAwait(false))
                {
                    return (Watched(judged), false);
                }
            }
        }
        catch (MessageException)
        {
            // Made again below.
        }

        return (Watched(JudgedLog.Begin(log, rules, state?.Start ?? 0)), true);
    }

    /// <summary>Keeps how far a log was judged.</summary>
    /// <exception cref="IOException">The disk failed; what was kept before is still there, or this is.</exception>
    public async Task SaveAsync(WatchedLog log, CancellationToken ct)
    {
        List<Note> changes = [];
        await SplitAsync(changes, log.Log, Judged, log.Judged.ToBytes(), ct).ConfigureAwait(false);
        await notes.Append(log.Log, 0, [], null, changes, ct).ConfigureAwait(false);
    }

    private WatchedLog Watched(JudgedLog judged)
    {
        witnesses.Put(judged);
        return new WatchedLog(judged, new LogWitnesses(witnesses, logs, keyOf));
    }

    private async Task<bool> BelongsAsync(JudgedLog judged, LogState state, CancellationToken ct)
    {
        if (judged.Next <= state.Start || judged.Next > state.Size)
        {
            return false;
        }

        IReadOnlyList<LogEntry> last = await logs.Read(judged.Log, judged.Next - 1, judged.Next, Limits.AppendEntryBytes, ct).ConfigureAwait(false);
        return judged.LastHash is { } hash && last[0].Hash.AsSpan().SequenceEqual(hash);
    }

    private static string Part(string name, int part) => name + part.ToString("d3", CultureInfo.InvariantCulture);

    private async Task<byte[]?> ReadAsync(LogId log, string name, CancellationToken ct)
    {
        IReadOnlyList<Note> parts = await notes.Notes(log, name, ct).ConfigureAwait(false);
        return parts.Count == 0 ? null : [.. parts.SelectMany(part => part.Value ?? [])];
    }

    private async Task SplitAsync(List<Note> changes, LogId log, string name, byte[] value, CancellationToken ct)
    {
        int count = (value.Length + Note.MaxValue - 1) / Note.MaxValue;
        if (count >= MostParts)
        {
            throw new IOException($"the state of {log} has {value.Length} bytes: too many to keep");
        }

        for (int part = 0; part < count; part++)
        {
            int at = part * Note.MaxValue;
            changes.Add(new Note(Part(name, part), value[at..Math.Min(value.Length, at + Note.MaxValue)]));
        }

        // An earlier, longer value's further parts.
        foreach (Note surplus in (await notes.Notes(log, name, ct).ConfigureAwait(false)).Skip(count))
        {
            changes.Add(new Note(surplus.Name, null));
        }
    }
}
