namespace Sealway.Messages;

using System.Formats.Cbor;
using System.Security.Cryptography;

/// <summary>
/// A secret for a number of recipients that only they can count: COSE_Encrypt (RFC 9052 section 5.1) with A256GCM,
/// its content key wrapped to each recipient by HPKE (draft-ietf-cose-hpke, HPKE-7-KE). Recipients are 8, 16, 32 …
/// up to 256, the unused ones wrapped to throw-away keys, in random order, without kids. The body of epoch and grant
/// entries.
/// </summary>
internal sealed class KeyEnvelope
{
    private const int KeySize = 32;
    private const int IvSize = 12;
    private const int LeastRecipients = 8;

    // The recipient's protected header { 1 : 53 }, as it is bound into the HPKE info.
    private static readonly byte[] RecipientProtected = WireWriter.Write(cbor =>
    {
        cbor.WriteStartMap(1);
        cbor.Field(CoseLabels.Algorithm, (ulong)CoseLabels.HpkeKeyEncryption);
        cbor.WriteEndMap();
    });

    private readonly ReadOnlyMemory<byte> _protected;
    private readonly ReadOnlyMemory<byte> _iv;
    private readonly ReadOnlyMemory<byte> _ciphertext;
    private readonly (ReadOnlyMemory<byte> Encapsulated, ReadOnlyMemory<byte> Wrapped)[] _recipients;

    private KeyEnvelope(ReadOnlyMemory<byte> header, EpochId epoch, ulong registrySize, ReadOnlyMemory<byte> iv, ReadOnlyMemory<byte> ciphertext, (ReadOnlyMemory<byte>, ReadOnlyMemory<byte>)[] recipients)
    {
        _protected = header;
        Epoch = epoch;
        RegistrySize = registrySize;
        _iv = iv;
        _ciphertext = ciphertext;
        _recipients = recipients;
    }

    public EpochId Epoch { get; }

    public ulong RegistrySize { get; }

    public int Recipients => _recipients.Length;

    public static KeyEnvelope FromUntrusted(ReadOnlyMemory<byte> bytes, string what, int leastPlaintext, int mostPlaintext) => WireReader.Read(bytes, Limits.EntryBytes, what, reader =>
    {
        reader.Tag(CoseLabels.EncryptTag);
        reader.Array(4);
        ReadOnlyMemory<byte> header = reader.Bytes(1, 64);
        reader.Map(1, 1);
        reader.Key(CoseLabels.Iv);
        ReadOnlyMemory<byte> iv = reader.Bytes(IvSize);
        reader.EndMap();
        ReadOnlyMemory<byte> ciphertext = reader.Ciphertext(leastPlaintext + Hpke.TagSize, mostPlaintext + Hpke.TagSize);
        int count = reader.Array(LeastRecipients, Limits.Recipients);
        if (!System.Numerics.BitOperations.IsPow2(count))
        {
            throw reader.Wrong(Refusal.WrongCount);
        }

        (ReadOnlyMemory<byte>, ReadOnlyMemory<byte>)[] recipients = new (ReadOnlyMemory<byte>, ReadOnlyMemory<byte>)[count];
        for (int i = 0; i < count; i++)
        {
            reader.Array(3);
            if (!reader.Bytes(1, 64).Span.SequenceEqual(RecipientProtected))
            {
                throw reader.Wrong(Refusal.WrongAlgorithm);
            }

            reader.Map(1, 1);
            reader.Key(CoseLabels.EncapsulatedKey);
            ReadOnlyMemory<byte> encapsulated = reader.Bytes(Hpke.EncapsulatedSize);
            reader.EndMap();
            recipients[i] = (encapsulated, reader.Bytes(KeySize + Hpke.TagSize));
            reader.EndArray();
        }

        reader.EndArray();
        reader.EndArray();
        (EpochId epoch, ulong registrySize) = WireReader.Read(header, 64, what, inner =>
        {
            inner.Map(3, 3);
            inner.Key(CoseLabels.Algorithm);
            inner.Exactly(CoseLabels.A256Gcm, Refusal.WrongAlgorithm);
            inner.Key(CoseLabels.KeyId);
            EpochId id = EpochId.FromBytes(inner.Bytes(EpochId.Size).Span);
            inner.Key(CoseLabels.CwtClaims);
            inner.Map(1, 1);
            inner.Key(CoseLabels.RegistrySize);
            ulong size = inner.Number();
            inner.EndMap();
            inner.EndMap();
            return (id, size);
        });
        return new KeyEnvelope(header, epoch, registrySize, iv, ciphertext, recipients);
    });

    public static byte[] Seal(LogId log, EpochId epoch, ulong registrySize, IReadOnlyList<PublicKey> members, ReadOnlySpan<byte> plaintext)
    {
        if (members.Count > Limits.Recipients)
        {
            throw new MessageException(Refusal.WrongCount, "epoch: members");
        }

        byte[] header = WireWriter.Write(cbor =>
        {
            cbor.WriteStartMap(3);
            cbor.WriteInt32(CoseLabels.Algorithm);
            cbor.WriteInt32(CoseLabels.A256Gcm);
            cbor.Field(CoseLabels.KeyId, epoch.ToArray());
            cbor.WriteInt32(CoseLabels.CwtClaims);
            cbor.WriteStartMap(1);
            cbor.Field(CoseLabels.RegistrySize, registrySize);
            cbor.WriteEndMap();
            cbor.WriteEndMap();
        });
        byte[] context = SealingContext.Of(log, epoch);
        byte[] info = ToBeSigned.Recipient(CoseLabels.A256Gcm, RecipientProtected, context);
        byte[] contentKey = RandomNumberGenerator.GetBytes(KeySize);
        byte[] iv = RandomNumberGenerator.GetBytes(IvSize);
        byte[] ciphertext = new byte[plaintext.Length + Hpke.TagSize];
        try
        {
            using (AesGcm gcm = new(contentKey, Hpke.TagSize))
            {
                gcm.Encrypt(iv, plaintext, ciphertext.AsSpan(0, plaintext.Length), ciphertext.AsSpan(plaintext.Length), ToBeSigned.Encrypt("Encrypt", header, context));
            }

            (byte[] Encapsulated, byte[] Ciphertext)[] recipients = Wrap(members, info, contentKey);
            return WireWriter.Write(cbor =>
            {
                cbor.WriteTag((CborTag)CoseLabels.EncryptTag);
                cbor.WriteStartArray(4);
                cbor.WriteByteString(header);
                cbor.WriteStartMap(1);
                cbor.Field(CoseLabels.Iv, iv);
                cbor.WriteEndMap();
                cbor.WriteByteString(ciphertext);
                cbor.WriteStartArray(recipients.Length);
                foreach ((byte[] encapsulated, byte[] wrapped) in recipients)
                {
                    cbor.WriteStartArray(3);
                    cbor.WriteByteString(RecipientProtected);
                    cbor.WriteStartMap(1);
                    cbor.Field(CoseLabels.EncapsulatedKey, encapsulated);
                    cbor.WriteEndMap();
                    cbor.WriteByteString(wrapped);
                    cbor.WriteEndArray();
                }

                cbor.WriteEndArray();
                cbor.WriteEndArray();
            });
        }
        finally
        {
            CryptographicOperations.ZeroMemory(contentKey);
        }
    }

    /// <summary>Opens as whichever recipient this key is; the caller erases the plaintext.</summary>
    public byte[] Open(LogId log, AgreementKey member)
    {
        byte[] context = SealingContext.Of(log, Epoch);
        byte[] info = ToBeSigned.Recipient(CoseLabels.A256Gcm, RecipientProtected, context);
        byte[]? contentKey = Unwrap(member, info);
        if (contentKey is null)
        {
            throw new MessageException(Refusal.NotForUs, "epoch");
        }

        byte[] plaintext = new byte[_ciphertext.Length - Hpke.TagSize];
        try
        {
            using AesGcm gcm = new(contentKey, Hpke.TagSize);
            ReadOnlySpan<byte> ciphertext = _ciphertext.Span;
            gcm.Decrypt(_iv.Span, ciphertext[..plaintext.Length], ciphertext[plaintext.Length..], plaintext, ToBeSigned.Encrypt("Encrypt", _protected.Span, context));
            return plaintext;
        }
        catch (AuthenticationTagMismatchException inner)
        {
            throw new MessageException(Refusal.SealBroken, "epoch", inner);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(contentKey);
        }
    }

    private static (byte[], byte[])[] Wrap(IReadOnlyList<PublicKey> members, byte[] info, byte[] contentKey)
    {
        int count = LeastRecipients;
        while (count < members.Count)
        {
            count *= 2;
        }

        (byte[], byte[])[] recipients = new (byte[], byte[])[count];
        for (int i = 0; i < count; i++)
        {
            if (i < members.Count)
            {
                recipients[i] = Hpke.Seal(members[i], info, [], contentKey);
            }
            else
            {
                // Nobody keeps the private half: a recipient like any other to whoever looks on.
                using AgreementKey nobody = AgreementKey.Generate();
                recipients[i] = Hpke.Seal(nobody.PublicKey, info, [], contentKey);
            }
        }

        RandomNumberGenerator.Shuffle(recipients.AsSpan());
        return recipients;
    }

    private byte[]? Unwrap(AgreementKey member, byte[] info)
    {
        foreach ((ReadOnlyMemory<byte> encapsulated, ReadOnlyMemory<byte> wrapped) in _recipients)
        {
            try
            {
                return Hpke.Open(member, encapsulated.Span, info, [], wrapped.Span);
            }
            catch (MessageException)
            {
                // Another member's, or nobody's.
            }
        }

        return null;
    }
}
