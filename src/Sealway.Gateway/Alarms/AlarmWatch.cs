namespace Sealway.Gateway;

using Sealway.Alarms;
using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>The local alarms: the shared rules, fed with what goes into the log in the order in which it goes there. Without rules there are none. For the writer loop only.</summary>
internal sealed class AlarmWatch
{
    private const string NoteName = "alarms/";

    // The rules count in seconds.
    private const ulong TickMilliseconds = 1_000;

    private readonly AlarmEngine? _engine;
    private AlarmState _state;
    private ulong _ticked;
    private int _parts;

    private AlarmWatch(AlarmEngine? engine, AlarmState state, int parts)
    {
        _engine = engine;
        _state = state;
        _parts = parts;
    }

    /// <summary>When <see cref="Tick"/> is to be called again, even if nothing arrives.</summary>
    internal ulong? NextDue => _engine is null ? null : _ticked + TickMilliseconds;

    /// <summary>Begins where the log's notes say.</summary>
    /// <exception cref="MessageException">The notes are damaged.</exception>
    internal static async Task<AlarmWatch> LoadAsync(ILogStore store, LogId log, AlarmRules? rules, CancellationToken cancellation)
    {
        if (rules is null)
        {
            return new AlarmWatch(null, AlarmState.Empty, 0);
        }

        IReadOnlyList<Note> notes = await store.Notes(log, NoteName, cancellation).ConfigureAwait(false);
        AlarmState state = notes.Count == 0 ? AlarmState.Empty : AlarmState.FromBytes(SplitNote.Join(notes), rules);
        return new AlarmWatch(new AlarmEngine(rules), state, notes.Count);
    }

    /// <summary>A reading was accepted.</summary>
    internal IReadOnlyList<AlarmEvent> Step(AcceptedReading accepted) =>
        _engine is null ? [] : Apply(_engine.Step(_state, accepted.At, accepted.Verdict, accepted.Reading.Measurements));

    /// <summary>Something was stated that bears on the alarms.</summary>
    internal IReadOnlyList<AlarmEvent> Stated(GatewayEvent statement, ulong at, LogId log, LogHistory history, RegistryView registry)
    {
        switch (statement)
        {
            case StartEvent when _engine is not null:
                _state = AlarmEngine.Restart(_state, at);
                return [];

            case InForceEvent when _engine is not null:
                return Apply(_engine.Retain(_state, at, sensor => Judge.BelongsTo(log, at, sensor, history, registry)));

            default:
                return [];
        }
    }

    /// <summary>Time has passed.</summary>
    internal IReadOnlyList<AlarmEvent> Tick(ulong now)
    {
        if (_engine is null || now < _ticked + TickMilliseconds)
        {
            return [];
        }

        _ticked = now;
        return Apply(_engine.Step(_state, now, default));
    }

    /// <summary>The notes to store with the next entries.</summary>
    internal IReadOnlyList<Note> Notes()
    {
        if (_engine is null)
        {
            return [];
        }

        List<Note> notes = [];
        _parts = SplitNote.Split(notes, NoteName, _state.ToBytes(_engine.Rules), _parts);
        return notes;
    }

    private AlarmEvent[] Apply(AlarmStep step)
    {
        _state = step.State;
        return [.. step.Changes.Select(change => change.ToEvent())];
    }
}
