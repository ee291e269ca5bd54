namespace Sealway.Archive;

using System.Buffers.Binary;
using System.Formats.Cbor;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// The heads of the sizes that one level 0 tile spans, (256 n, 256 (n + 1)], with their countersignatures, in the order in
/// which they were stored. A file is a sequence of records, each after its length in 16 bits, big-endian, and only ever
/// grows: <c>[head bstr, [* countersignature bstr]]</c> for a head, <c>[uint, [+ countersignature bstr]]</c> for more
/// countersignatures on the head with this place in the file.
/// </summary>
internal sealed class HeadSegment
{
    private const int LengthBytes = 2;

    private readonly List<SignedHead> _heads = [];

    /// <summary>In the order in which they were stored.</summary>
    public IReadOnlyList<SignedHead> Heads => _heads;

    /// <summary>Which segment holds the heads of a size.</summary>
    public static ulong Of(ulong size) => size == 0 ? 0 : (size - 1) / Tile.Width;

    /// <exception cref="InvalidDataException">The bytes are not exactly records.</exception>
    public static HeadSegment Read(ReadOnlyMemory<byte> bytes, string path)
    {
        HeadSegment segment = new();
        while (!bytes.IsEmpty)
        {
            int length = bytes.Length < LengthBytes ? int.MaxValue : BinaryPrimitives.ReadUInt16BigEndian(bytes.Span);
            if (length > bytes.Length - LengthBytes)
            {
                throw new InvalidDataException($"{path} ends inside a record");
            }

            StoredCbor.Read(bytes.Slice(LengthBytes, length), path, segment.Read);
            bytes = bytes[(LengthBytes + length)..];
        }

        return segment;
    }

    /// <summary>The record that stores what is new of a head, and the head with all that is then stored of it.</summary>
    /// <returns>Null as the record if nothing is new; and whether the head itself is.</returns>
    public (byte[]? Record, SignedHead Merged, bool IsNew) Add(SignedHead head)
    {
        int place = _heads.FindIndex(held => held.Head.Bytes.Span.SequenceEqual(head.Head.Bytes.Span));
        SignedHead before = place < 0 ? new SignedHead(head.Head) : _heads[place];
        List<Countersignature> merged = [.. before.Countersignatures];
        foreach (Countersignature countersignature in head.Countersignatures)
        {
            if (merged.Count < Limits.Countersignatures && merged.All(held => held.Kid != countersignature.Kid))
            {
                merged.Add(countersignature);
            }
        }

        List<Countersignature> news = merged[before.Countersignatures.Count..];
        return place >= 0 && news.Count == 0 ? (null, before, false) : (Record(place, head.Head, news), new SignedHead(head.Head, merged), place < 0);
    }

    private static byte[] Record(int place, Head head, List<Countersignature> news)
    {
        CborWriter cbor = new(CborConformanceMode.Canonical);
        cbor.WriteStartArray(2);
        if (place < 0)
        {
            cbor.WriteByteString(head.Bytes.Span);
        }
        else
        {
            cbor.WriteInt32(place);
        }

        cbor.WriteStartArray(news.Count);
        foreach (Countersignature countersignature in news)
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

    private bool Read(CborReader cbor)
    {
        if (cbor.ReadStartArray() != 2)
        {
            throw new CborContentException("a record of heads");
        }

        int place = _heads.Count;
        if (cbor.PeekState() == CborReaderState.ByteString)
        {
            _heads.Add(new SignedHead(Head.FromUntrusted(cbor.ReadByteString())));
        }
        else
        {
            place = cbor.ReadInt32();
        }

        SignedHead head = _heads[place];
        int count = cbor.ReadStartArray() ?? -1;
        List<Countersignature> all = [.. head.Countersignatures];
        for (int i = 0; i < count; i++)
        {
            all.Add(Countersignature.FromUntrusted(cbor.ReadByteString()));
        }

        cbor.ReadEndArray();
        cbor.ReadEndArray();
        if (all.Count > Limits.Countersignatures)
        {
            throw new CborContentException("countersignatures");
        }

        _heads[place] = head with { Countersignatures = all };
        return true;
    }
}
