namespace Sealway.Fuzz.Targets;

using System.Formats.Cbor;
using Sealway.Fuzz.Oracles;
using Sealway.Fuzz.Running;
using Sealway.Messages;

internal sealed class GrantTarget : FuzzTarget
{
    public override string Name => "grant";

    public override string Why => "what a hostile member sealed in a grant: the keys written again have the same bytes";

    public override int MostBytes => 49_152;

    public override IEnumerable<byte[]> Seeds(Seeds.VectorFiles vectors) => new[] { 1, 2, 24, Limits.GrantKeys, Limits.GrantKeys + 1 }.Select(Plaintext);

    public override void Decode(ReadOnlyMemory<byte> input)
    {
        EpochKey[] keys = Grant.ReadPlaintext(input);
        Require.Same(Write([.. keys.Select(key => (key.Id, key.Export()))]), input.Span, "a grant's keys");
    }

    private static byte[] Plaintext(int count) => Write([.. Enumerable.Range(0, count).Select(i => (new EpochId((uint)i), new byte[EpochKey.Size]))]);

    private static byte[] Write(IReadOnlyList<(EpochId Id, byte[] Key)> keys)
    {
        CborWriter cbor = new(CborConformanceMode.Canonical);
        cbor.WriteStartArray(keys.Count);
        foreach ((EpochId id, byte[] key) in keys)
        {
            cbor.WriteStartArray(2);
            cbor.WriteByteString(id.ToArray());
            cbor.WriteByteString(key);
            cbor.WriteEndArray();
        }

        cbor.WriteEndArray();
        return cbor.Encode();
    }
}
