namespace Sealway.Messages;

using System.Formats.Cbor;
using System.Security.Cryptography;

/// <summary>A P-256 public key, for signatures or for HPKE, as a COSE_Key with exactly the labels kty, alg, crv, x and y (RFC 9052 section 7, RFC 9053 section 7.1).</summary>
public sealed class PublicKey : IEquatable<PublicKey>
{
    /// <summary>Bytes of a coordinate.</summary>
    public const int CoordinateSize = 32;

    private readonly byte[] _point;
    private readonly Lock _lock = new();
    private ECDsa? _verifier;

    private PublicKey(byte[] point, KeyUse use)
    {
        _point = point;
        Use = use;
        Kid = ThumbprintKid(point);
    }

    /// <summary>What the key is for.</summary>
    public KeyUse Use { get; }

    /// <summary>The key's short name.</summary>
    public Kid Kid { get; }

    /// <summary>The point, uncompressed: 04, x, y; 65 bytes (SEC 1 section 2.3.3).</summary>
    public ReadOnlyMemory<byte> Point => _point;

    /// <summary>Takes an uncompressed point of 65 bytes.</summary>
    /// <exception cref="MessageException"><see cref="Refusal.BadKey"/>: not a point on P-256.</exception>
    public static PublicKey FromPoint(ReadOnlySpan<byte> point, KeyUse use)
    {
        if (point.Length != 1 + (2 * CoordinateSize) || point[0] != 4)
        {
            throw new MessageException(Refusal.BadKey, "public key: not an uncompressed P-256 point");
        }

        PublicKey key = new(point.ToArray(), use);
        key.RequireOnCurve();
        return key;
    }

    /// <summary>Takes the parameters of a key of the base library.</summary>
    public static PublicKey FromParameters(ECParameters parameters, KeyUse use) =>
        FromPoint([4, .. parameters.Q.X!, .. parameters.Q.Y!], use);

    /// <summary>Reads a SubjectPublicKeyInfo in PEM, as in <c>authority.pub</c>.</summary>
    /// <exception cref="MessageException">Not a P-256 public key.</exception>
    public static PublicKey FromPem(string pem, KeyUse use)
    {
        using ECDsa key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            ECParameters parameters = key.ExportParameters(includePrivateParameters: false);
            return parameters.Q.X is { Length: CoordinateSize } ? FromParameters(parameters, use)
                : throw new MessageException(Refusal.BadKey, "public key: not on P-256");
        }
        // The last is what a curve that the platform has never heard of is refused with.
        catch (Exception inner) when (inner is CryptographicException or ArgumentException or NotSupportedException)
        {
            throw new MessageException(Refusal.BadKey, "public key in PEM", inner);
        }
    }

    /// <summary>The key as a SubjectPublicKeyInfo in PEM.</summary>
    public string ToPem()
    {
        using ECDsa key = ECDsa.Create(Parameters());
        return key.ExportSubjectPublicKeyInfoPem();
    }

    /// <summary>Verifies an ES256 signature of 64 bytes, r then s.</summary>
    /// <exception cref="MessageException"><see cref="Refusal.HighSignature"/>, <see cref="Refusal.BadSignature"/> or <see cref="Refusal.WrongAlgorithm"/>.</exception>
    public void Verify(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature, string what)
    {
        if (Use != KeyUse.Sign)
        {
            throw new MessageException(Refusal.WrongAlgorithm, $"{what}: the key is not for signatures");
        }

        EcdsaOrder.RequireLow(signature, what);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(signed, hash);
        bool good;
        lock (_lock)
        {
            _verifier ??= ECDsa.Create(Parameters());
            good = _verifier.VerifyHash(hash, signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }

        if (!good)
        {
            throw new MessageException(Refusal.BadSignature, what);
        }
    }

    /// <summary>The parameters for the base library.</summary>
    public ECParameters Parameters() => new()
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint { X = _point[1..33], Y = _point[33..65] },
    };

    /// <summary>The COSE_Key's bytes.</summary>
    public byte[] ToCoseKey() => WireWriter.Write(Write);

    /// <summary>Reads a COSE_Key of exactly the prescribed labels.</summary>
    public static PublicKey FromUntrusted(ReadOnlyMemory<byte> coseKey) => WireReader.Read(coseKey, 128, "COSE_Key", Read);

    /// <inheritdoc/>
    public bool Equals(PublicKey? other) => other is not null && Use == other.Use && _point.AsSpan().SequenceEqual(other._point);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PublicKey);

    /// <inheritdoc/>
    public override int GetHashCode() => Kid.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => Kid.ToString();

    internal static PublicKey Read(WireReader reader)
    {
        reader.Map(5, 5);
        reader.Key(1);
        reader.Exactly(2, Refusal.BadKey);
        reader.Key(3);
        long algorithm = reader.Integer();
        if (algorithm is not ((long)KeyUse.Sign) and not ((long)KeyUse.Agree))
        {
            throw reader.Wrong(Refusal.WrongAlgorithm);
        }

        reader.Key(-1);
        reader.Exactly(1, Refusal.BadKey);
        reader.Key(-2);
        ReadOnlyMemory<byte> x = reader.Bytes(CoordinateSize);
        reader.Key(-3);
        ReadOnlyMemory<byte> y = reader.Bytes(CoordinateSize);
        reader.EndMap();
        return FromPoint([4, .. x.Span, .. y.Span], (KeyUse)algorithm);
    }

    internal void Write(CborWriter cbor)
    {
        cbor.WriteStartMap(5);
        cbor.WriteInt32(1);
        cbor.WriteInt32(2);
        cbor.WriteInt32(3);
        cbor.WriteInt32((int)Use);
        cbor.WriteInt32(-1);
        cbor.WriteInt32(1);
        cbor.Field(-2, _point.AsSpan(1, CoordinateSize));
        cbor.Field(-3, _point.AsSpan(1 + CoordinateSize));
        cbor.WriteEndMap();
    }

    private static Kid ThumbprintKid(byte[] point)
    {
        // RFC 9679 section 4: of an EC2 key exactly kty, crv, x and y are hashed, in deterministic encoding.
        byte[] required = WireWriter.Write(cbor =>
        {
            cbor.WriteStartMap(4);
            cbor.WriteInt32(1);
            cbor.WriteInt32(2);
            cbor.WriteInt32(-1);
            cbor.WriteInt32(1);
            cbor.Field(-2, point.AsSpan(1, CoordinateSize));
            cbor.Field(-3, point.AsSpan(1 + CoordinateSize));
            cbor.WriteEndMap();
        });
        return Kid.FromBytes(SHA256.HashData(required).AsSpan(0, Kid.Size));
    }

    private void RequireOnCurve()
    {
        try
        {
            // The import refuses coordinates that are not on the curve.
            _verifier = ECDsa.Create(Parameters());
        }
        catch (CryptographicException inner)
        {
            throw new MessageException(Refusal.BadKey, "public key: not a point on P-256", inner);
        }
    }
}
