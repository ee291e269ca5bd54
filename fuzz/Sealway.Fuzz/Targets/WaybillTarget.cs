namespace Sealway.Fuzz.Targets;

using Sealway.Fleet;
using Sealway.Fuzz.Fixtures;
using Sealway.Fuzz.Oracles;
using Sealway.Fuzz.Running;
using Sealway.Log;
using Sealway.Messages;

internal sealed class WaybillTarget : FuzzTarget
{
    public override string Name => "waybill";

    public override string Why => "anybody's waybill, read and judged by the verifier: made again the same bytes; only a waybill of the fleet's own entries is believed";

    public override int MostBytes => 65_536;

    public override int AllocatedAtMost => 1_048_576;

    public override int AllocatedPerByte => 512;

    public override IEnumerable<byte[]> Seeds(Seeds.VectorFiles vectors) => [FuzzFleet.Waybill(1).ToArray(), FuzzFleet.Waybill(3).ToArray(), FuzzFleet.Waybill(0, 2, 3, 4, 5).ToArray()];

    public override IEnumerable<(string Name, Func<int, byte[]> Make)> Shapes =>
    [
        ("entries in a waybill", n => (FuzzFleet.Waybill(1) with { Log = ReceiptTarget.Grown(n) }).ToArray()),
    ];

    public override void Decode(ReadOnlyMemory<byte> input)
    {
        Waybill waybill = Waybill.FromUntrusted(input);
        Require.Deterministic(input.Span, "a waybill");
        Require.Same(waybill.ToArray(), input.Span, "a waybill");
        WaybillReport report = WaybillJudge.Check(waybill, FuzzFleet.Authority.PublicKey);

        // Nobody signs anything else: what is believed must be what the ward logged, whoever made the seed.
        foreach (WaybillEntry entry in report.Entries)
        {
            Require.That(entry.Index < (ulong)FuzzFleet.WardEntries.Count, "a waybill of an entry that there never was");
            Entry logged = Entry.FromUntrusted(FuzzFleet.WardEntries[(int)entry.Index]);
            Require.That(entry.Judged.Entry is { } shown && shown.Kind == logged.Kind && shown.At == logged.At, "a waybill of another entry");
            if (logged.Kind == EntryKind.Reading)
            {
                (ReadOnlyMemory<byte> header, ReadOnlyMemory<byte> payload) = Reading.FromUntrusted(logged.Body).Signed;
                Require.Same(entry.Judged.Reading!.Signed.Protected.Span, header.Span, "a reading that a waybill proves");
                Require.Same(entry.Judged.Reading.Signed.Payload.Span, payload.Span, "a reading that a waybill proves");
            }
        }
    }
}
