namespace Sealway.TlsCheck.Judging;

using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sealway.TlsCheck.Handshakes;
using Sealway.TlsCheck.Reports;
using Sealway.TlsCheck.Suites;

/// <summary>Judges a chain as it was sent: trust, name, dates, order (RFC 5280, RFC 9525).</summary>
/// <param name="name">The host that it must name.</param>
/// <param name="authorities">What to trust instead of the system's roots, or null.</param>
/// <param name="now">When.</param>
internal sealed class ChainJudge(string name, X509Certificate2Collection? authorities, DateTimeOffset now)
{
    private const int MostNames = 100;

    /// <summary>Judges one chain.</summary>
    public ChainReport Judge(IReadOnlyList<string> versions, CertificateList list, Answer stapled, (int? Scheme, Answer Verified) signature)
    {
        List<X509Certificate2> certificates = [];
        try
        {
            foreach (byte[] der in list.Certificates)
            {
                certificates.Add(X509CertificateLoader.LoadCertificate(der));
            }

            X509Certificate2 own = certificates[0];
            (bool trusted, string? problem) = Trust(own, certificates);
            bool inOrder = certificates.Zip(certificates.Skip(1), IssuedBy).All(one => one);
            return new ChainReport(
                versions,
                [.. certificates.Select(Told)],
                trusted ? Answer.Yes : Answer.No,
                problem,
                Matches(own) ? Answer.Yes : Answer.No,
                own.NotBefore.ToUniversalTime() <= now.UtcDateTime && now.UtcDateTime <= own.NotAfter.ToUniversalTime() ? Answer.Yes : Answer.No,
                certificates.Count < 2 ? Answer.NotApplicable : inOrder ? Answer.Yes : Answer.No,
                certificates.Skip(1).Any(SelfSigned) ? Answer.Yes : Answer.No,
                stapled,
                signature.Scheme is { } scheme ? SignatureSchemes.Name(scheme) : null,
                signature.Verified);
        }
        catch (CryptographicException)
        {
            return new ChainReport(versions, [.. certificates.Select(Told)], Answer.No, "a certificate in it cannot be read", Answer.Undetermined, Answer.Undetermined, Answer.Undetermined, Answer.Undetermined, stapled,
                signature.Scheme is { } scheme ? SignatureSchemes.Name(scheme) : null, signature.Verified);
        }
        finally
        {
            certificates.ForEach(certificate => certificate.Dispose());
        }
    }

    private static bool SelfSigned(X509Certificate2 certificate) => certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);

    private static bool IssuedBy(X509Certificate2 certificate, X509Certificate2 issuer) => certificate.IssuerName.RawData.AsSpan().SequenceEqual(issuer.SubjectName.RawData);

    private static CertificateReport Told(X509Certificate2 certificate)
    {
        (string key, int bits) = Key(certificate);
        return new CertificateReport(
            Text.Printable(certificate.Subject),
            Text.Printable(certificate.Issuer),
            certificate.SerialNumber,
            certificate.NotBefore.ToUniversalTime(),
            certificate.NotAfter.ToUniversalTime(),
            key,
            bits,
            certificate.SignatureAlgorithm.FriendlyName is { Length: > 0 } friendly ? friendly : certificate.SignatureAlgorithm.Value ?? "unknown",
            Names(certificate),
            SelfSigned(certificate),
            Convert.ToHexStringLower(SHA256.HashData(certificate.RawData)));
    }

    private static (string Kind, int Bits) Key(X509Certificate2 certificate)
    {
        try
        {
            using RSA? rsa = certificate.PublicKey.GetRSAPublicKey();
            using ECDsa? ecdsa = certificate.PublicKey.GetECDsaPublicKey();
            return rsa is not null ? ("RSA", rsa.KeySize)
                : ecdsa is not null ? ("ECDSA", ecdsa.KeySize)
                : certificate.PublicKey.Oid.Value switch
                {
                    "1.3.101.112" => ("Ed25519", 256),
                    "1.3.101.113" => ("Ed448", 456),
                    "1.2.840.113549.1.1.10" => ("RSA-PSS", 8 * (certificate.PublicKey.EncodedKeyValue.RawData.Length / 256 * 256)),
                    "1.2.840.10040.4.1" => ("DSA", 0),
                    { } other => (other, 0),
                    null => ("unknown", 0),
                };
        }
        catch (CryptographicException)
        {
            return ("unreadable", 0);
        }
    }

    private static List<string> Names(X509Certificate2 certificate)
    {
        try
        {
            return certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault() is { } names
                ? [.. names.EnumerateDnsNames().Select(Text.Printable).Concat(names.EnumerateIPAddresses().Select(address => address.ToString())).Take(MostNames)]
                : [];
        }
        catch (CryptographicException)
        {
            return [];
        }
    }

    private bool Matches(X509Certificate2 certificate)
    {
        try
        {
            return IPAddress.TryParse(name, out IPAddress? address)
                ? certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Any(names => names.EnumerateIPAddresses().Contains(address))
                : certificate.MatchesHostname(name, allowWildcards: true, allowCommonName: false);
        }
        catch (Exception unreadable) when (unreadable is CryptographicException or ArgumentException)
        {
            return false;
        }
    }

    // Dates are judged apart: an expired chain of a trusted authority is not one of a stranger.
    private (bool Trusted, string? Problem) Trust(X509Certificate2 own, List<X509Certificate2> sent)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        if (authorities is not null)
        {
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        foreach (X509Certificate2 certificate in sent.Skip(1))
        {
            chain.ChainPolicy.ExtraStore.Add(certificate);
        }

        bool built = chain.Build(own);
        X509ChainStatusFlags all = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (flags, status) => flags | status.Status) & ~X509ChainStatusFlags.NotTimeValid;
        string last = chain.ChainElements.Count > 0 ? Text.Printable(chain.ChainElements[^1].Certificate.Issuer) : "nobody";
        string? problem =
            built || all == X509ChainStatusFlags.NoError ? null
            : sent.Count == 1 && SelfSigned(own) && all.HasFlag(X509ChainStatusFlags.UntrustedRoot) ? "it is self-signed"
            : all.HasFlag(X509ChainStatusFlags.NotSignatureValid) ? "a signature in it is false"
            : all.HasFlag(X509ChainStatusFlags.PartialChain) ? $"the issuer {last} is neither sent nor trusted: an intermediate is missing, or the authority is another"
            : all.HasFlag(X509ChainStatusFlags.UntrustedRoot) ? $"the authority {last} is not trusted"
            : all.HasFlag(X509ChainStatusFlags.NotValidForUsage) ? "it is not for servers (extended key usage)"
            : all.ToString();
        return (problem is null, problem);
    }
}
