namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary>That an entry stands at an index of a tree (RFC 9162 section 2.1.3, in the encoding of RFC 9942 section 5.2): data only, Sealway.Log checks it.</summary>
/// <param name="Size">The tree's size in entries.</param>
/// <param name="Index">The entry's index.</param>
/// <param name="Path">The hashes from the leaf to the root, 32 bytes each, at most 53.</param>
public sealed record InclusionProof(ulong Size, ulong Index, IReadOnlyList<ReadOnlyMemory<byte>> Path)
{
    internal static InclusionProof Read(WireReader outer) => WireReader.Read(outer.Bytes(1, 4_096), 4_096, "inclusion proof", reader =>
    {
        reader.Array(3);
        ulong size = reader.Number();
        ulong index = reader.Number();
        ReadOnlyMemory<byte>[] path = new ReadOnlyMemory<byte>[reader.Array(1, Limits.ProofHashes)];
        for (int i = 0; i < path.Length; i++)
        {
            path[i] = reader.Bytes(Head.HashSize);
        }

        reader.EndArray();
        reader.EndArray();
        return new InclusionProof(size, index, path);
    });

    internal byte[] ToArray() => WireWriter.Write(cbor =>
    {
        cbor.WriteStartArray(3);
        cbor.WriteUInt64(Size);
        cbor.WriteUInt64(Index);
        cbor.WriteStartArray(Path.Count);
        foreach (ReadOnlyMemory<byte> hash in Path)
        {
            cbor.WriteByteString(hash.Span);
        }

        cbor.WriteEndArray();
        cbor.WriteEndArray();
    });
}
