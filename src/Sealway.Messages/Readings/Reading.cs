namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary>
/// What a sensor says: a COSE_Sign1 (RFC 9052 section 4.2) with ES256 over a SenML pack (RFC 8428), whose protected
/// header names the key and, as CWT claims (RFC 9597), the reading's number and the answer to a challenge. One value
/// fits 128 bytes. Keeps the bytes as received: nothing is re-encoded to be verified, stored or hashed.
/// </summary>
public sealed class Reading
{
    /// <summary>Bytes of a challenge's nonce.</summary>
    public const int NonceSize = 8;

    private readonly Sign1 _sign1;

    private Reading(Sign1 sign1, Kid kid, ReadingNumber number, ReadOnlyMemory<byte>? nonce, IReadOnlyList<Measurement> measurements)
    {
        _sign1 = sign1;
        Kid = kid;
        Number = number;
        Nonce = nonce;
        Measurements = measurements;
    }

    /// <summary>The reading's bytes, at most <see cref="Limits.ReadingBytes"/>.</summary>
    public ReadOnlyMemory<byte> Bytes => _sign1.Bytes;

    /// <summary>What was signed apart from the signature: what makes a reading the same reading. The protected header, then the payload.</summary>
    public (ReadOnlyMemory<byte> Protected, ReadOnlyMemory<byte> Payload) Signed => (_sign1.Protected, _sign1.Payload);

    /// <summary>The key that claims to have signed.</summary>
    public Kid Kid { get; }

    /// <summary>The reading's number within the key.</summary>
    public ReadingNumber Number { get; }

    /// <summary>The 8 random bytes of the challenge that this reading answers, or null.</summary>
    public ReadOnlyMemory<byte>? Nonce { get; }

    /// <summary>What was measured: 1 to 32 measurements.</summary>
    public IReadOnlyList<Measurement> Measurements { get; }

    /// <summary>Signs a reading.</summary>
    /// <param name="signer">The key assigned in production.</param>
    /// <param name="number">Never used before with this key.</param>
    /// <param name="measurements">1 to 32.</param>
    /// <param name="nonce">8 bytes, or empty.</param>
    /// <exception cref="MessageException">The content is outside its limits.</exception>
    public static Reading Sign(ISigner signer, ReadingNumber number, IReadOnlyList<Measurement> measurements, ReadOnlySpan<byte> nonce = default)
    {
        if (measurements.Count is 0 or > Limits.Measurements)
        {
            throw new MessageException(Refusal.WrongCount, "reading: measurements");
        }

        if (nonce.Length is not 0 and not NonceSize)
        {
            throw new MessageException(Refusal.WrongCount, "reading: nonce");
        }

        byte[] payload = WireWriter.Write(cbor =>
        {
            cbor.WriteStartArray(measurements.Count);
            foreach (Measurement measurement in measurements)
            {
                measurement.Write(cbor);
            }

            cbor.WriteEndArray();
        });
        Kid kid = signer.PublicKey.Kid;
        byte[]? answer = nonce.IsEmpty ? null : nonce.ToArray();
        Sign1 sign1 = Sign1.Sign(signer, Header(kid, number, answer), [], payload);
        return sign1.Bytes.Length <= Limits.ReadingBytes
            ? new Reading(sign1, kid, number, answer, measurements)
            : throw new MessageException(Refusal.TooLong, "reading");
    }

    /// <summary>Reads a reading from outside. Its signature is not verified yet.</summary>
    /// <exception cref="MessageException">Not exactly a reading; the reason says what.</exception>
    public static Reading FromUntrusted(ReadOnlyMemory<byte> bytes)
    {
        Sign1 sign1 = Sign1.FromUntrusted(bytes, Limits.ReadingBytes, "reading");
        (Kid kid, ReadingNumber number, ReadOnlyMemory<byte>? nonce) = WireReader.Read(sign1.Protected, Limits.ReadingBytes, "reading: protected header", ReadHeader);
        Measurement[] measurements = WireReader.Read(sign1.Payload, Limits.ReadingBytes, "reading: payload", ReadPack);
        return new Reading(sign1, kid, number, nonce, measurements);
    }

    /// <summary>Verifies the signature under a key.</summary>
    /// <exception cref="MessageException"><see cref="Refusal.UnknownKey"/> if the key is not the one named; else <see cref="Refusal.HighSignature"/> or <see cref="Refusal.BadSignature"/>.</exception>
    public void Verify(PublicKey key)
    {
        if (key.Kid != Kid)
        {
            throw new MessageException(Refusal.UnknownKey, "reading");
        }

        _sign1.Verify(key, [], "reading");
    }

    private static byte[] Header(Kid kid, ReadingNumber number, byte[]? nonce) => WireWriter.Write(cbor =>
    {
        cbor.WriteStartMap(3);
        cbor.WriteInt32(CoseLabels.Algorithm);
        cbor.WriteInt32(CoseLabels.Es256);
        cbor.Field(CoseLabels.KeyId, kid);
        cbor.WriteInt32(CoseLabels.CwtClaims);
        cbor.WriteStartMap(nonce is null ? 1 : 2);
        cbor.Field(CoseLabels.CwtId, number.ToArray());
        if (nonce is not null)
        {
            cbor.Field(CoseLabels.Nonce, nonce);
        }

        cbor.WriteEndMap();
        cbor.WriteEndMap();
    });

    private static (Kid Kid, ReadingNumber Number, ReadOnlyMemory<byte>? Nonce) ReadHeader(WireReader reader)
    {
        // Exactly these labels: a critical header (2) or any other is refused because it is not one of them.
        if (reader.Map(3, int.MaxValue) != 3)
        {
            throw reader.Wrong(Refusal.UnexpectedHeader);
        }

        reader.Key(CoseLabels.Algorithm);
        reader.Exactly(CoseLabels.Es256, Refusal.WrongAlgorithm);
        reader.Key(CoseLabels.KeyId);
        Kid kid = reader.Kid();
        reader.Key(CoseLabels.CwtClaims);
        int claims = reader.Map(1, 2);
        reader.Key(CoseLabels.CwtId);
        ReadingNumber number = ReadingNumber.FromBytes(reader.Bytes(ReadingNumber.Size).Span);
        ReadOnlyMemory<byte>? nonce = null;
        if (claims == 2)
        {
            reader.Key(CoseLabels.Nonce);
            nonce = reader.Bytes(NonceSize);
        }

        reader.EndMap();
        reader.EndMap();
        return (kid, number, nonce);
    }

    private static Measurement[] ReadPack(WireReader reader)
    {
        Measurement[] measurements = new Measurement[reader.Array(1, Limits.Measurements)];
        for (int i = 0; i < measurements.Length; i++)
        {
            measurements[i] = Measurement.Read(reader);
        }

        reader.EndArray();
        return measurements;
    }
}
