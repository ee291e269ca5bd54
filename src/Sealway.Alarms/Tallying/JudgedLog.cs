namespace Sealway.Alarms;

using System.Text.Json;
using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// How far a follower has judged one log, and what came of it: the same for cloud and archive. Used by one thread at a
/// time; kept as its bytes, and made again from the entries where these are missing or damaged.
/// </summary>
internal sealed class JudgedLog
{
    /// <summary>How far back judging goes at once when the registry has moved, in entries: what is pending for longer stays so.</summary>
    public const ulong MostRejudged = 65_536;

    /// <summary>How many marks are kept before the log is judged again to make one of them.</summary>
    public const int MostMarks = 64;

    private const byte Version = 2;
    private const string What = "judged log";
    private const string UnknownRule = "unknown here";

    private readonly List<RegistryMark> _marks;
    private LogTally? _tallyBeforePending;
    private ulong _rejudgedAt;
    private ulong _marked;

    private JudgedLog(LogAlarms alarms, LogTally tally, LogTally? tallyBeforePending, List<RegistryMark> marks, byte[]? lastHash)
    {
        Alarms = alarms;
        Tally = tally;
        _tallyBeforePending = tallyBeforePending;
        _marks = marks;
        LastHash = lastHash;
        Tally.Reconcile(alarms.Raised, alarms.Place.History.LastAt);
    }

    public LogId Log => Alarms.Log;

    public LogAlarms Alarms { get; }

    public LogTally Tally { get; private set; }

    /// <summary>The entry to judge next.</summary>
    public ulong Next => Alarms.Place.Next;

    /// <summary>The index before which every entry is judged as far as the registry goes.</summary>
    public ulong Settled => Alarms.PendingFrom ?? Next;

    /// <summary>The leaf hash of the entry that was judged last: what is kept belongs to the log that has it. Null right after a <see cref="Rewind"/>.</summary>
    public byte[]? LastHash { get; private set; }

    /// <summary>With which withdrawals the entries were judged, by rising index.</summary>
    public IReadOnlyList<RegistryMark> Marks => _marks;

    /// <summary>Begins where the log is held from.</summary>
    public static JudgedLog Begin(LogId log, AlarmRules rules, ulong start) => new(
        start == 0 ? new LogAlarms(log, rules) : new LogAlarms(log, rules, new LogPlace(start, LogHistory.Joined, AlarmState.Empty)), new LogTally { JoinedAt = start == 0 ? null : 0 }, null, [], null);

    /// <summary>Goes on from what <see cref="ToBytes"/> gave.</summary>
    /// <exception cref="MessageException">The bytes are damaged.</exception>
    public static JudgedLog FromBytes(LogId log, AlarmRules rules, ReadOnlySpan<byte> bytes)
    {
        StateReader reader = new(bytes, What);
        if (reader.Byte() != Version)
        {
            throw reader.Wrong(Refusal.Malformed);
        }

        try
        {
            LogAlarms alarms = LogAlarms.FromBytes(log, rules, reader.Take(reader.Count(1)));
            LogTally tally = LogTally.FromJson(reader.Take(reader.Count(1)));
            ReadOnlySpan<byte> before = reader.Take(reader.Count(1));
            LogTally? beforePending = before.IsEmpty ? null : LogTally.FromJson(before);
            ReadOnlySpan<byte> hash = reader.Take(reader.Count(1));
            List<RegistryMark> marks = [];
            for (int left = reader.Count(16); left > 0; left--)
            {
                marks.Add(new RegistryMark(reader.Number(), reader.Number()));
            }

            byte[]? last = hash.IsEmpty ? null : hash.ToArray();
            reader.End();
            return alarms.PendingFrom is null == beforePending is null
                ? new JudgedLog(alarms, tally, beforePending, marks, last)
                : throw reader.Wrong(Refusal.Malformed);
        }
        catch (Exception damaged) when (damaged is JsonException or FormatException)
        {
            throw new MessageException(Refusal.Malformed, What);
        }
    }

    public byte[] ToBytes()
    {
        StateWriter writer = new(4096);
        writer.Byte(Version);
        Write(Alarms.ToBytes());
        Write(Tally.ToJson());
        Write(_tallyBeforePending?.ToJson() ?? []);
        Write(LastHash ?? []);
        writer.UInt32((uint)_marks.Count);
        foreach (RegistryMark mark in _marks)
        {
            writer.UInt64(mark.From);
            writer.UInt64(mark.Size);
        }

        return writer.ToArray();

        void Write(byte[] part)
        {
            writer.UInt32((uint)part.Length);
            part.CopyTo(writer.Span(part.Length));
        }
    }

    /// <summary>Judges the next entry.</summary>
    /// <param name="entry">The entry; maybe a blank.</param>
    /// <param name="registry">The registry as far as it is known.</param>
    /// <param name="differs">What one side alone has told of alarms for too long.</param>
    public LogStep Feed(LogEntry entry, RegistryView registry, out IReadOnlyList<UnmatchedAlarm> differs)
    {
        ulong index = Next;
        Mark(index, registry);
        LogTally? before = Alarms.PendingFrom is null ? Tally : null;
        LogStep step = Alarms.Feed(index, entry.Bytes, registry);
        LastHash = entry.Hash;
        if (before is not null && Alarms.PendingFrom is not null)
        {
            _tallyBeforePending = before.Clone();
        }

        Tally.Count(index, entry.Bytes, step);
        foreach (AlarmChange change in step.Changes)
        {
            AlarmComparison.Told(Tally.Unmatched, new UnmatchedAlarm(change.Rule.Name, change.Sensor.ToString(), change.Raised, ByGateway: false, index, change.At));
        }

        if (step.Judged is { Event: AlarmEvent { Sensor: { } sensor } stated, Verdict.IsValid: true } judged)
        {
            // What a gateway may call a rule is any text; only names that are known here go further.
            string rule = Alarms.Rules.Rules.Any(one => one.Name == stated.Rule) ? stated.Rule : UnknownRule;
            AlarmComparison.Told(Tally.Unmatched, new UnmatchedAlarm(rule, sensor.ToString(), stated.Raised, ByGateway: true, index, judged.At));
        }

        if (Tally.JoinedAt == 0 && step.Judged is { Entry: not null } first)
        {
            Tally.JoinedAt = first.At;
        }

        differs = AlarmComparison.SinceJoined(Tally, AlarmComparison.TakeDue(Tally.Unmatched, Alarms.Place.History.LastAt));
        Tally.AlarmsDiffer += (ulong)differs.Count;
        return step;
    }

    /// <summary>Looks whether an entry's time fits what the follower knows.</summary>
    /// <param name="times">The follower's countersignatures around it.</param>
    /// <param name="index">The entry.</param>
    /// <param name="judged">What was read in it.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <returns>Where an episode of misdated entries begins: how far off, in milliseconds, below 0 in the past; else null.</returns>
    public long? Dated(EntryTimes times, ulong index, Judged judged, int length)
    {
        if (judged.Entry is null || times.OffBy(index, judged.At, length) is not { } off)
        {
            return null;
        }

        bool begins = off != 0 && !Tally.IsMisdated;
        Tally.IsMisdated = off != 0;
        Tally.Misdated += off != 0 ? 1u : 0;
        return begins ? off : null;
    }

    /// <summary>Whether the gateway's clock has just gone back; for all entries until it has caught up this is said once.</summary>
    public bool HasClockGoneBack(Judged judged)
    {
        bool begins = judged.Verdict.ClockWentBack && !Tally.IsClockBack;
        Tally.IsClockBack = judged.Verdict.ClockWentBack;
        return begins;
    }

    /// <summary>Goes back to before the first pending entry, if the registry has moved since the last time and it is not too far.</summary>
    /// <returns>Whether there is something to judge again.</returns>
    public bool Rewind(RegistryView registry)
    {
        if (Alarms.PendingFrom is not { } from || _tallyBeforePending is null || registry.Size <= _rejudgedAt || Next - from > MostRejudged)
        {
            return false;
        }

        _rejudgedAt = registry.Size;
        Alarms.Rewind();
        _marks.RemoveAll(mark => mark.From >= Next);
        _marked = 0;
        LastHash = null;
        Tally = _tallyBeforePending;
        _tallyBeforePending = null;
        return true;
    }

    /// <summary>Whether a withdrawal that was not known when entries were judged bears on them: of a key that the log has readings of, or of its gateway's.</summary>
    public bool IsOvertaken(RegistryView registry) => _marks.Count > MostMarks
        || (_marks.Count > 0 && registry.Withdrawals.Any(one => one.Index >= _marks[0].Size && (Alarms.Place.History.Sensors.ContainsKey(one.Key)
            || registry.Find(one.Key) is { Role: Role.Gateway } gateway && gateway.Name == Log.Name)));

    /// <summary>Begins to judge the log again.</summary>
    /// <param name="registry">The registry now.</param>
    /// <param name="viewAt">What it said at a size.</param>
    public Reconsidering Reconsider(RegistryView registry, Func<ulong, RegistryView> viewAt) =>
        new(Log, _marks.Count == 0 ? Next : _marks[0].From, _marks, registry, viewAt);

    /// <summary>Takes what judging the log again has come to, once it has come as far as this. Alarms stay as they were raised.</summary>
    /// <exception cref="ArgumentException">It has not.</exception>
    public void Take(Reconsidering done)
    {
        if (done.Next != Next)
        {
            throw new ArgumentException($"{Next} entries are judged, and {done.Next} are judged again", nameof(done));
        }

        VerdictTally kept = Tally.Verdicts;
        Tally.Verdicts = VerdictTally.Moved(kept, done.Then.Tally, done.Now.Tally);
        Tally.Reconsidered++;
        Tally.AsJudged = done.Blanks > kept.Blanks ? done.Blanks - kept.Blanks : 0;
        (ulong Index, LogHistory History)? pending = null;
        _tallyBeforePending = null;
        if (done.Now.Pending is { } first)
        {
            pending = (first.Index, first.History);
            _tallyBeforePending = Tally.Clone();
            _tallyBeforePending.Verdicts = VerdictTally.Moved(kept, done.Then.Tally, first.Tally);
        }

        Alarms.Reconsidered(done.Now.History, pending);
        ulong start = _marks.Count == 0 ? Next : _marks[0].From;
        _marks.RemoveAll(mark => mark.Size <= done.Registry.Size);
        _marks.Insert(0, new RegistryMark(start, done.Registry.Size));
    }

    // A registry with other withdrawals than before is noted where it begins to count.
    private void Mark(ulong index, RegistryView registry)
    {
        if (_marks.Count == 0 || (registry.Size > _marked && registry.Withdrawals.Any(one => one.Index >= _marks[^1].Size)))
        {
            _marks.Add(new RegistryMark(index, registry.Size));
        }

        _marked = registry.Size;
    }
}
