namespace Sealway.Fuzz.Targets;

using Sealway.Fleet;
using Sealway.Fuzz.Fixtures;
using Sealway.Fuzz.Oracles;
using Sealway.Fuzz.Running;
using Sealway.Messages;

internal sealed class ReadingTarget : FuzzTarget
{
    public override string Name => "reading";

    public override string Why => "a stranger's or a hostile sensor's reading: made again it has the same bytes; signed with a good key it gets a verdict";

    public override int MostBytes => Limits.ReadingBytes + 4;

    public override IEnumerable<byte[]> Seeds(Seeds.VectorFiles vectors) => vectors.Of("reading");

    public override void Decode(ReadOnlyMemory<byte> input) => Check(Reading.FromUntrusted(input), input);

    /// <summary>What holds for an accepted reading, wherever it stands.</summary>
    public static void Check(Reading reading, ReadOnlyMemory<byte> bytes)
    {
        Require.Same(reading.Bytes.Span, bytes.Span, "a reading's bytes");
        Require.Deterministic(bytes.Span, "a reading");
        Require.Deterministic(reading.Signed.Protected.Span, "a reading's protected header");
        Require.Deterministic(reading.Signed.Payload.Span, "a reading's payload");
        Require.That(reading.Measurements.Count is > 0 and <= Limits.Measurements, "a reading without measurements or with too many");
        foreach (Measurement measurement in reading.Measurements)
        {
            Require.That(double.IsFinite(measurement.Value.ToDouble()) && measurement.MeasuredAt(FuzzFleet.Began) <= Limits.LargestNumber, "a measurement beyond its range");
            _ = measurement.Value.ToString();
        }

        ReadOnlySpan<byte> nonce = reading.Nonce is { } answer ? answer.Span : default;
        if (FuzzFleet.Find(reading.Kid) is not { } known)
        {
            return;
        }

        Require.Same(Reading.Sign(RecordedSigner.Of(known.PublicKey, bytes), reading.Number, reading.Measurements, nonce).Bytes.Span, bytes.Span, "a reading");

        // What a hostile sensor with a good key says must be judged, whatever it is.
        Reading signed = Reading.Sign(known, reading.Number, reading.Measurements, nonce);
        Judged judged = Judged.Of(FuzzFleet.Began + 10_000, signed, Judge.JudgeReading(FuzzFleet.WardLog, FuzzFleet.Began + 10_000, signed, FuzzFleet.History, FuzzFleet.Registry));
        LogHistory after = FuzzFleet.History.After(judged);
        Require.Same(LogHistory.FromBytes(after.ToBytes()).ToBytes(), after.ToBytes(), "the history after a reading");
    }
}
