namespace Sealway.Alarms;

using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Sealway.Fleet;
using Sealway.Messages;

/// <summary>Which numbers of which sensors stand in one log, as readings that count. It follows from the verdicts alone. Immutable.</summary>
[JsonConverter(typeof(LogTrailsJson))]
internal sealed class LogTrails
{
    private const string What = "trails";
    private const int LeastBytes = Kid.Size + 1 + ReadingNumber.Size + 24 + 4;

    private LogTrails(ImmutableSortedDictionary<Kid, SensorTrail> sensors) => Sensors = sensors;

    public static LogTrails Empty { get; } = new(ImmutableSortedDictionary<Kid, SensorTrail>.Empty);

    public ImmutableSortedDictionary<Kid, SensorTrail> Sensors { get; }

    /// <summary>Trails as they are.</summary>
    public static LogTrails Of(IEnumerable<KeyValuePair<Kid, SensorTrail>> sensors) => new(sensors.ToImmutableSortedDictionary());

    /// <summary>The trails with one more entry.</summary>
    public LogTrails After(ulong index, Judged judged)
    {
        if (!Counts(judged))
        {
            return this;
        }

        Reading reading = judged.Reading!;
        SensorTrail before = Sensors.GetValueOrDefault(reading.Kid, SensorTrail.Empty);
        SensorTrail after = before.With(reading.Number, index, judged.Verdict.Validity == Validity.Doubtful);
        return ReferenceEquals(before, after) ? this : new LogTrails(Sensors.SetItem(reading.Kid, after));
    }

    /// <summary>Whether an entry holds a reading that counts, if only doubtfully.</summary>
    public static bool Counts(Judged judged) => judged is { Entry.Kind: EntryKind.Reading, Reading: not null, Verdict.Validity: Validity.Valid or Validity.Doubtful };

    public byte[] ToBytes()
    {
        StateWriter writer = new(64);
        writer.UInt32((uint)Sensors.Count);
        foreach ((Kid sensor, SensorTrail trail) in Sensors)
        {
            writer.Kid(sensor);
            writer.Byte(trail.Floor is null ? (byte)0 : (byte)1);
            (trail.Floor ?? default).CopyTo(writer.Span(ReadingNumber.Size));
            writer.UInt64(trail.Forgotten);
            writer.UInt64(trail.Gaps);
            writer.UInt64(trail.Missing);
            writer.UInt32((uint)trail.Runs.Length);
            foreach (NumberRun run in trail.Runs)
            {
                writer.UInt32(run.Boot);
                writer.UInt32(run.First);
                writer.UInt32(run.Last);
                writer.UInt64(run.FirstIndex);
                writer.UInt64(run.LastIndex);
                writer.Byte(run.IsDoubtful ? (byte)1 : (byte)0);
            }
        }

        return writer.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="MessageException">Anything else.</exception>
    public static LogTrails FromBytes(ReadOnlySpan<byte> bytes)
    {
        StateReader reader = new(bytes, What);
        ImmutableSortedDictionary<Kid, SensorTrail>.Builder sensors = ImmutableSortedDictionary.CreateBuilder<Kid, SensorTrail>();
        for (int left = reader.Count(LeastBytes); left > 0; left--)
        {
            Kid sensor = reader.Kid();
            bool hasFloor = reader.Byte() == 1;
            ReadingNumber floor = ReadingNumber.FromBytes(reader.Take(ReadingNumber.Size));
            SensorTrail trail = new() { Floor = hasFloor ? floor : null, Forgotten = reader.Number(), Gaps = reader.Number(), Missing = reader.Number(), Runs = ReadRuns(ref reader) };
            if (!sensors.TryAdd(sensor, trail))
            {
                throw reader.Wrong(Refusal.Malformed);
            }
        }

        reader.End();
        return new LogTrails(sensors.ToImmutable());
    }

    private static ImmutableArray<NumberRun> ReadRuns(ref StateReader reader)
    {
        int count = reader.Count(NumberRun.Size);
        if (count > SensorTrail.MostRuns)
        {
            throw reader.Wrong(Refusal.WrongCount);
        }

        NumberRun[] runs = new NumberRun[count];
        for (int i = 0; i < count; i++)
        {
            runs[i] = new NumberRun(reader.UInt32(), reader.UInt32(), reader.UInt32(), reader.Number(), reader.Number(), reader.Byte() == 1);
            if (runs[i].Last < runs[i].First || runs[i].LastIndex - runs[i].FirstIndex < runs[i].Count - 1 || runs[i].LastIndex < runs[i].FirstIndex || (i > 0 && runs[i].Begin <= runs[i - 1].End))
            {
                throw reader.Wrong(Refusal.Contradiction);
            }
        }

        return [.. runs];
    }
}
