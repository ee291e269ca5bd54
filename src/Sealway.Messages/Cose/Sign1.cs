namespace Sealway.Messages;

/// <summary>A tagged COSE_Sign1 with an empty unprotected header (RFC 9052 section 4.2): the frame of readings, heads, statements and commands. Keeps the bytes as received.</summary>
internal sealed class Sign1
{
    private Sign1(ReadOnlyMemory<byte> bytes, ReadOnlyMemory<byte> protectedHeader, ReadOnlyMemory<byte> payload, ReadOnlyMemory<byte> signature)
    {
        Bytes = bytes;
        Protected = protectedHeader;
        Payload = payload;
        Signature = signature;
    }

    public ReadOnlyMemory<byte> Bytes { get; }

    public ReadOnlyMemory<byte> Protected { get; }

    public ReadOnlyMemory<byte> Payload { get; }

    public ReadOnlyMemory<byte> Signature { get; }

    public static Sign1 FromUntrusted(ReadOnlyMemory<byte> bytes, int limit, string what) =>
        WireReader.Read(bytes, limit, what, reader => Read(reader, bytes));

    public static Sign1 Sign(ISigner signer, byte[] protectedHeader, ReadOnlySpan<byte> externalAad, byte[] payload)
    {
        byte[] signature = new byte[SigningKey.SignatureSize];
        signer.Sign(ToBeSigned.Sign1(protectedHeader, externalAad, payload), signature);
        byte[] bytes = WireWriter.Write(cbor =>
        {
            cbor.WriteTag((System.Formats.Cbor.CborTag)CoseLabels.Sign1Tag);
            cbor.WriteStartArray(4);
            cbor.WriteByteString(protectedHeader);
            cbor.WriteStartMap(0);
            cbor.WriteEndMap();
            cbor.WriteByteString(payload);
            cbor.WriteByteString(signature);
            cbor.WriteEndArray();
        });
        return new Sign1(bytes, protectedHeader, payload, signature);
    }

    public void Verify(PublicKey key, ReadOnlySpan<byte> externalAad, string what) =>
        key.Verify(ToBeSigned.Sign1(Protected.Span, externalAad, Payload.Span), Signature.Span, what);

    private static Sign1 Read(WireReader reader, ReadOnlyMemory<byte> bytes)
    {
        reader.Tag(CoseLabels.Sign1Tag);
        reader.Array(4);
        ReadOnlyMemory<byte> protectedHeader = reader.Bytes(1, Limits.EntryBytes);
        if (reader.Map(0, int.MaxValue) != 0)
        {
            throw reader.Wrong(Refusal.UnexpectedHeader);
        }

        reader.EndMap();
        ReadOnlyMemory<byte> payload = reader.Bytes(0, Limits.EntryBytes);
        ReadOnlyMemory<byte> signature = reader.Bytes(SigningKey.SignatureSize);
        reader.EndArray();
        return new Sign1(bytes, protectedHeader, payload, signature);
    }
}
