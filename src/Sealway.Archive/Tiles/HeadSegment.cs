namespace Sealway.Archive;

using System.Buffers.Binary;
using System.Formats.Cbor;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// Heads with their countersignatures, in the order in which they were stored. A file is a sequence of records, each after
/// its length in 16 bits, big-endian: <c>[head bstr, [* countersignature bstr]]</c>; a head that comes again brings more
/// countersignatures. There is one file for the sizes that each level 0 tile spans, (256 n, 256 (n + 1)]; it only ever
/// grows, and a head of an older size that comes late is put into the newest.
/// </summary>
internal sealed class HeadSegment
{
    private const int LengthBytes = 2;

    private readonly List<SignedHead> _heads = [];

    /// <summary>In the order in which they were stored.</summary>
    public IReadOnlyList<SignedHead> Heads => _heads;

    /// <summary>Which segment holds the heads of a size.</summary>
    public static ulong Of(ulong size) => size == 0 ? 0 : (size - 1) / Tile.Width;

    /// <summary>Takes the records of a file.</summary>
    /// <param name="bytes">The file, as far as it counts.</param>
    /// <param name="path">Its name.</param>
    /// <param name="only">Only heads of this segment; null for all.</param>
    /// <exception cref="InvalidDataException">The bytes are not exactly records.</exception>
    public void Read(ReadOnlyMemory<byte> bytes, string path, ulong? only = null)
    {
        while (!bytes.IsEmpty)
        {
            int length = bytes.Length < LengthBytes ? int.MaxValue : BinaryPrimitives.ReadUInt16BigEndian(bytes.Span);
            if (length > bytes.Length - LengthBytes)
            {
                throw new InvalidDataException($"{path} ends inside a record");
            }

            SignedHead head = StoredCbor.Read(bytes.Slice(LengthBytes, length), path, Read);
            if (only is null || Of(head.Size) == only)
            {
                Merge(head);
            }

            bytes = bytes[(LengthBytes + length)..];
        }
    }

    /// <summary>The record that stores what is new of a head, and the head with all that is then stored of it.</summary>
    /// <returns>Null as the record if nothing is new; whether the head itself is; how many countersignatures are.</returns>
    public (byte[]? Record, SignedHead Merged, bool IsNew, int News) Add(SignedHead head)
    {
        int heads = _heads.Count;
        int before = Find(head.Head) is { } held ? held.Countersignatures.Count : 0;
        SignedHead merged = Merge(head);
        List<Countersignature> news = [.. merged.Countersignatures.Skip(before)];
        bool isNew = _heads.Count > heads;
        return (isNew || news.Count > 0 ? Record(head.Head, news) : null, merged, isNew, news.Count);
    }

    private SignedHead? Find(Head head) => _heads.Find(held => held.Head.Bytes.Span.SequenceEqual(head.Bytes.Span));

    private SignedHead Merge(SignedHead head)
    {
        int place = _heads.FindIndex(held => held.Head.Bytes.Span.SequenceEqual(head.Head.Bytes.Span));
        if (place < 0)
        {
            place = _heads.Count;
            _heads.Add(new SignedHead(head.Head));
        }

        List<Countersignature> all = [.. _heads[place].Countersignatures];
        foreach (Countersignature countersignature in head.Countersignatures)
        {
            if (all.Count < Limits.Countersignatures && all.TrueForAll(held => held.Kid != countersignature.Kid))
            {
                all.Add(countersignature);
            }
        }

        return _heads[place] = new SignedHead(_heads[place].Head, all);
    }

    private static byte[] Record(Head head, List<Countersignature> countersignatures)
    {
        CborWriter cbor = new(CborConformanceMode.Canonical);
        cbor.WriteStartArray(2);
        cbor.WriteByteString(head.Bytes.Span);
        cbor.WriteStartArray(countersignatures.Count);
        foreach (Countersignature countersignature in countersignatures)
        {
            cbor.WriteByteString(countersignature.ToArray());
        }

        cbor.WriteEndArray();
        cbor.WriteEndArray();
        byte[] record = new byte[LengthBytes + cbor.BytesWritten];
        BinaryPrimitives.WriteUInt16BigEndian(record, checked((ushort)cbor.BytesWritten));
        cbor.Encode(record.AsSpan(LengthBytes));
        return record;
    }

    private static SignedHead Read(CborReader cbor)
    {
        if (cbor.ReadStartArray() != 2)
        {
            throw new CborContentException("a record of heads");
        }

        Head head = Head.FromUntrusted(cbor.ReadByteString());
        int count = cbor.ReadStartArray() ?? -1;
        if (count is < 0 or > Limits.Countersignatures)
        {
            throw new CborContentException("countersignatures");
        }

        Countersignature[] countersignatures = new Countersignature[count];
        for (int i = 0; i < count; i++)
        {
            countersignatures[i] = Countersignature.FromUntrusted(cbor.ReadByteString());
        }

        cbor.ReadEndArray();
        cbor.ReadEndArray();
        return new SignedHead(head, countersignatures);
    }
}
