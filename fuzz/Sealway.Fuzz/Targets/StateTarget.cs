namespace Sealway.Fuzz.Targets;

using Sealway.Alarms;
using Sealway.Fleet;
using Sealway.Fuzz.Fixtures;
using Sealway.Fuzz.Oracles;
using Sealway.Fuzz.Running;

/// <summary>A state of the alarms holds a history, and both are read by the same reader.</summary>
internal sealed class StateTarget : FuzzTarget
{
    public override string Name => "state";

    public override string Why => "a judge's stored history and alarms, from a disk that may be damaged: refused by name, or written again in the same bytes";

    public override int MostBytes => 8_192;

    public override int AllocatedPerByte => 128;

    public override IEnumerable<byte[]> Seeds(Seeds.VectorFiles vectors)
    {
        LogAlarms alarms = new(FuzzFleet.WardLog, AlarmRules.Ward);
        for (int i = 0; i < FuzzFleet.WardEntries.Count; i++)
        {
            alarms.Feed((ulong)i, FuzzFleet.WardEntries[i], FuzzFleet.Registry);
        }

        return [[0, .. FuzzFleet.History.ToBytes()], [1, .. alarms.Place.Alarms.ToBytes(AlarmRules.Ward)], [2, .. alarms.ToBytes()]];
    }

    public override void Decode(ReadOnlyMemory<byte> input)
    {
        ReadOnlySpan<byte> state = input.IsEmpty ? default : input.Span[1..];
        switch (input.IsEmpty ? 0 : input.Span[0])
        {
            case 0:
                Require.Same(LogHistory.FromBytes(state).ToBytes(), state, "a history");
                break;
            case 1:
                // Of other rules it is dropped.
                AlarmState alarms = AlarmState.FromBytes(state, AlarmRules.Ward);
                Require.That(alarms == AlarmState.Empty || alarms.ToBytes(AlarmRules.Ward).AsSpan().SequenceEqual(state), "alarms made again have other bytes");
                break;
            default:
                LogAlarms both = LogAlarms.FromBytes(FuzzFleet.WardLog, AlarmRules.Ward, state);
                Require.That(both.Place.Alarms == AlarmState.Empty || both.ToBytes().AsSpan().SequenceEqual(state), "a place made again has other bytes");
                break;
        }
    }
}
