namespace Sealway.Fuzz.Targets;

using Sealway.Fuzz.Fixtures;
using Sealway.Fuzz.Oracles;
using Sealway.Fuzz.Running;
using Sealway.Messages;

internal sealed class ReceiptTarget : FuzzTarget
{
    public override string Name => "receipt";

    public override string Why => "anybody's receipt with its countersignatures and proofs: made again it has the same bytes, and each countersignature alone is read as it is within";

    public override int MostBytes => 16_384;

    public override int AllocatedPerByte => 128;

    public override IEnumerable<byte[]> Seeds(Seeds.VectorFiles vectors) => [.. vectors.Of("receipt"), FuzzFleet.Waybill(1, 3).Log.Receipt.ToArray()];

    public override IEnumerable<(string Name, Func<int, byte[]> Make)> Shapes => [("proofs in a receipt", n => Grown(n).Receipt.ToArray())];

    public override void Decode(ReadOnlyMemory<byte> input)
    {
        Receipt receipt = Receipt.FromUntrusted(input);
        Require.Deterministic(input.Span, "a receipt");
        Require.Same(receipt.ToArray(), input.Span, "a receipt");
        Require.That(receipt.Proofs.Count is > 0 and <= Limits.ReceiptProofs && receipt.Countersignatures.Count <= Limits.Countersignatures, "a receipt beyond its counts");
        foreach (Countersignature countersignature in receipt.Countersignatures)
        {
            byte[] alone = countersignature.ToArray();
            Countersignature again = Countersignature.FromUntrusted(alone);
            Require.Same(again.ToArray(), alone, "a countersignature");
            Require.That((again.Kid, again.Seconds, again.RegistrySize, again.From) == (countersignature.Kid, countersignature.Seconds, countersignature.RegistrySize, countersignature.From), "a countersignature alone says something else");
        }
    }

    /// <summary>Evidence of all the entries of a log of some length.</summary>
    public static Log.Evidence Grown(int entries)
    {
        ReadOnlyMemory<byte>[] log = [.. Enumerable.Repeat(FuzzFleet.WardEntries[0], entries)];
        return FuzzFleet.Show(FuzzFleet.HeadOf(FuzzFleet.WardLog, log, FuzzFleet.Gateway), [], log, [.. Enumerable.Range(0, entries)]);
    }
}
