namespace Sealway.Messages;

using System.Security.Cryptography;

/// <summary>A P-256 signing key held in memory (ES256, RFC 9053 section 2.1). Dispose erases it.</summary>
public sealed class SigningKey : ISigner, IDisposable
{
    /// <summary>Bytes of a signature.</summary>
    public const int SignatureSize = 64;

    private readonly ECDsa _key;
    private readonly Lock _lock = new();

    private SigningKey(ECDsa key)
    {
        _key = key;
        ECParameters parameters = key.ExportParameters(includePrivateParameters: false);
        if (parameters.Q.X is not { Length: PublicKey.CoordinateSize })
        {
            throw new MessageException(Refusal.BadKey, "signing key: not on P-256");
        }

        PublicKey = PublicKey.FromParameters(parameters, KeyUse.Sign);
    }

    /// <inheritdoc/>
    public PublicKey PublicKey { get; }

    /// <summary>Makes a new key.</summary>
    public static SigningKey Generate() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Reads a PKCS#8 key in PEM, encrypted when a passphrase is given.</summary>
    /// <exception cref="MessageException"><see cref="Refusal.BadKey"/>: not such a key, or another passphrase.</exception>
    public static SigningKey FromPem(ReadOnlySpan<char> pem, ReadOnlySpan<char> passphrase = default) => new(PrivatePem.Import(ECDsa.Create(), pem, passphrase));

    /// <summary>The key as PKCS#8 in PEM, encrypted (PBES2, AES-256-CBC, PBKDF2-SHA-256 with 600,000 rounds) when a passphrase is given.</summary>
    public string ToPem(ReadOnlySpan<char> passphrase = default) => PrivatePem.Export(_key, passphrase);

    /// <inheritdoc/>
    public void Sign(ReadOnlySpan<byte> content, Span<byte> signature)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        int written;
        lock (_lock)
        {
            written = _key.SignHash(hash, signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }

        if (written != SignatureSize)
        {
            throw new CryptographicException("an ES256 signature has 64 bytes");
        }

        EcdsaOrder.MakeLow(signature);
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
