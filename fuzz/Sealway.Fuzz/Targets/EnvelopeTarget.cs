namespace Sealway.Fuzz.Targets;

using Sealway.Fuzz.Oracles;
using Sealway.Fuzz.Running;
using Sealway.Messages;

internal sealed class EnvelopeTarget : FuzzTarget
{
    public override string Name => "envelope";

    public override string Why => "a hostile gateway's epoch or member's grant: both are read alike, and only in the one encoding";

    public override int MostBytes => 65_540;

    public override IEnumerable<byte[]> Seeds(Seeds.VectorFiles vectors) => vectors.Of("epoch", "grant");

    public override void Decode(ReadOnlyMemory<byte> input)
    {
        Epoch? epoch = Require.Accepted(() => Epoch.FromUntrusted(input));
        Grant grant = Grant.FromUntrusted(input);
        Require.That(epoch is null || (epoch.Id == grant.Current && epoch.Recipients is >= 8 and <= Limits.Recipients), "an epoch and a grant of the same bytes differ");
        Require.Deterministic(input.Span, "an envelope");
    }
}
