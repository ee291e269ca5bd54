namespace Sealway.Transport.Tests;

using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

/// <summary>Signs certificates with RSA and SHA-1, which the platform's own generator refuses.</summary>
/// <param name="key">The issuer's key.</param>
internal sealed class Sha1Signer(RSA key) : X509SignatureGenerator
{
    private const string Sha1WithRsa = "1.2.840.113549.1.1.5";

    /// <inheritdoc/>
    public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Sha1WithRsa);
            writer.WriteNull();
        }

        return writer.Encode();
    }

    /// <inheritdoc/>
#pragma warning disable CA5350 // A weak signature is what is wanted.
    public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) => key.SignData(data, HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1);
#pragma warning restore CA5350

    /// <inheritdoc/>
    protected override PublicKey BuildPublicKey() => new(key);
}
