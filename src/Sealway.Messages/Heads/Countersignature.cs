namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary>
/// A follower's signature on a head: RFC 9338 section 3.1, version 2, full form. It states: at this time this is the
/// largest tree of this log that I have seen, consistent with all before; I durably hold the entries from
/// <see cref="From"/> on; I have applied this much of the registry.
/// </summary>
public sealed class Countersignature
{
    private readonly ReadOnlyMemory<byte> _protected;
    private readonly ReadOnlyMemory<byte> _signature;

    private Countersignature(Kid kid, ulong seconds, ulong registrySize, ulong from, ReadOnlyMemory<byte> protectedHeader, ReadOnlyMemory<byte> signature)
    {
        Kid = kid;
        Seconds = seconds;
        RegistrySize = registrySize;
        From = from;
        _protected = protectedHeader;
        _signature = signature;
    }

    /// <summary>The key that signs.</summary>
    public Kid Kid { get; }

    /// <summary>When, in seconds since 1970 by the follower's clock.</summary>
    public ulong Seconds { get; }

    /// <summary>How much of the registry the follower had applied, in entries.</summary>
    public ulong RegistrySize { get; }

    /// <summary>The index from which on the follower holds the entries.</summary>
    public ulong From { get; }

    /// <summary>Countersigns a head.</summary>
    public static Countersignature Sign(ISigner signer, Head head, ulong seconds, ulong registrySize, ulong from)
    {
        Kid kid = signer.PublicKey.Kid;
        byte[] header = WireWriter.Write(cbor =>
        {
            cbor.WriteStartMap(3);
            cbor.WriteInt32(CoseLabels.Algorithm);
            cbor.WriteInt32(CoseLabels.Es256);
            cbor.Field(CoseLabels.KeyId, kid);
            cbor.WriteInt32(CoseLabels.CwtClaims);
            cbor.WriteStartMap(3);
            cbor.Field(CoseLabels.IssuedAt, seconds);
            cbor.Field(CoseLabels.RegistrySize, registrySize);
            cbor.Field(CoseLabels.From, from);
            cbor.WriteEndMap();
            cbor.WriteEndMap();
        });
        byte[] signature = new byte[SigningKey.SignatureSize];
        signer.Sign(ToBeSigned.Countersign(head.Protected.Span, header, [], head.Root.Span, head.Signature.Span), signature);
        return new Countersignature(kid, seconds, registrySize, from, header, signature);
    }

    /// <summary>Reads a countersignature from outside. It is not verified yet.</summary>
    public static Countersignature FromUntrusted(ReadOnlyMemory<byte> bytes) => WireReader.Read(bytes, Limits.CountersignatureBytes, "countersignature", Read);

    /// <summary>The countersignature's bytes: COSE_Countersignature = [protected, {}, signature].</summary>
    public byte[] ToArray() => WireWriter.Write(Write);

    /// <summary>Verifies it on a head under a key.</summary>
    public void Verify(PublicKey key, Head head) => Verify(key, head.Protected.Span, head.Root.Span, head.Signature.Span);

    /// <summary>Verifies it on the parts of a head, as a receipt holds them.</summary>
    /// <exception cref="MessageException"><see cref="Refusal.UnknownKey"/> if the key is not the one named; else <see cref="Refusal.HighSignature"/> or <see cref="Refusal.BadSignature"/>.</exception>
    public void Verify(PublicKey key, ReadOnlySpan<byte> headProtected, ReadOnlySpan<byte> root, ReadOnlySpan<byte> headSignature)
    {
        if (key.Kid != Kid)
        {
            throw new MessageException(Refusal.UnknownKey, "countersignature");
        }

        key.Verify(ToBeSigned.Countersign(headProtected, _protected.Span, [], root, headSignature), _signature.Span, "countersignature");
    }

    internal static Countersignature Read(WireReader reader)
    {
        reader.Array(3);
        ReadOnlyMemory<byte> header = reader.Bytes(1, Limits.CountersignatureBytes);
        if (reader.Map(0, int.MaxValue) != 0)
        {
            throw reader.Wrong(Refusal.UnexpectedHeader);
        }

        reader.EndMap();
        ReadOnlyMemory<byte> signature = reader.Bytes(SigningKey.SignatureSize);
        reader.EndArray();
        return WireReader.Read(header, Limits.CountersignatureBytes, "countersignature: protected header", inner =>
        {
            if (inner.Map(3, int.MaxValue) != 3)
            {
                throw inner.Wrong(Refusal.UnexpectedHeader);
            }

            inner.Key(CoseLabels.Algorithm);
            inner.Exactly(CoseLabels.Es256, Refusal.WrongAlgorithm);
            inner.Key(CoseLabels.KeyId);
            Kid kid = inner.Kid();
            inner.Key(CoseLabels.CwtClaims);
            inner.Map(3, 3);
            inner.Key(CoseLabels.IssuedAt);
            ulong seconds = inner.Number(Limits.LargestSeconds);
            inner.Key(CoseLabels.RegistrySize);
            ulong registrySize = inner.Number();
            inner.Key(CoseLabels.From);
            ulong from = inner.Number();
            inner.EndMap();
            inner.EndMap();
            return new Countersignature(kid, seconds, registrySize, from, header, signature);
        });
    }

    internal void Write(CborWriter cbor)
    {
        cbor.WriteStartArray(3);
        cbor.WriteByteString(_protected.Span);
        cbor.WriteStartMap(0);
        cbor.WriteEndMap();
        cbor.WriteByteString(_signature.Span);
        cbor.WriteEndArray();
    }

    internal static IReadOnlyList<Countersignature> ReadList(WireReader reader, int least)
    {
        Countersignature[] list = new Countersignature[reader.Array(least, Limits.Countersignatures)];
        for (int i = 0; i < list.Length; i++)
        {
            list[i] = Read(reader);
        }

        reader.EndArray();
        return list;
    }

    internal static void WriteList(CborWriter cbor, IReadOnlyList<Countersignature> list)
    {
        cbor.WriteStartArray(list.Count);
        foreach (Countersignature countersignature in list)
        {
            countersignature.Write(cbor);
        }

        cbor.WriteEndArray();
    }
}
