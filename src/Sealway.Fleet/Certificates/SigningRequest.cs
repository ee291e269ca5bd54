namespace Sealway.Fleet;

using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sealway.Messages;
using PublicKey = Sealway.Messages.PublicKey;

/// <summary>A request for a certificate from outside (PKCS#10, RFC 2986): signed by the key that it asks for, on P-256. What else it says is compared or ignored, never taken over.</summary>
public sealed class SigningRequest
{
    private const string CommonName = "2.5.4.3";
    private const string ChallengePassword = "1.2.840.113549.1.9.7";
    private const string AlternativeNames = "2.5.29.17";

    private readonly byte[] _spki;
    private readonly X500DistinguishedName _subject;
    private readonly byte[]? _names;

    private SigningRequest(byte[] spki, PublicKey key, X500DistinguishedName subject, byte[]? names)
    {
        _spki = spki;
        Key = key;
        _subject = subject;
        _names = names;
    }

    /// <summary>The key, whose holder signed the request.</summary>
    public PublicKey Key { get; }

    /// <summary>Reads a request and verifies its signature: the proof that the sender has the key.</summary>
    /// <param name="der">The request in DER, at most <see cref="Limits.CertificateBytes"/>.</param>
    /// <exception cref="MessageException">
    /// <see cref="Refusal.TooLong"/>; <see cref="Refusal.Malformed"/>: not such a request, or not signed by its key; <see cref="Refusal.BadKey"/>: not on P-256;
    /// <see cref="Refusal.NotAllowed"/>: it carries a challenge password, which ties it to a TLS connection by <c>tls-unique</c> (RFC 7030 section 3.5). TLS 1.3 has
    /// no such value (RFC 8446 appendix C.5), so that it cannot be checked.
    /// </exception>
    public static SigningRequest FromUntrusted(ReadOnlySpan<byte> der)
    {
        if (der.Length > Limits.CertificateBytes)
        {
            throw new MessageException(Refusal.TooLong, $"the certificate request has {der.Length} bytes, at most {Limits.CertificateBytes} are taken");
        }

        try
        {
            // Loading verifies the signature under the request's own key. The extensions are read to be compared, and none is copied.
            CertificateRequest request = CertificateRequest.LoadSigningRequest(der.ToArray(), HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions);
            if (request.OtherRequestAttributes.Any(one => one.Oid?.Value == ChallengePassword))
            {
                throw new MessageException(Refusal.NotAllowed, "the certificate request carries a challenge password; it binds to tls-unique, which TLS 1.3 does not have: leave it out");
            }

            using ECDsa key = request.PublicKey.GetECDsaPublicKey() ?? throw new MessageException(Refusal.BadKey, "certificate request: the key is not one on P-256");
            X509Extension[] names = [.. request.CertificateExtensions.Where(one => one.Oid?.Value == AlternativeNames)];
            return new SigningRequest(
                key.ExportSubjectPublicKeyInfo(),
                PublicKey.FromPem(key.ExportSubjectPublicKeyInfoPem(), KeyUse.Sign),
                request.SubjectName,
                names.Length == 1 ? names[0].RawData : null);
        }
        catch (Exception inner) when (inner is CryptographicException or ArgumentException or NotSupportedException or AsnContentException)
        {
            throw new MessageException(Refusal.Malformed, "it is no PKCS#10 request (DER), or it is not signed by its own key with SHA-256", inner);
        }
    }

    /// <summary>Whether the key is that of a certificate.</summary>
    /// <param name="certificate">The certificate.</param>
    public bool IsKeyOf(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(_spki);
    }

    /// <summary>Whether the request names whom a certificate names: subject and alternative names, as RFC 7030 section 4.2.2 demands of who renews.</summary>
    /// <param name="certificate">The certificate.</param>
    public bool Names(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        byte[]? its = certificate.Extensions.FirstOrDefault(one => one.Oid?.Value == AlternativeNames)?.RawData;
        try
        {
            return CommonNameOf(_subject) is { } name && name == CommonNameOf(certificate.SubjectName)
                && its is not null && _names is not null && All(its).SetEquals(All(_names));
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException or InvalidOperationException)
        {
            return false;
        }
    }

    internal ECDsa ToEcdsa()
    {
        ECDsa key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(_spki, out _);
        return key;
    }

    // By what it says and not by its bytes: a name may be encoded as one of several kinds of text.
    private static string? CommonNameOf(X500DistinguishedName name)
    {
        X500RelativeDistinguishedName[] parts = [.. name.EnumerateRelativeDistinguishedNames().Take(2)];
        return parts is [{ HasMultipleElements: false } only] && only.GetSingleElementType().Value == CommonName ? only.GetSingleElementValue() : null;
    }

    private static HashSet<string> All(byte[] extension)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        AsnReader reader = new AsnReader(extension, AsnEncodingRules.DER).ReadSequence();
        while (reader.HasData)
        {
            names.Add(Convert.ToHexString(reader.ReadEncodedValue().Span));
        }

        return names;
    }
}
