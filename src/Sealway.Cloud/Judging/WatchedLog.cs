namespace Sealway.Cloud;

using Sealway.Alarms;
using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>One log as the watch judges it. Used by one thread at a time; <see cref="View"/> may be read by any.</summary>
internal sealed class WatchedLog
{
    /// <summary>How far back judging goes when the registry has moved, in entries: what is pending for longer stays so.</summary>
    public const ulong MostRejudged = 16_384;

    private const string UnknownRule = "unknown here";

    // What was raised before a rewind, and so is not news when it is raised again.
    private readonly HashSet<(string Rule, string Sensor, ulong Index)> _told = [];
    private AlarmComparison _comparison;
    private ulong _toldUntil;
    private ulong _rejudgedAt;

    /// <summary>Goes on from a state.</summary>
    /// <param name="judge">The verdicts and the rules.</param>
    /// <param name="tally">What was counted.</param>
    /// <param name="tallyBeforePending">What was counted before the first entry that is pending; null where none is.</param>
    public WatchedLog(LogAlarms judge, LogTally tally, LogTally? tallyBeforePending)
    {
        Judge = judge;
        Tally = tally;
        TallyBeforePending = tallyBeforePending;
        Tally.Reconcile(judge.Raised, judge.Place.History.LastAt);
        _comparison = new AlarmComparison(tally.Unmatched);
        View = Look();
    }

    public LogId Log => Judge.Log;

    public LogAlarms Judge { get; }

    public LogTally Tally { get; private set; }

    public LogTally? TallyBeforePending { get; private set; }

    /// <summary>What everybody may see, as of the last <see cref="Publish"/>.</summary>
    public LogWatchView View { get; private set; }

    /// <summary>The leaf hash of the entry that was judged last: what is kept belongs to the log that has it. Null right after a <see cref="Rewind"/>.</summary>
    public byte[]? LastHash { get; private set; }

    /// <summary>The index before which every entry is judged for good.</summary>
    public ulong Settled => Judge.PendingFrom ?? Judge.Place.Next;

    /// <summary>Judges the next entry.</summary>
    /// <param name="entry">The entry; maybe a blank.</param>
    /// <param name="registry">The registry as far as it is known.</param>
    /// <param name="report">Is told what is worth a word.</param>
    public Judged? Feed(LogEntry entry, RegistryView registry, WatchReport report)
    {
        ulong index = Judge.Place.Next;
        bool wasPending = Judge.PendingFrom is not null;
        LogStep step = Judge.Feed(index, entry.Bytes, registry);
        LastHash = entry.Hash;
        if (!wasPending && Judge.PendingFrom is not null)
        {
            Tally.Unmatched = [.. _comparison.Unmatched];
            TallyBeforePending = Tally.Clone();
        }

        Tally.Count(entry.Bytes, step);
        if (step.Judged is { Verdict: { Validity: Validity.Refused } verdict })
        {
            report.Refused(verdict.Reason);
        }

        foreach (AlarmChange change in step.Changes)
        {
            Tally.Change(change, index);
            _comparison.Told(new UnmatchedAlarm(change.Rule.Name, change.Sensor.ToString(), change.Raised, ByGateway: false, change.At));
            if (!change.Raised || !_told.Contains((change.Rule.Name, change.Sensor.ToString(), index)))
            {
                report.Alarm(change, index);
            }
        }

        if (step.Judged is { Event: AlarmEvent { Sensor: { } sensor } stated, Verdict.IsValid: true } judged)
        {
            // What a gateway may call a rule is any text; only names that are known here go further.
            string rule = Judge.Rules.Rules.Any(one => one.Name == stated.Rule) ? stated.Rule : UnknownRule;
            _comparison.Told(new UnmatchedAlarm(rule, sensor.ToString(), stated.Raised, ByGateway: true, judged.At));
        }

        foreach (UnmatchedAlarm differs in _comparison.TakeDue(Judge.Place.History.LastAt))
        {
            Tally.AlarmsDiffer++;
            report.Differs(differs);
        }

        if (index >= _toldUntil)
        {
            _told.Clear();
        }

        return step.Judged;
    }

    /// <summary>Goes back to before the first pending entry, if the registry has moved and it is not too far.</summary>
    /// <returns>Whether there is something to judge again.</returns>
    public bool Rewind(RegistryView registry)
    {
        if (Judge.PendingFrom is not { } from || TallyBeforePending is null || registry.Size <= _rejudgedAt || Judge.Place.Next - from > MostRejudged)
        {
            return false;
        }

        _rejudgedAt = registry.Size;
        _toldUntil = Math.Max(_toldUntil, Judge.Place.Next);
        _told.UnionWith(Tally.Alarms.Where(alarm => alarm.Index >= from).Select(alarm => (alarm.Rule, alarm.Sensor, alarm.Index)));
        Judge.Rewind();
        LastHash = null;
        Tally = TallyBeforePending;
        TallyBeforePending = null;
        _comparison = new AlarmComparison(Tally.Unmatched);
        return true;
    }

    /// <summary>Lets everybody see where this stands.</summary>
    public void Publish()
    {
        Tally.Unmatched = [.. _comparison.Unmatched];
        View = Look();
    }

    private LogWatchView Look() => new(
        Log, Judge.Place.Next, Settled, Judge.Place.History.Form, Tally.Clone(), Judge.Raised.Count());
}
