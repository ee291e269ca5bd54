namespace Sealway.Alarms;

using System.Collections.Frozen;
using System.Collections.Immutable;

using Sealway.Fleet;
using Sealway.Messages;

/// <summary>
/// The rules as a pure function: state and what comes next give state and changes. Time is the log's own, so that
/// gateway, cloud and archive get the same alarms from the same log; it never goes back. Only valid readings count. A
/// value holds until the next one, so that what was beyond its limit and then falls silent alarms, too. A stale reading,
/// or one that says itself that it was measured longer ago than <see cref="FreshnessWindow"/>, may raise an alarm but
/// clears none, starts no count anew and breaks no silence. Safe for concurrent use.
/// </summary>
public sealed class AlarmEngine
{
    private readonly FrozenDictionary<string, int[]> _byMetric;
    private readonly int[] _silences;
    private readonly ulong _leastSilence;

    /// <summary>Prepares a set of rules.</summary>
    public AlarmEngine(AlarmRules rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        Rules = rules;
        IEnumerable<int> indices = Enumerable.Range(0, rules.Rules.Count);
        _byMetric = indices.Where(i => rules.Rules[i].Metric is not null)
            .GroupBy(i => rules.Rules[i].Metric!)
            .ToFrozenDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
        _silences = [.. indices.Where(i => rules.Rules[i].Kind == AlarmKind.Silence)];
        _leastSilence = _silences.Length == 0 ? ulong.MaxValue : _silences.Min(i => rules.Rules[i].Milliseconds);
    }

    /// <summary>The rules.</summary>
    public AlarmRules Rules { get; }

    /// <summary>One entry, or one item of an opened slot: its time passes, and if it is a valid reading its values count.</summary>
    /// <param name="state">The state before.</param>
    /// <param name="at">The entry's time or the item's arrival, milliseconds since 1970.</param>
    /// <param name="verdict">What it is worth; names the sensor.</param>
    /// <param name="measurements">Of a reading; else null.</param>
    public AlarmStep Step(AlarmState state, ulong at, Verdict verdict, IReadOnlyList<Measurement>? measurements = null)
    {
        ArgumentNullException.ThrowIfNull(state);
        ulong now = Math.Max(at, state.LastAt);
        List<AlarmChange>? changes = null;
        ImmutableSortedDictionary<Kid, SensorAlarms> sensors = state.Sensors;
        ulong due = state.NextDue;
        if (verdict is { IsValid: true, Sensor: { } kid } && measurements is not null)
        {
            SensorAlarms? before = sensors.GetValueOrDefault(kid);
            SensorAlarms after = Hear(before ?? new SensorAlarms(now, []), kid, now, verdict.Freshness != Freshness.Stale, measurements, ref changes);
            if (!ReferenceEquals(before, after))
            {
                sensors = sensors.SetItem(kid, after);
                due = Math.Min(due, DueOf(after));
            }
        }

        if (now >= due)
        {
            due = ulong.MaxValue;
            foreach ((Kid each, SensorAlarms sensor) in sensors)
            {
                SensorAlarms after = Tick(sensor, each, now, ref changes);
                sensors = ReferenceEquals(sensor, after) ? sensors : sensors.SetItem(each, after);
                due = Math.Min(due, DueOf(after));
            }
        }

        return new AlarmStep(new AlarmState(now, due, sensors), (IReadOnlyList<AlarmChange>?)changes ?? []);
    }

    /// <summary>The gateway started: while it was off no sensor could be heard, so that each has its whole time again.</summary>
    public static AlarmState Restart(AlarmState state, ulong at)
    {
        ArgumentNullException.ThrowIfNull(state);
        ulong now = Math.Max(at, state.LastAt);
        ImmutableSortedDictionary<Kid, SensorAlarms> sensors = state.Sensors;
        foreach ((Kid kid, SensorAlarms sensor) in state.Sensors)
        {
            sensors = sensors.SetItem(kid, sensor with { HeardAt = now });
        }

        return new AlarmState(now, state.NextDue, sensors);
    }

    /// <summary>Forgets the sensors that do not belong to the log any more; their alarms are cleared.</summary>
    /// <param name="state">The state before.</param>
    /// <param name="at">When, milliseconds since 1970.</param>
    /// <param name="stays">Whether a sensor still belongs.</param>
    public AlarmStep Retain(AlarmState state, ulong at, Func<Kid, bool> stays)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(stays);
        ulong now = Math.Max(at, state.LastAt);
        List<AlarmChange> changes = [];
        ImmutableSortedDictionary<Kid, SensorAlarms> sensors = state.Sensors;
        foreach ((Kid kid, SensorAlarms sensor) in state.Sensors)
        {
            if (!stays(kid))
            {
                sensors = sensors.Remove(kid);
                changes.AddRange(sensor.Conditions.Where(one => one.Phase == Phase.Raised).Select(one => new AlarmChange(false, Rules.Rules[one.Rule], kid, null, now)));
            }
        }

        return new AlarmStep(new AlarmState(now, state.NextDue, sensors), changes);
    }

    /// <summary>The alarms that stand.</summary>
    public IEnumerable<RaisedAlarm> Raised(AlarmState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.Sensors.SelectMany(sensor => sensor.Value.Conditions
            .Where(one => one.Phase == Phase.Raised)
            .Select(one => new RaisedAlarm(Rules.Rules[one.Rule], sensor.Key, one.Since, Rules.Rules[one.Rule].Kind == AlarmKind.Silence ? null : one.Value)));
    }

    private SensorAlarms Hear(SensorAlarms sensor, Kid kid, ulong now, bool trusted, IReadOnlyList<Measurement> measurements, ref List<AlarmChange>? changes)
    {
        if (trusted)
        {
            sensor = sensor.HeardAt == now ? sensor : sensor with { HeardAt = now };
            foreach (int index in _silences)
            {
                if (sensor.Of(index) is not null)
                {
                    sensor = sensor.With(index, null);
                    (changes ??= []).Add(new AlarmChange(false, Rules.Rules[index], kid, null, now));
                }
            }
        }

        foreach (Measurement measurement in measurements)
        {
            if (!_byMetric.TryGetValue(measurement.Name, out int[]? indices))
            {
                continue;
            }

            double value = measurement.Value.ToDouble();
            bool recent = trusted && now - Math.Min(measurement.MeasuredAt(now), now) <= FreshnessWindow.Milliseconds;
            foreach (int index in indices)
            {
                AlarmRule rule = Rules.Rules[index];
                Condition? before = sensor.Of(index);
                Condition? after = rule.Kind == AlarmKind.Change ? Changed(rule, index, before, now, recent, value) : Compared(rule, index, before, now, recent, value);
                Note(before, after, rule, kid, now, value, ref changes);
                sensor = sensor.With(index, after);
            }
        }

        return sensor;
    }

    private static Condition? Compared(AlarmRule rule, int index, Condition? before, ulong now, bool recent, double value)
    {
        bool above = rule.Kind == AlarmKind.Above;
        bool beyond = above ? value >= rule.Limit : value <= rule.Limit;
        switch (before?.Phase)
        {
            case Phase.Raised:
                bool back = above ? value < rule.Limit - rule.Hysteresis : value > rule.Limit + rule.Hysteresis;
                return back && recent ? null : before;
            case Phase.Holding when !beyond:
                return recent ? null : before;
            case Phase.Holding:
                return now - before.Since >= rule.Milliseconds ? Raise(before, now, value) : before with { Value = value };
            default:
                return !beyond ? null : new Condition(index, rule.Seconds == 0 ? Phase.Raised : Phase.Holding, now, value, []);
        }
    }

    private static Condition? Changed(AlarmRule rule, int index, Condition? before, ulong now, bool recent, double value)
    {
        // A stale value has no place in a metric's way.
        if (!recent)
        {
            return before;
        }

        ImmutableArray<Sample> earlier = before?.Samples ?? [];
        double change = ChangeWindow.Change(rule, earlier, now, value);
        ImmutableArray<Sample> samples = ChangeWindow.With(rule, earlier, now, value);
        double size = rule.Limit > 0 ? change : -change;
        double limit = Math.Abs(rule.Limit);
        bool raised = before?.Phase == Phase.Raised;
        return raised && size >= limit - rule.Hysteresis ? before! with { Samples = samples }
            : !raised && size >= limit ? new Condition(index, Phase.Raised, now, value, samples)
            : new Condition(index, Phase.Watching, 0, 0, samples);
    }

    private SensorAlarms Tick(SensorAlarms sensor, Kid kid, ulong now, ref List<AlarmChange>? changes)
    {
        foreach (Condition condition in sensor.Conditions)
        {
            AlarmRule rule = Rules.Rules[condition.Rule];
            if (condition.Phase == Phase.Holding && now - condition.Since >= rule.Milliseconds)
            {
                sensor = sensor.With(condition.Rule, Raise(condition, now, condition.Value));
                (changes ??= []).Add(new AlarmChange(true, rule, kid, condition.Value, now));
            }
        }

        foreach (int index in _silences)
        {
            if (sensor.Of(index) is null && now - sensor.HeardAt >= Rules.Rules[index].Milliseconds)
            {
                sensor = sensor.With(index, new Condition(index, Phase.Raised, now, 0, []));
                (changes ??= []).Add(new AlarmChange(true, Rules.Rules[index], kid, null, now));
            }
        }

        return sensor;
    }

    private ulong DueOf(SensorAlarms sensor)
    {
        ulong due = ulong.MaxValue;
        int silent = 0;
        foreach (Condition condition in sensor.Conditions)
        {
            AlarmRule rule = Rules.Rules[condition.Rule];
            due = condition.Phase == Phase.Holding ? Math.Min(due, condition.Since + rule.Milliseconds) : due;
            silent += rule.Kind == AlarmKind.Silence ? 1 : 0;
        }

        if (silent == _silences.Length)
        {
            return due;
        }

        // Before any silence is raised the least decides; after that each that is left.
        return silent == 0
            ? Math.Min(due, sensor.HeardAt + _leastSilence)
            : Math.Min(due, _silences.Where(index => sensor.Of(index) is null).Min(index => sensor.HeardAt + Rules.Rules[index].Milliseconds));
    }

    private static Condition Raise(Condition before, ulong now, double value) => before with { Phase = Phase.Raised, Since = now, Value = value };

    private static void Note(Condition? before, Condition? after, AlarmRule rule, Kid kid, ulong now, double value, ref List<AlarmChange>? changes)
    {
        bool was = before?.Phase == Phase.Raised;
        bool raised = after?.Phase == Phase.Raised;
        if (was != raised)
        {
            (changes ??= []).Add(new AlarmChange(raised, rule, kid, value, now));
        }
    }
}
