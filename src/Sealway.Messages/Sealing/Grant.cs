namespace Sealway.Messages;

using System.Security.Cryptography;

/// <summary>The body of a grant entry: older epochs' keys for a new member, made by a member's app under the current epoch's id. The newcomer checks each key against the hash in that epoch's first slot.</summary>
public sealed class Grant
{
    // [epoch-id, key] as CBOR: an array of two, 4 bytes after a head of one, 32 after a head of two.
    private const int GrantedBytes = 1 + 1 + EpochId.Size + 2 + EpochKey.Size;

    private readonly KeyEnvelope _envelope;

    private Grant(KeyEnvelope envelope) => _envelope = envelope;

    /// <summary>The epoch that was current when the grant was made.</summary>
    public EpochId Current => _envelope.Epoch;

    /// <summary>Makes a grant's body of 1 to 1,024 keys, for the newcomers' HPKE keys.</summary>
    public static byte[] Create(LogId log, EpochId current, ulong registrySize, IReadOnlyList<PublicKey> newcomers, IReadOnlyList<EpochKey> keys)
    {
        if (keys.Count is 0 or > Limits.GrantKeys)
        {
            throw new MessageException(Refusal.WrongCount, "grant");
        }

        byte[] plaintext = WireWriter.Write(cbor =>
        {
            cbor.WriteStartArray(keys.Count);
            foreach (EpochKey key in keys)
            {
                cbor.WriteStartArray(2);
                cbor.WriteByteString(key.Id.ToArray());
                cbor.WriteByteString(key.Bytes);
                cbor.WriteEndArray();
            }

            cbor.WriteEndArray();
        });
        try
        {
            return KeyEnvelope.Seal(log, current, registrySize, newcomers, plaintext);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    /// <summary>Reads a grant's body from outside.</summary>
    public static Grant FromUntrusted(ReadOnlyMemory<byte> body) => new(KeyEnvelope.FromUntrusted(body, "grant", 1 + GrantedBytes, 3 + (Limits.GrantKeys * GrantedBytes)));

    /// <summary>Opens the granted keys with a newcomer's HPKE key.</summary>
    /// <exception cref="MessageException"><see cref="Refusal.NotForUs"/>, <see cref="Refusal.SealBroken"/>, or the content is not a grant's.</exception>
    public IReadOnlyList<EpochKey> Open(LogId log, AgreementKey newcomer)
    {
        byte[] plaintext = _envelope.Open(log, newcomer);
        try
        {
            return ReadPlaintext(plaintext);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    /// <summary>Reads what was sealed: the keys. Another member chose these bytes.</summary>
    internal static EpochKey[] ReadPlaintext(ReadOnlyMemory<byte> plaintext) => WireReader.Read(plaintext, Limits.EntryBytes, "grant", reader =>
    {
        EpochKey[] keys = new EpochKey[reader.Array(1, Limits.GrantKeys)];
        for (int i = 0; i < keys.Length; i++)
        {
            reader.Array(2);
            EpochId id = EpochId.FromBytes(reader.Bytes(EpochId.Size).Span);
            keys[i] = EpochKey.From(id, reader.Bytes(EpochKey.Size).Span);
            reader.EndArray();
        }

        reader.EndArray();
        return keys;
    });
}
