namespace Sealway.Fuzz.Targets;

using Sealway.Fuzz.Fixtures;
using Sealway.Fuzz.Oracles;
using Sealway.Fuzz.Running;
using Sealway.Messages;

internal sealed class HeadTarget : FuzzTarget
{
    public override string Name => "head";

    public override string Why => "any writer's head: made again from its claims it has the same bytes";

    public override int MostBytes => Limits.HeadBytes + 4;

    public override IEnumerable<byte[]> Seeds(Seeds.VectorFiles vectors) => vectors.Of("head");

    public override void Decode(ReadOnlyMemory<byte> input)
    {
        Head head = Head.FromUntrusted(input);
        Require.Deterministic(input.Span, "a head");
        Require.Same(head.Claims.ToProtected(), head.Protected.Span, "a head's protected header");
        Require.That(LogId.TryParse(head.Claims.Log.ToString(), out LogId log) && log == head.Claims.Log, "a log-id that is not read as it is written");
        if (FuzzFleet.Find(head.Claims.Kid) is { } known)
        {
            Require.Same(Head.Sign(RecordedSigner.Of(known.PublicKey, input), head.Claims, head.Root.Span).Bytes.Span, input.Span, "a head");
        }
    }
}
