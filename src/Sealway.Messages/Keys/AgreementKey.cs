namespace Sealway.Messages;

using System.Security.Cryptography;

/// <summary>A P-256 private key for HPKE, held in memory. Dispose erases it.</summary>
public sealed class AgreementKey : IDisposable
{
    private readonly ECDiffieHellman _key;
    private readonly Lock _lock = new();

    private AgreementKey(ECDiffieHellman key)
    {
        _key = key;
        ECParameters parameters = key.ExportParameters(includePrivateParameters: false);
        if (parameters.Q.X is not { Length: PublicKey.CoordinateSize })
        {
            throw new MessageException(Refusal.BadKey, "agreement key: not on P-256");
        }

        PublicKey = PublicKey.FromParameters(parameters, KeyUse.Agree);
    }

    /// <summary>The public half.</summary>
    public PublicKey PublicKey { get; }

    /// <summary>Makes a new key.</summary>
    public static AgreementKey Generate() => new(ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Reads a PKCS#8 key in PEM, encrypted when a passphrase is given.</summary>
    /// <exception cref="MessageException"><see cref="Refusal.BadKey"/>: not such a key, or another passphrase.</exception>
    public static AgreementKey FromPem(ReadOnlySpan<char> pem, ReadOnlySpan<char> passphrase = default) => new(PrivatePem.Import(ECDiffieHellman.Create(), pem, passphrase));

    /// <summary>Takes a private scalar of 32 bytes with its public point, as test vectors give them.</summary>
    public static AgreementKey FromScalar(ReadOnlySpan<byte> d, PublicKey publicKey)
    {
        ECParameters parameters = publicKey.Parameters();
        parameters.D = d.ToArray();
        try
        {
            return new AgreementKey(ECDiffieHellman.Create(parameters));
        }
        catch (CryptographicException inner)
        {
            throw new MessageException(Refusal.BadKey, "agreement key", inner);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(parameters.D);
        }
    }

    /// <summary>The key as PKCS#8 in PEM, encrypted when a passphrase is given.</summary>
    public string ToPem(ReadOnlySpan<char> passphrase = default) => PrivatePem.Export(_key, passphrase);

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    /// <summary>The x coordinate of the shared point, 32 bytes; the caller erases it.</summary>
    internal byte[] Agree(PublicKey other)
    {
        using ECDiffieHellman peer = ECDiffieHellman.Create(other.Parameters());
        using ECDiffieHellmanPublicKey publicKey = peer.PublicKey;
        lock (_lock)
        {
            return _key.DeriveRawSecretAgreement(publicKey);
        }
    }
}
