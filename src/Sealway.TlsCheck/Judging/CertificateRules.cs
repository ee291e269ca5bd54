namespace Sealway.TlsCheck.Judging;

using System.Globalization;
using Sealway.TlsCheck.Reports;

/// <summary>What the certificates mean (RFC 5280, RFC 9325 sections 4.5 and 6, RFC 9525; CA/Browser Forum baseline for strengths).</summary>
internal static class CertificateRules
{
    private const int SoonDays = 14;
    private const int LongDays = 398;

    public static IEnumerable<Finding> Of(EndpointReport report) => report.Chains.SelectMany(chain => Of(chain, report));

    private static IEnumerable<Finding> Of(ChainReport chain, EndpointReport report)
    {
        if (chain.SignatureVerified == Answer.No)
        {
            yield return Catalog.Make("handshake.false-signature", Severity.Critical, "The handshake's signature does not fit the certificate", $"{chain.SignatureScheme} in {string.Join(", ", chain.Versions)}",
                "Whoever answers shows a certificate without having its key: an impostor, or a broken server. Clients that skip this check are what \"goto fail\" was about.", "Find out who answers there. Give the server the key that belongs to its certificate.", Catalog.Both);
        }

        if (chain.SignatureScheme is "rsa_pkcs1_md5" or "rsa_pkcs1_sha1" or "ecdsa_sha1" or "dsa_sha1")
        {
            yield return Catalog.Make("handshake.weak-signature", Severity.Low, "The handshake is signed with a weak hash", chain.SignatureScheme,
                "SHA-1 and MD5 collide (RFC 9155).", "Allow SHA-256 and better for handshake signatures.", Catalog.None);
        }

        if (chain.Certificates.Count == 0)
        {
            yield return Catalog.Make("certificate.unreadable", Severity.High, "A certificate cannot be read", chain.TrustProblem ?? string.Empty,
                "Clients will refuse it.", "Issue it anew.", Catalog.Both);
            yield break;
        }

        CertificateReport own = chain.Certificates[0];
        if (chain.Trusted == Answer.No)
        {
            bool incomplete = chain.TrustProblem!.Contains("neither sent nor trusted", StringComparison.Ordinal);
            bool self = chain.TrustProblem.Contains("self-signed", StringComparison.Ordinal);
            yield return Catalog.Make(self ? "certificate.self-signed" : incomplete ? "certificate.incomplete-chain" : "certificate.untrusted", Severity.High,
                self ? "The certificate is self-signed" : incomplete ? "The chain does not reach a trusted authority" : "The certificate is not trusted", $"{own.Subject}: {chain.TrustProblem}",
                "A client that checks refuses it, and one that does not check can be fooled by anybody.",
                incomplete ? "Let the server send every intermediate certificate; check with --ca FILE if the authority is your own." : "Get a certificate from an authority that clients trust; check with --ca FILE if the authority is your own.", Catalog.Both);
        }

        if (chain.NameMatches == Answer.No)
        {
            yield return Catalog.Make("certificate.wrong-name", Severity.High, "The certificate does not name the host", $"{report.ServerName} is not among {Names(own)}",
                "A client cannot tell this server from another with a certificate of the same authority (RFC 9525).", "Issue the certificate for this name, as subject alternative name.", Catalog.Both);
        }

        if (chain.Valid == Answer.No)
        {
            bool early = own.NotBefore > report.At;
            yield return Catalog.Make(early ? "certificate.not-yet-valid" : "certificate.expired", Severity.High, early ? "The certificate is not yet valid" : "The certificate has expired",
                string.Create(CultureInfo.InvariantCulture, $"{own.NotBefore:yyyy-MM-dd HH:mm} to {own.NotAfter:yyyy-MM-dd HH:mm}"),
                "Clients refuse it, and its revocation may no longer be published.", early ? "Check the clocks of authority and server." : "Renew it, and let renewal run by itself.", Catalog.Both);
        }
        else if (own.NotAfter - report.At < TimeSpan.FromDays(SoonDays) && own.NotAfter - report.At < (own.NotAfter - own.NotBefore) / 3)
        {
            yield return Catalog.Make("certificate.expires-soon", Severity.Low, "The certificate expires soon", string.Create(CultureInfo.InvariantCulture, $"on {own.NotAfter:yyyy-MM-dd HH:mm}"),
                "When it has expired, clients refuse it.", "Renew it, and let renewal run by itself.", Catalog.None);
        }

        if (own.NotAfter - own.NotBefore > TimeSpan.FromDays(LongDays))
        {
            yield return Catalog.Make("certificate.long-life", Severity.Info, "The certificate lives long", string.Create(CultureInfo.InvariantCulture, $"{(own.NotAfter - own.NotBefore).TotalDays:0} days"),
                "A stolen key is good for as long, where revocation is not asked. Browsers take no more than 398 days; Mozilla recommends 90.", "Issue shorter ones and renew them by themselves.", Catalog.None);
        }

        foreach (CertificateReport certificate in chain.Certificates)
        {
            if (WeakKey(certificate))
            {
                yield return Catalog.Make("certificate.weak-key", Severity.High, "A key in the chain is too small", $"{certificate.Subject}: {certificate.Key} {certificate.KeyBits} bits",
                    "It can be, or soon could be, computed from the certificate (RFC 9325 section 4.5: RSA of 2048 bits, curves of 224).", "Make a new key: P-256, or RSA of 2048 bits at least.", Catalog.Both);
            }

            // A root is trusted for itself; nobody checks its signature.
            if (!certificate.SelfSigned && (certificate.Signature.Contains("sha1", StringComparison.OrdinalIgnoreCase) || certificate.Signature.Contains("md5", StringComparison.OrdinalIgnoreCase) || certificate.Signature.Contains("md2", StringComparison.OrdinalIgnoreCase)))
            {
                yield return Catalog.Make("certificate.weak-signature", Severity.High, "A certificate is signed with a broken hash", $"{certificate.Subject}: {certificate.Signature}",
                    "Another certificate can be made that bears the same signature.", "Issue it anew with SHA-256 or better.", Catalog.Both);
            }
        }

        if (chain.InOrder == Answer.No)
        {
            yield return Catalog.Make("certificate.order", Severity.Low, "The chain is out of order", string.Join(" · ", chain.Certificates.Select(certificate => certificate.Subject)),
                "Each certificate must be followed by its issuer (RFC 5246 section 7.4.2); some clients take it no other way.", "Put the server's own first, then each issuer.", Catalog.None);
        }

        if (chain.RootSent == Answer.Yes)
        {
            yield return Catalog.Make("certificate.root-sent", Severity.Info, "The root is sent", chain.Certificates[^1].Subject,
                "Who trusts it has it, who does not will not for being sent it; it only makes handshakes longer.", "Leave the root out of what the server sends.", Catalog.None);
        }

        if (own.Key is "RSA" or "RSA-PSS" or "DSA")
        {
            yield return Catalog.Make("certificate.rsa", Severity.Info, "The certificate has no ECDSA key", $"{own.Key} {own.KeyBits}",
                "Mozilla's modern profile wants ECDSA: smaller, faster, and no RSA encryption to misuse.", "Use a P-256 key.", Catalog.OnlyModern);
        }
    }

    private static string Names(CertificateReport certificate) => certificate.Names.Count == 0 ? "its names: it has none" : Text.Some(certificate.Names);

    private static bool WeakKey(CertificateReport certificate) => certificate.Key switch
    {
        "RSA" or "RSA-PSS" => certificate.KeyBits < 2048,
        "ECDSA" => certificate.KeyBits < 224,
        "DSA" => true,
        _ => false,
    };
}
