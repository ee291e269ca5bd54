namespace Sealway.TlsCheck.Handshakes;

using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Encodings;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;
using Sealway.TlsCheck.Reports;

/// <summary>Whether a handshake's signature fits the certificate that was shown. Servers whose stack skips this step are what "goto fail" was about.</summary>
internal static class SignatureCheck
{
    private static readonly byte[] Tls13Prefix = [.. Enumerable.Repeat((byte)0x20, 64), .. "TLS 1.3, server CertificateVerify\0"u8];
    private static readonly byte[] Tls13ClientPrefix = [.. Enumerable.Repeat((byte)0x20, 64), .. "TLS 1.3, client CertificateVerify\0"u8];

    /// <summary>What a CertificateVerify of TLS 1.3 signs (RFC 8446 section 4.4.3).</summary>
    public static byte[] Tls13Content(byte[] transcriptHash, bool server) => [.. server ? Tls13Prefix : Tls13ClientPrefix, .. transcriptHash];

    /// <summary>Yes, no, or undetermined for schemes that cannot be checked here.</summary>
    /// <param name="certificate">In DER.</param>
    /// <param name="scheme">IANA's number; -1 for that of TLS 1.0 and 1.1.</param>
    /// <param name="content">What is signed.</param>
    /// <param name="signature">The signature.</param>
    /// <param name="tls13">TLS 1.3 does not take PKCS #1 1.5, SHA-1, nor a curve other than the scheme's.</param>
    public static Answer Verify(byte[] certificate, int scheme, byte[] content, byte[] signature, bool tls13)
    {
        try
        {
            using X509Certificate2 parsed = X509CertificateLoader.LoadCertificate(certificate);
            using RSA? rsa = parsed.PublicKey.GetRSAPublicKey();
            using ECDsa? ecdsa = parsed.PublicKey.GetECDsaPublicKey();
            int low = scheme & 0xFF;
            HashAlgorithmName? hash = Hash(scheme);
            bool? verified = scheme switch
            {
                -1 when rsa is not null => OldRsa(rsa, content, signature),
                -1 when ecdsa is not null => ecdsa.VerifyData(content, signature, HashAlgorithmName.SHA1, DSASignatureFormat.Rfc3279DerSequence),
                >= 0x0804 and <= 0x0806 or >= 0x0809 and <= 0x080B => (rsa is not null ? rsa.VerifyData(content, signature, hash!.Value, RSASignaturePadding.Pss) : PssKey(certificate, scheme, content, signature)),
                0x0807 or 0x0808 => EdDsa(certificate, scheme, content, signature),
                >= 0x081A and <= 0x081C => ecdsa?.VerifyData(content, signature, hash!.Value, DSASignatureFormat.Rfc3279DerSequence) ?? false,
                _ when hash is null => null,
                _ when low == 1 && !tls13 => rsa?.VerifyData(content, signature, hash.Value, RSASignaturePadding.Pkcs1) ?? false,
                _ when low == 3 => ecdsa?.VerifyData(content, signature, hash.Value, DSASignatureFormat.Rfc3279DerSequence) ?? false,
                _ when low == 1 => false,
                _ => null,
            };
            return verified switch { true => Answer.Yes, false => Answer.No, null => Answer.Undetermined };
        }
        catch (Exception wrong) when (wrong is CryptographicException or CryptoException or ArgumentException or InvalidOperationException or PlatformNotSupportedException or SecurityUtilityException or IOException)
        {
            return Answer.Undetermined;
        }
    }

    /// <summary>The hash of a scheme, or null if it is unknown.</summary>
    public static HashAlgorithmName? Hash(int scheme) => scheme switch
    {
        0x0804 or 0x0809 or 0x081A => HashAlgorithmName.SHA256,
        0x0805 or 0x080A or 0x081B => HashAlgorithmName.SHA384,
        0x0806 or 0x080B or 0x081C => HashAlgorithmName.SHA512,
        _ => (scheme >> 8) switch
        {
            1 => HashAlgorithmName.MD5,
            2 => HashAlgorithmName.SHA1,
            4 => HashAlgorithmName.SHA256,
            5 => HashAlgorithmName.SHA384,
            6 => HashAlgorithmName.SHA512,
            _ => null,
        },
    };

    // TLS 1.0 and 1.1 sign MD5 and SHA-1 side by side, without saying so inside (RFC 2246 section 7.4.3).
    [SuppressMessage("Security", "CA5350", Justification = "What the version prescribes.")]
    [SuppressMessage("Security", "CA5351", Justification = "What the version prescribes.")]
    private static bool OldRsa(RSA rsa, byte[] content, byte[] signature)
    {
        RSAParameters key = rsa.ExportParameters(false);
        Pkcs1Encoding engine = new(new RsaEngine());
        engine.Init(false, new RsaKeyParameters(false, new Org.BouncyCastle.Math.BigInteger(1, key.Modulus), new Org.BouncyCastle.Math.BigInteger(1, key.Exponent)));
        try
        {
            byte[] signed = engine.ProcessBlock(signature, 0, signature.Length);
            return signed.AsSpan().SequenceEqual([.. MD5.HashData(content), .. SHA1.HashData(content)]);
        }
        catch (CryptoException)
        {
            return false;
        }
    }

    private static bool EdDsa(byte[] certificate, int scheme, byte[] content, byte[] signature)
    {
        AsymmetricKeyParameter key = PublicKey(certificate);
        ISigner? verifier = (scheme, key) switch
        {
            (0x0807, Ed25519PublicKeyParameters) => new Ed25519Signer(),
            (0x0808, Ed448PublicKeyParameters) => new Ed448Signer([]),
            _ => null,
        };
        if (verifier is null)
        {
            return false;
        }

        verifier.Init(false, key);
        verifier.BlockUpdate(content, 0, content.Length);
        return verifier.VerifySignature(signature);
    }

    // A key that says itself that it is for PSS only, which the platform does not take.
    private static bool PssKey(byte[] certificate, int scheme, byte[] content, byte[] signature)
    {
        string name = Hash(scheme)!.Value.Name!.Replace("SHA", "SHA-", StringComparison.Ordinal);
        IDigest digest = DigestUtilities.GetDigest(name);
        PssSigner verifier = new(new RsaEngine(), digest, digest.GetDigestSize());
        verifier.Init(false, PublicKey(certificate));
        verifier.BlockUpdate(content, 0, content.Length);
        return verifier.VerifySignature(signature);
    }

    private static AsymmetricKeyParameter PublicKey(byte[] certificate) =>
        new Org.BouncyCastle.X509.X509CertificateParser().ReadCertificate(certificate).GetPublicKey();
}
