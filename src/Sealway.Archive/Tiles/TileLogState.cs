namespace Sealway.Archive;

using System.Formats.Cbor;
using System.Security.Cryptography;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// What counts of one log's files; the content of <c>state</c>, which is replaced last in each write. Whatever else lies
/// in the folder was left by a crash and counts for nothing.
/// </summary>
internal sealed record TileLogState
{
    // The first version knew nothing of erasures; its archives are read all the same.
    private const ulong Version = 2;
    private const ulong WithoutErased = 1;

    /// <summary>Writes so far.</summary>
    public ulong Number { get; init; }

    /// <summary>The tree from which on the log is held; empty where it is held from entry 0.</summary>
    public required Frontier Start { get; init; }

    public required Frontier Frontier { get; init; }

    public ulong Size => Frontier.Size;

    public ulong LastAt { get; init; }

    /// <summary>The last file of heads, and how much of it counts; of those before it everything counts.</summary>
    public (ulong Segment, ulong Length)? Heads { get; init; }

    /// <summary>How many heads and countersignatures are stored.</summary>
    public (ulong Heads, ulong Countersignatures) Count { get; init; }

    /// <summary>Which segments have heads that came late, and in which file these are.</summary>
    public IReadOnlyList<(ulong Segment, ulong File)> Late { get; init; } = [];

    /// <summary>Who countersigned, and the least and greatest size countersigned.</summary>
    public IReadOnlyList<(Kid Kid, ulong Least, ulong Greatest)> Witnesses { get; init; } = [];

    public HashedFile? Notes { get; init; }

    public HashedFile? Blanks { get; init; }

    public HashedFile? Erased { get; init; }

    /// <summary>Entries whose bytes are still to be taken out of the bundles; they are blank already.</summary>
    public (ulong From, ulong To)? Erasing { get; init; }

    /// <summary>SHA-256 of each file of a fork, in order.</summary>
    public IReadOnlyList<byte[]> Forks { get; init; } = [];

    public byte[] ToArray()
    {
        CborWriter cbor = new(CborConformanceMode.Canonical);
        cbor.WriteStartArray(14);
        cbor.WriteUInt64(Version);
        cbor.WriteUInt64(Number);
        Write(cbor, Start);
        Write(cbor, Frontier);
        cbor.WriteUInt64(LastAt);
        WritePair(cbor, Heads);
        WritePair(cbor, Count);
        cbor.WriteStartArray(Late.Count);
        foreach ((ulong, ulong) late in Late)
        {
            WritePair(cbor, late);
        }

        cbor.WriteEndArray();
        cbor.WriteStartArray(Witnesses.Count);
        foreach ((Kid kid, ulong least, ulong greatest) in Witnesses)
        {
            cbor.WriteStartArray(3);
            cbor.WriteByteString(kid.ToArray());
            cbor.WriteUInt64(least);
            cbor.WriteUInt64(greatest);
            cbor.WriteEndArray();
        }

        cbor.WriteEndArray();
        Write(cbor, Notes);
        Write(cbor, Blanks);
        Write(cbor, Erased);
        WritePair(cbor, Erasing);
        cbor.WriteStartArray(Forks.Count);
        foreach (byte[] hash in Forks)
        {
            cbor.WriteByteString(hash);
        }

        cbor.WriteEndArray();
        cbor.WriteEndArray();
        byte[] body = cbor.Encode();
        return [.. body, .. SHA256.HashData(body)];
    }

    /// <exception cref="InvalidDataException">The file is damaged, or of another version.</exception>
    public static TileLogState Read(ReadOnlyMemory<byte> bytes, string path)
    {
        if (bytes.Length <= SHA256.HashSizeInBytes || !SHA256.HashData(bytes.Span[..^SHA256.HashSizeInBytes]).AsSpan().SequenceEqual(bytes.Span[^SHA256.HashSizeInBytes..]))
        {
            throw new InvalidDataException($"{path} is damaged");
        }

        return StoredCbor.Read(bytes[..^SHA256.HashSizeInBytes], path, cbor =>
        {
            int? fields = cbor.ReadStartArray();
            ulong version = cbor.ReadUInt64();
            if (!((fields, version) is (14, Version) or (13, WithoutErased)))
            {
                throw new InvalidDataException($"{path} is of a version that this program does not know");
            }

            TileLogState state = new()
            {
                Number = cbor.ReadUInt64(),
                Start = ReadFrontier(cbor),
                Frontier = ReadFrontier(cbor),
                LastAt = cbor.ReadUInt64(),
                Heads = ReadPair(cbor),
                Count = ReadPair(cbor) ?? default,
                Late = ReadList(cbor, inner => ReadPair(inner) ?? default),
                Witnesses = ReadList(cbor, ReadWitness),
                Notes = ReadFile(cbor),
                Blanks = ReadFile(cbor),
                Erased = version == WithoutErased ? null : ReadFile(cbor),
                Erasing = ReadPair(cbor),
                Forks = ReadList(cbor, inner => inner.ReadByteString()),
            };
            cbor.ReadEndArray();
            return state.Start.Size <= state.Size && state.Forks.Count <= ILogStore.MaxForks ? state : throw new InvalidDataException($"{path} contradicts itself");
        });
    }

    private static void Write(CborWriter cbor, Frontier frontier)
    {
        IReadOnlyList<byte[]> hashes = frontier.Hashes;
        cbor.WriteStartArray(1 + hashes.Count);
        cbor.WriteUInt64(frontier.Size);
        foreach (byte[] hash in hashes)
        {
            cbor.WriteByteString(hash);
        }

        cbor.WriteEndArray();
    }

    private static Frontier ReadFrontier(CborReader cbor)
    {
        int hashes = (cbor.ReadStartArray() ?? 0) - 1;
        ulong size = cbor.ReadUInt64();
        if (hashes is < 0 or > Limits.ProofHashes)
        {
            throw new CborContentException("a frontier's hashes");
        }

        byte[][] list = new byte[hashes][];
        for (int i = 0; i < hashes; i++)
        {
            list[i] = cbor.ReadByteString();
        }

        cbor.ReadEndArray();
        return Frontier.FromUntrusted(size, list);
    }

    private static void WritePair(CborWriter cbor, (ulong First, ulong Second)? pair)
    {
        if (pair is not { } value)
        {
            cbor.WriteNull();
            return;
        }

        cbor.WriteStartArray(2);
        cbor.WriteUInt64(value.First);
        cbor.WriteUInt64(value.Second);
        cbor.WriteEndArray();
    }

    private static (ulong First, ulong Second)? ReadPair(CborReader cbor)
    {
        if (cbor.PeekState() == CborReaderState.Null)
        {
            cbor.ReadNull();
            return null;
        }

        cbor.ReadStartArray();
        (ulong, ulong) pair = (cbor.ReadUInt64(), cbor.ReadUInt64());
        cbor.ReadEndArray();
        return pair;
    }

    private static void Write(CborWriter cbor, HashedFile? file)
    {
        if (file is null)
        {
            cbor.WriteNull();
            return;
        }

        cbor.WriteStartArray(2);
        cbor.WriteUInt64(file.Number);
        cbor.WriteByteString(file.Hash);
        cbor.WriteEndArray();
    }

    private static HashedFile? ReadFile(CborReader cbor)
    {
        if (cbor.PeekState() == CborReaderState.Null)
        {
            cbor.ReadNull();
            return null;
        }

        cbor.ReadStartArray();
        HashedFile file = new(cbor.ReadUInt64(), cbor.ReadByteString());
        cbor.ReadEndArray();
        return file;
    }

    private static (Kid Kid, ulong Least, ulong Greatest) ReadWitness(CborReader cbor)
    {
        cbor.ReadStartArray();
        (Kid, ulong, ulong) witness = (Kid.FromBytes(cbor.ReadByteString()), cbor.ReadUInt64(), cbor.ReadUInt64());
        cbor.ReadEndArray();
        return witness;
    }

    private static List<T> ReadList<T>(CborReader cbor, Func<CborReader, T> read)
    {
        int count = cbor.ReadStartArray() ?? 0;
        List<T> list = [];
        for (int i = 0; i < count; i++)
        {
            list.Add(read(cbor));
        }

        cbor.ReadEndArray();
        return list;
    }
}
