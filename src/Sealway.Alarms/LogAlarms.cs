namespace Sealway.Alarms;

using Sealway.Fleet;
using Sealway.Messages;

/// <summary>
/// Judges one log and evaluates the rules on it, entry by entry: used by gateway, cloud and archive alike, so that they
/// say the same. All it knows is in its <see cref="Place"/>: whoever stores entries stores <see cref="ToBytes"/> in the
/// same transaction, and after a failure begins again from what was stored. Not safe for concurrent use.
/// </summary>
public sealed class LogAlarms
{
    private const byte Version = 1;
    private const string What = "log alarms";

    private readonly AlarmEngine _engine;
    private LogPlace? _beforeEntry;
    private LogPlace? _beforePending;

    /// <summary>Begins at a log's entry 0.</summary>
    public LogAlarms(LogId log, AlarmRules rules)
        : this(log, rules, new LogPlace(0, LogHistory.Beginning, AlarmState.Empty))
    {
    }

    /// <summary>Begins at a place, as one that joins later does: with <see cref="LogHistory.Joined"/>.</summary>
    public LogAlarms(LogId log, AlarmRules rules, LogPlace place)
    {
        Log = log;
        _engine = new AlarmEngine(rules);
        Place = place;
    }

    /// <summary>The log.</summary>
    public LogId Log { get; }

    /// <summary>The rules.</summary>
    public AlarmRules Rules => _engine.Rules;

    /// <summary>Where it is.</summary>
    public LogPlace Place { get; private set; }

    /// <summary>The index of the first entry that is pending, or null. When the registry has moved, <see cref="Rewind"/> and feed again from there.</summary>
    public ulong? PendingFrom => _beforePending?.Next;

    /// <summary>The alarms that stand.</summary>
    public IEnumerable<RaisedAlarm> Raised => _engine.Raised(Place.Alarms);

    /// <summary>Takes the next entry.</summary>
    /// <param name="index">Its index: <see cref="LogPlace.Next"/>.</param>
    /// <param name="entry">Its bytes; empty for a blank.</param>
    /// <param name="registry">The registry as far as it is known.</param>
    /// <exception cref="ArgumentException">Not the next entry.</exception>
    public LogStep Feed(ulong index, ReadOnlyMemory<byte> entry, RegistryView registry)
    {
        if (index != Place.Next)
        {
            throw new ArgumentException($"entry {Place.Next} comes next, not {index}", nameof(index));
        }

        _beforeEntry = Place;
        if (entry.IsEmpty)
        {
            Place = Place with { Next = index + 1, History = Place.History.AfterBlank() };
            return new LogStep(null, []);
        }

        LogStep step = Feed(Judge.JudgeEntry(Log, index, entry, Place.History, registry), registry);
        Place = Place with { Next = index + 1 };
        return step;
    }

    /// <summary>Takes an opened slot's items, after its entry.</summary>
    /// <param name="slotAt">The slot's time: the entry's.</param>
    /// <param name="items">The items, in order.</param>
    /// <param name="registry">The registry as far as it is known.</param>
    /// <returns>A step for each item; what falls due by the slot's time alone is with the last, or in a step of its own where there is no item.</returns>
    public IReadOnlyList<LogStep> FeedSlot(ulong slotAt, IReadOnlyList<SlotItem> items, RegistryView registry)
    {
        ArgumentNullException.ThrowIfNull(items);
        List<LogStep> steps = new(items.Count + 1);
        foreach (SlotItem item in items)
        {
            steps.Add(Feed(Judge.JudgeItem(Log, slotAt, item, Place.History, registry), registry));
        }

        AlarmStep due = _engine.Step(Place.Alarms, slotAt, default);
        Place = Place with { Alarms = due.State };
        if (due.Changes.Count > 0 && steps.Count > 0)
        {
            steps[^1] = new LogStep(steps[^1].Judged, [.. steps[^1].Changes, .. due.Changes]);
        }
        else if (due.Changes.Count > 0)
        {
            steps.Add(new LogStep(null, due.Changes));
        }

        return steps;
    }

    /// <summary>Takes what was judged already, with this place's history: a reading or event that a gateway is about to log. Leaves <see cref="LogPlace.Next"/> as it is.</summary>
    public LogStep Feed(Judged judged, RegistryView registry)
    {
        ArgumentNullException.ThrowIfNull(judged);
        if (judged.Verdict.Validity == Validity.Refused)
        {
            return new LogStep(judged, []);
        }

        if (judged.Verdict.Validity == Validity.Pending)
        {
            _beforePending ??= judged.IsItem && _beforeEntry is not null ? _beforeEntry : Place;
        }

        LogHistory history = Place.History.After(judged);
        AlarmStep step = Evaluate(judged, history, registry);
        Place = Place with { History = history, Alarms = step.State };
        return new LogStep(judged, step.Changes);
    }

    /// <summary>Goes back to just before the first entry that is pending: feed again from the index that this returns. Alarms that changed since then are told again.</summary>
    public ulong Rewind()
    {
        Place = _beforePending ?? Place;
        _beforePending = null;
        _beforeEntry = null;
        return Place.Next;
    }

    /// <summary>The log was judged again because a key was withdrawn: goes on with that history. Alarms stay as they are.</summary>
    /// <param name="history">What came before the next entry, as it is judged now. What only entries told that are a hash now is kept.</param>
    /// <param name="pending">The first pending entry and what came before it; null if none is.</param>
    internal void Reconsidered(LogHistory history, (ulong Index, LogHistory History)? pending)
    {
        _beforeEntry = null;
        _beforePending = pending is not { } first ? null
            : new LogPlace(first.Index, first.History.Filled(Place.History), (_beforePending ?? Place).Alarms);
        Place = Place with { History = history.Filled(Place.History) };
    }

    /// <summary>The place as bytes, and where the first pending entry lies.</summary>
    public byte[] ToBytes()
    {
        StateWriter writer = new(1024);
        writer.Byte(Version);
        writer.Byte(_beforePending is null ? (byte)1 : (byte)2);
        Write(writer, Place);
        if (_beforePending is not null)
        {
            Write(writer, _beforePending);
        }

        return writer.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote. With other rules than those of the state the alarms begin anew; the verdicts go on.</summary>
    /// <exception cref="MessageException">Anything else.</exception>
    public static LogAlarms FromBytes(LogId log, AlarmRules rules, ReadOnlySpan<byte> bytes)
    {
        StateReader reader = new(bytes, What);
        byte version = reader.Byte();
        byte places = reader.Byte();
        if (version != Version || places is not (1 or 2))
        {
            throw reader.Wrong(Refusal.Malformed);
        }

        LogAlarms alarms = new(log, rules, Read(ref reader, rules));
        alarms._beforePending = places == 2 ? Read(ref reader, rules) : null;
        reader.End();
        return alarms;
    }

    private AlarmStep Evaluate(Judged judged, LogHistory history, RegistryView registry)
    {
        AlarmStep first = judged.Event switch
        {
            StartEvent => new AlarmStep(AlarmEngine.Restart(Place.Alarms, judged.At), []),
            InForceEvent => _engine.Retain(Place.Alarms, judged.At, kid => Judge.BelongsTo(Log, judged.At, kid, history, registry)),
            _ => new AlarmStep(Place.Alarms, []),
        };

        // In a sealed log the time of the items passes; that of the entries around them is ahead of them.
        if (!judged.IsItem && history.Form == LogForm.Sealed)
        {
            return first;
        }

        AlarmStep then = _engine.Step(first.State, judged.At, judged.Verdict, judged.Reading?.Measurements);
        return first.Changes.Count == 0 ? then : new AlarmStep(then.State, [.. first.Changes, .. then.Changes]);
    }

    private void Write(StateWriter writer, LogPlace place)
    {
        byte[] history = place.History.ToBytes();
        byte[] alarms = place.Alarms.ToBytes(Rules);
        writer.UInt64(place.Next);
        writer.UInt32((uint)history.Length);
        history.CopyTo(writer.Span(history.Length));
        writer.UInt32((uint)alarms.Length);
        alarms.CopyTo(writer.Span(alarms.Length));
    }

    private static LogPlace Read(ref StateReader reader, AlarmRules rules)
    {
        ulong next = reader.Number();
        LogHistory history = LogHistory.FromBytes(reader.Take(reader.Count(1)));
        return new LogPlace(next, history, AlarmState.FromBytes(reader.Take(reader.Count(1)), rules));
    }
}
