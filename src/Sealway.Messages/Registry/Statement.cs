namespace Sealway.Messages;

/// <summary>
/// The body of a registry's entry: a COSE_Sign1 whose external data binds it to its place (log, index, kind, time), so
/// that it can be neither replayed nor moved.
/// </summary>
public sealed class Statement
{
    private readonly Sign1 _sign1;

    private Statement(Sign1 sign1, Kid signer, StatementContent content)
    {
        _sign1 = sign1;
        Signer = signer;
        Content = content;
    }

    /// <summary>The key that claims to have signed.</summary>
    public Kid Signer { get; }

    /// <summary>What is stated.</summary>
    public StatementContent Content { get; }

    /// <summary>The statement's bytes: the entry's body.</summary>
    public ReadOnlyMemory<byte> Bytes => _sign1.Bytes;

    /// <summary>Signs a statement for its place, and makes the entry.</summary>
    public static Entry Sign(ISigner signer, LogId registry, ulong index, ulong at, StatementContent content)
    {
        byte[] header = WireWriter.Write(cbor =>
        {
            cbor.WriteStartMap(3);
            cbor.WriteInt32(CoseLabels.Algorithm);
            cbor.WriteInt32(CoseLabels.Es256);
            cbor.Field(CoseLabels.ContentType, (ulong)CoseLabels.CborContent);
            cbor.Field(CoseLabels.KeyId, signer.PublicKey.Kid);
            cbor.WriteEndMap();
        });
        Sign1 sign1 = Sign1.Sign(signer, header, Place(registry, index, content.Kind, at), content.ToPayload());
        return Entry.Create(content.Kind, at, sign1.Bytes);
    }

    /// <summary>Reads the statement in an entry from outside. Its signature is not verified yet.</summary>
    public static Statement FromUntrusted(Entry entry)
    {
        Sign1 sign1 = Sign1.FromUntrusted(entry.Body, Limits.EntryBytes, "statement");
        Kid signer = WireReader.Read(sign1.Protected, Limits.HeadBytes, "statement: protected header", reader =>
        {
            if (reader.Map(3, int.MaxValue) != 3)
            {
                throw reader.Wrong(Refusal.UnexpectedHeader);
            }

            reader.Key(CoseLabels.Algorithm);
            reader.Exactly(CoseLabels.Es256, Refusal.WrongAlgorithm);
            reader.Key(CoseLabels.ContentType);
            reader.Exactly(CoseLabels.CborContent, Refusal.UnexpectedHeader);
            reader.Key(CoseLabels.KeyId);
            Kid kid = reader.Kid();
            reader.EndMap();
            return kid;
        });
        return new Statement(sign1, signer, StatementContent.Read(entry.Kind, sign1.Payload));
    }

    /// <summary>Verifies the signature for the place where the entry stands.</summary>
    public void Verify(PublicKey key, LogId registry, ulong index, Entry entry)
    {
        if (key.Kid != Signer)
        {
            throw new MessageException(Refusal.UnknownKey, "statement");
        }

        _sign1.Verify(key, Place(registry, index, entry.Kind, entry.At), "statement");
    }

    private static byte[] Place(LogId registry, ulong index, EntryKind kind, ulong at) => WireWriter.Write(cbor =>
    {
        cbor.WriteStartArray(5);
        cbor.WriteTextString("Sealway statement");
        cbor.WriteTextString(registry.ToString());
        cbor.WriteUInt64(index);
        cbor.WriteInt32((int)kind);
        cbor.WriteUInt64(at);
        cbor.WriteEndArray();
    });
}
