namespace Sealway.Cloud;

using Sealway.Alarms;
using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>One log as the watch judges it, and says so. Used by one thread at a time; <see cref="View"/> may be read by any.</summary>
internal sealed class WatchedLog
{
    // What was raised before a rewind, and so is not news when it is raised again.
    private readonly HashSet<(string Rule, string Sensor, ulong Index)> _told = [];
    private ulong _toldUntil;

    /// <summary>Goes on from a state.</summary>
    /// <param name="judged">The state.</param>
    /// <param name="witnesses">Compares its readings with those of the other logs.</param>
    public WatchedLog(JudgedLog judged, LogWitnesses witnesses)
    {
        Judged = judged;
        Witnesses = witnesses;
        View = Look();
    }

    public LogId Log => Judged.Log;

    public JudgedLog Judged { get; }

    public LogWitnesses Witnesses { get; }

    /// <summary>Judges the log again; null where nothing is to be.</summary>
    public Reconsidering? Reconsidering { get; set; }

    /// <summary>What everybody may see, as of the last <see cref="Publish"/>.</summary>
    public LogWatchView View { get; private set; }

    /// <summary>Judges the next entry.</summary>
    /// <param name="entry">The entry; maybe a blank.</param>
    /// <param name="registry">The registry as far as it is known.</param>
    /// <param name="times">The cloud's own countersignatures around it.</param>
    /// <param name="report">Is told what is worth a word.</param>
    public Judged? Feed(LogEntry entry, RegistryView registry, EntryTimes times, WatchReport report)
    {
        ulong index = Judged.Next;
        LogStep step = Judged.Feed(entry, registry, out IReadOnlyList<UnmatchedAlarm> differs);
        Witnesses.Judged(index, step.Judged);
        if (step.Judged is { Verdict: { Validity: Validity.Refused } verdict })
        {
            report.Refused(verdict.Reason);
        }

        if (step.Judged is { } judged)
        {
            ulong latest = Judged.Alarms.Place.History.LastAt;
            if (Judged.Dated(times, index, judged, entry.Bytes.Length) is { } off)
            {
                report.Misdated(index, off);
            }

            if (Judged.HasClockGoneBack(judged))
            {
                report.ClockWentBack(index, latest - Math.Min(latest, judged.At));
            }
        }

        foreach (AlarmChange change in step.Changes.Where(change => !change.Raised || !_told.Contains((change.Rule.Name, change.Sensor.ToString(), index))))
        {
            report.Alarm(change, index);
        }

        foreach (UnmatchedAlarm one in differs)
        {
            report.Differs(one);
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
        ulong next = Judged.Next;
        List<AlarmNote> alarms = Judged.Tally.Alarms;
        if (!Judged.Rewind(registry))
        {
            return false;
        }

        _toldUntil = Math.Max(_toldUntil, next);
        _told.UnionWith(alarms.Where(alarm => alarm.Index >= Judged.Next).Select(alarm => (alarm.Rule, alarm.Sensor, alarm.Index)));
        return true;
    }

    /// <summary>Lets everybody see where this stands.</summary>
    public void Publish() => View = Look();

    private LogWatchView Look() => new(
        Log,
        Judged.Next,

        // What is to be judged again is not settled: it must not be pruned before.
        Reconsidering is null ? Judged.Settled : Math.Min(Judged.Settled, Reconsidering.Next),
        Judged.Alarms.Place.History.Form,
        Judged.Tally.Clone(),
        Judged.Alarms.Raised.Count(),
        Judged.Alarms.Place.History.InForce);
}
