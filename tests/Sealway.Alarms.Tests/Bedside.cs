namespace Sealway.Alarms.Tests;

using Sealway.Fleet;
using Sealway.Messages;

/// <summary>One sensor's values, given to the engine at whole seconds, and what came of them in words.</summary>
internal sealed class Bedside(params AlarmRule[] rules)
{
    public static readonly Kid Sensor = Kid.Parse("00000000000000a1");

    public AlarmEngine Engine { get; } = new(new AlarmRules("test", rules));

    public AlarmState State { get; set; } = AlarmState.Empty;

    /// <summary>The second of the log that every other counts from.</summary>
    public ulong Start { get; init; } = 1_700_000_000;

    public List<string> Told { get; } = [];

    public static AlarmRule Above(double limit, uint seconds, double hysteresis = 0) =>
        new("high", AlarmKind.Above, "hr", limit, seconds, hysteresis, AlarmPriority.Medium);

    public static AlarmRule Below(double limit, uint seconds, double hysteresis = 0) =>
        new("low", AlarmKind.Below, "hr", limit, seconds, hysteresis, AlarmPriority.High);

    public static AlarmRule Change(double limit, uint seconds, double hysteresis = 0) =>
        new("change", AlarmKind.Change, "hr", limit, seconds, hysteresis, AlarmPriority.Low);

    public static AlarmRule Silence(uint seconds) => new("silence", AlarmKind.Silence, null, 0, seconds, 0, AlarmPriority.Low);

    public string Hear(int second, double value, Freshness freshness = Freshness.Fresh, Validity validity = Validity.Valid, Number? measured = null, Kid? sensor = null)
    {
        Verdict verdict = new(validity, Refusal.None, freshness, sensor ?? Sensor, new ReadingNumber(1, (uint)second));
        return Step(second, verdict, [new Measurement("hr", "beat/min", Number.From(value), measured)]);
    }

    public string Pass(int second) => Step(second, new Verdict(Validity.Valid), null);

    public string Step(int second, Verdict verdict, IReadOnlyList<Measurement>? measurements)
    {
        (State, IReadOnlyList<AlarmChange> changes) = Engine.Step(State, (Start + (ulong)second) * 1000, verdict, measurements);
        return Tell(changes);
    }

    public string Tell(IReadOnlyList<AlarmChange> changes)
    {
        string words = string.Join(' ', changes.Select(change => $"{(change.Raised ? '+' : '-')}{change.Rule.Name}"));
        Told.Add(words);
        return words;
    }
}
