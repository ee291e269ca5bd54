namespace Sealway.Alarms;

using System.Collections.Immutable;

using Sealway.Fleet;
using Sealway.Messages;

/// <summary>
/// What the rules remember of one log. Immutable: keeping one is a copy. Stored as its bytes in the same transaction as
/// the entries that led to it.
/// </summary>
public sealed class AlarmState
{
    private const byte Version = 1;
    private const int SensorBytes = Kid.Size + 8 + 2;
    private const string What = "alarm state";

    internal AlarmState(ulong lastAt, ulong nextDue, ImmutableSortedDictionary<Kid, SensorAlarms> sensors)
    {
        LastAt = lastAt;
        NextDue = nextDue;
        Sensors = sensors;
    }

    /// <summary>Nothing heard yet.</summary>
    public static AlarmState Empty { get; } = new(0, ulong.MaxValue, ImmutableSortedDictionary<Kid, SensorAlarms>.Empty);

    /// <summary>The latest time so far, milliseconds since 1970 by the log's own times; it never goes back.</summary>
    public ulong LastAt { get; }

    // Before this nothing falls due by time alone; it may be too early, never too late, and is not stored.
    internal ulong NextDue { get; }

    internal ImmutableSortedDictionary<Kid, SensorAlarms> Sensors { get; }

    /// <summary>The state as bytes: 29, for each sensor 18, and 19 for each condition that it is in.</summary>
    /// <param name="rules">The rules whose state it is.</param>
    public byte[] ToBytes(AlarmRules rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        StateWriter writer = new(64 + (Sensors.Count * (SensorBytes + 32)));
        writer.Byte(Version);
        writer.UInt128(rules.Id);
        writer.UInt64(LastAt);
        writer.UInt32((uint)Sensors.Count);
        foreach ((Kid kid, SensorAlarms sensor) in Sensors)
        {
            writer.Kid(kid);
            writer.UInt64(sensor.HeardAt);
            writer.UInt16((ushort)sensor.Conditions.Length);
            foreach (Condition condition in sensor.Conditions)
            {
                writer.Byte((byte)condition.Rule);
                writer.Byte((byte)condition.Phase);
                writer.UInt64(condition.Since);
                writer.Double(condition.Value);
                writer.Byte((byte)condition.Samples.Length);
                foreach (Sample sample in condition.Samples)
                {
                    writer.UInt64(sample.At);
                    writer.Double(sample.Value);
                }
            }
        }

        return writer.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote. The state of other rules is dropped: with new rules the alarms begin anew, and what stands is raised again by the next readings.</summary>
    /// <exception cref="MessageException">Anything else.</exception>
    public static AlarmState FromBytes(ReadOnlySpan<byte> bytes, AlarmRules rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        StateReader reader = new(bytes, What);
        if (reader.Byte() != Version)
        {
            throw reader.Wrong(Refusal.Malformed);
        }

        if (reader.UInt128() != rules.Id)
        {
            return Empty;
        }

        ulong lastAt = reader.Number();
        int count = reader.Count(SensorBytes);
        ImmutableSortedDictionary<Kid, SensorAlarms>.Builder sensors = ImmutableSortedDictionary.CreateBuilder<Kid, SensorAlarms>();
        Kid? before = null;
        for (int i = 0; i < count; i++)
        {
            Kid kid = reader.Kid();
            if (kid <= before)
            {
                throw reader.Wrong(Refusal.NotDeterministic);
            }

            sensors.Add(kid, new SensorAlarms(reader.Number(), ReadConditions(ref reader, rules)));
            before = kid;
        }

        reader.End();

        // The first step looks at everything and finds out what is due when.
        return new AlarmState(lastAt, 0, sensors.ToImmutable());
    }

    private static ImmutableArray<Condition> ReadConditions(ref StateReader reader, AlarmRules rules)
    {
        int count = reader.UInt16();
        if (count > rules.Rules.Count)
        {
            throw reader.Wrong(Refusal.WrongCount);
        }

        Condition[] conditions = new Condition[count];
        for (int i = 0; i < count; i++)
        {
            int rule = reader.Byte();
            Phase phase = (Phase)reader.Byte();
            if (rule >= rules.Rules.Count || (i > 0 && rule <= conditions[i - 1].Rule) || !Fits(phase, rules.Rules[rule].Kind))
            {
                throw reader.Wrong(Refusal.Malformed);
            }

            conditions[i] = new Condition(rule, phase, reader.Number(), reader.Double(), ReadSamples(ref reader, rules.Rules[rule].Kind));
        }

        return [.. conditions];
    }

    private static bool Fits(Phase phase, AlarmKind kind) => phase switch
    {
        Phase.Watching => kind == AlarmKind.Change,
        Phase.Holding => kind is AlarmKind.Above or AlarmKind.Below,
        Phase.Raised => true,
        _ => false,
    };

    private static ImmutableArray<Sample> ReadSamples(ref StateReader reader, AlarmKind kind)
    {
        int count = reader.Byte();
        if (count > (kind == AlarmKind.Change ? ChangeWindow.MostSamples : 0))
        {
            throw reader.Wrong(Refusal.WrongCount);
        }

        Sample[] samples = new Sample[count];
        for (int i = 0; i < count; i++)
        {
            samples[i] = new Sample(reader.Number(), reader.Double());
            if (i > 0 && samples[i].At < samples[i - 1].At)
            {
                throw reader.Wrong(Refusal.NotDeterministic);
            }
        }

        return [.. samples];
    }
}
