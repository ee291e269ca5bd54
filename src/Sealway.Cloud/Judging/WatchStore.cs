namespace Sealway.Cloud;

using System.Globalization;
using System.Text.Json;
using Sealway.Alarms;
using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// Where the watch keeps what it has concluded, apart from the logs: one transaction for each log. All of it follows from
/// the logs; what is missing or damaged is made again from their first entries.
/// </summary>
internal sealed class WatchStore(ILogStore notes, ILogStore logs, AlarmRules rules)
{
    private const string Judged = "alarms/";
    private const string Tally = "tally/";
    private const string TallyBefore = "tally-before-pending/";

    private const string LastHash = "last/";

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
            if (await ReadAsync(log, Judged, ct).ConfigureAwait(false) is { } alarms && await ReadAsync(log, Tally, ct).ConfigureAwait(false) is { } tally)
            {
                LogAlarms judge = LogAlarms.FromBytes(log, rules, alarms);
                LogTally? before = await ReadAsync(log, TallyBefore, ct).ConfigureAwait(false) is { } kept ? LogTally.FromJson(kept) : null;
                if (judge.PendingFrom is null == before is null && state is not null && await BelongsAsync(log, judge.Place.Next, state, ct).ConfigureAwait(false))
                {
                    return (new WatchedLog(judge, LogTally.FromJson(tally), before), false);
                }
            }
        }
        catch (Exception damaged) when (damaged is MessageException or JsonException or FormatException)
        {
            // Made again below.
        }

        ulong start = state?.Start ?? 0;
        LogAlarms anew = start == 0 ? new LogAlarms(log, rules) : new LogAlarms(log, rules, new Alarms.LogPlace(start, LogHistory.Joined, AlarmState.Empty));
        return (new WatchedLog(anew, new LogTally(), null), true);
    }

    /// <summary>Keeps how far a log was judged.</summary>
    /// <exception cref="IOException">The disk failed; what was kept before is still there, or this is.</exception>
    public async Task SaveAsync(WatchedLog log, CancellationToken ct)
    {
        List<Note> changes = [];
        await SplitAsync(changes, log.Log, Judged, log.Judge.ToBytes(), ct).ConfigureAwait(false);
        await SplitAsync(changes, log.Log, Tally, log.Tally.ToJson(), ct).ConfigureAwait(false);
        await SplitAsync(changes, log.Log, TallyBefore, log.TallyBeforePending?.ToJson() ?? [], ct).ConfigureAwait(false);
        await SplitAsync(changes, log.Log, LastHash, log.LastHash ?? [], ct).ConfigureAwait(false);
        await notes.Append(log.Log, 0, [], null, changes, ct).ConfigureAwait(false);
    }

    private async Task<bool> BelongsAsync(LogId log, ulong next, LogState state, CancellationToken ct)
    {
        if (next <= state.Start || next > state.Size)
        {
            return false;
        }

        IReadOnlyList<LogEntry> last = await logs.Read(log, next - 1, next, Limits.AppendEntryBytes, ct).ConfigureAwait(false);
        return await ReadAsync(log, LastHash, ct).ConfigureAwait(false) is { } hash && last[0].Hash.AsSpan().SequenceEqual(hash);
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
