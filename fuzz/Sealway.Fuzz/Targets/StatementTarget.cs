namespace Sealway.Fuzz.Targets;

using Sealway.Fleet;
using Sealway.Fuzz.Fixtures;
using Sealway.Fuzz.Oracles;
using Sealway.Fuzz.Running;
using Sealway.Messages;

internal sealed class StatementTarget : FuzzTarget
{
    public override string Name => "statement";

    public override string Why => "a registry's entry, relayed by the cloud or signed by a hostile registrar: made again the same bytes; applied, signed or not, it blocks nothing";

    public override int MostBytes => 16_384;

    public override int AllocatedPerByte => 256;

    public override IEnumerable<byte[]> Seeds(Seeds.VectorFiles vectors) => [.. vectors.Of("statement"), .. FuzzFleet.RegistryEntries.Select(entry => entry.ToArray())];

    public override IEnumerable<(string Name, Func<int, byte[]> Make)> Shapes =>
    [
        ("revocations in a status", n => Statement.Sign(FuzzFleet.Registrar, FuzzFleet.RegistryLog, 9, FuzzFleet.Began + 9, new Status(FuzzFleet.Began, [.. Enumerable.Range(0, n).Select(i => (Kid.FromBytes([0, 0, 0, 0, 0, 0, (byte)(i >> 8), (byte)i]), 1UL))])).Bytes.ToArray()),
    ];

    public override void Decode(ReadOnlyMemory<byte> input)
    {
        Apply(input);
        Entry entry = Entry.FromUntrusted(input);
        Statement statement = Statement.FromUntrusted(entry);
        Require.Deterministic(entry.Body.Span, "a statement");
        byte[] payload = statement.Content.ToPayload();
        Require.Deterministic(payload, "a statement's content");
        Require.Same(StatementContent.Read(entry.Kind, payload).ToPayload(), payload, "a statement's content");
        if (FuzzFleet.Find(statement.Signer) is { } known)
        {
            Require.Same(Statement.Sign(RecordedSigner.Of(known.PublicKey, entry.Body), FuzzFleet.RegistryLog, 0, entry.At, statement.Content).Bytes.Span, input.Span, "a statement");

            // The same content from a key that may say it, at its place.
            Apply(Statement.Sign(known, FuzzFleet.RegistryLog, FuzzFleet.Registry.Size, entry.At, statement.Content).Bytes);
        }
    }

    private static void Apply(ReadOnlyMemory<byte> entry)
    {
        RegistryView after = FuzzFleet.Registry.Preview([entry]);
        Require.That(after.Size == FuzzFleet.Registry.Size + 1, "an entry that does not count");
        Require.That(after.Anomalies.Count <= FuzzFleet.Registry.Anomalies.Count + Limits.StatusRevocations + 1, "anomalies without end");
    }
}
