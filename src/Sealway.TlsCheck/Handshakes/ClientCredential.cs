namespace Sealway.TlsCheck.Handshakes;

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

/// <summary>The certificate that the check shows, and its key.</summary>
/// <param name="certificates">The certificate with its key, and its chain behind it.</param>
internal sealed class ClientCredential(X509Certificate2Collection certificates)
{
    /// <summary>In DER.</summary>
    public IReadOnlyList<byte[]> Chain => [.. certificates.Select(certificate => certificate.RawData)];

    /// <summary>Signs with the first scheme that both sides have; null if there is none.</summary>
    public (ushort Scheme, byte[] Signature)? Sign(IReadOnlyList<ushort> taken, byte[] content)
    {
        using ECDsa? ecdsa = certificates[0].GetECDsaPrivateKey();
        using RSA? rsa = certificates[0].GetRSAPrivateKey();
        ushort[] ours = ecdsa is not null
            ? [ecdsa.KeySize switch { 256 => 0x0403, 384 => 0x0503, _ => 0x0603 }]
            : rsa is not null ? [0x0804, 0x0805, 0x0806, 0x0401] : [];
        foreach (ushort scheme in ours.Where(taken.Contains))
        {
            HashAlgorithmName hash = SignatureCheck.Hash(scheme)!.Value;
            return (scheme, ecdsa is not null
                ? ecdsa.SignData(content, hash, DSASignatureFormat.Rfc3279DerSequence)
                : rsa!.SignData(content, hash, scheme >> 8 == 8 ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1));
        }

        return null;
    }
}
