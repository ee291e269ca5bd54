namespace Sealway.Fleet.Tests.VectorFiles;

using System.Formats.Cbor;
using Sealway.Log;

/// <summary>Evidence to be made, in order or not: the head, what is shown under it, who countersigned.</summary>
internal sealed record PaperEvidence(LogId Log, PaperTree Tree, string Signer, ulong Seconds, params int[] Indexes)
{
    public int? HeadSize { get; init; }

    public ulong? RegistrySize { get; init; }

    public PaperWitness[] Witnesses { get; init; } = [];

    /// <summary>Another entry in the place of one, with that one's proof.</summary>
    public (int Index, byte[] Bytes)? Instead { get; init; }

    /// <summary>What is done to the receipt's bytes.</summary>
    public Func<byte[], byte[]>? Receipt { get; init; }

    /// <summary>An entry more than there are proofs.</summary>
    public bool OneMore { get; init; }

    /// <summary>Countersignatures made over the head of another root.</summary>
    public bool OtherRoot { get; init; }

    public void Write(CborWriter cbor)
    {
        int size = HeadSize ?? Tree.Entries.Count;
        Head head = Sign(Tree.Root(size), size);
        Head countersigned = OtherRoot ? Sign(new byte[32], size) : head;
        InclusionProof[] proofs = [.. Indexes.Select(index => new InclusionProof((ulong)size, (ulong)index, [.. Tree.Path(index, size).Select(hash => (ReadOnlyMemory<byte>)hash)]))];
        Countersignature[] witnesses = [.. Witnesses.Select(one => Countersignature.Sign(VectorKeys.Signer(one.Name), countersigned, one.Seconds, 13, one.From))];
        byte[] receipt = Messages.Receipt.Create(head, witnesses, proofs).ToArray();
        List<byte[]> entries = [.. Indexes.Select(index => Instead is { } other && other.Index == index ? other.Bytes : Tree.Entries[index])];
        if (OneMore)
        {
            entries.Add(Tree.Entries[0]);
        }

        cbor.WriteStartArray(2);
        cbor.WriteByteString(Receipt?.Invoke(receipt) ?? receipt);
        cbor.WriteStartArray(entries.Count);
        entries.ForEach(entry => cbor.WriteByteString(entry));
        cbor.WriteEndArray();
        cbor.WriteEndArray();
    }

    private Head Sign(byte[] root, int size) =>
        Head.Sign(VectorKeys.Signer(Signer), new HeadClaims(VectorKeys.Kid(Signer), Log, Seconds, (ulong)size, RegistrySize ?? 13), root);
}
