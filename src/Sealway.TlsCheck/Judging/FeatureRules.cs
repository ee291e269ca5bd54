namespace Sealway.TlsCheck.Judging;

using Sealway.TlsCheck.Reports;

/// <summary>What the server's features, groups and client certificates mean (RFC 9325 section 3).</summary>
internal static class FeatureRules
{
    public static IEnumerable<Finding> Of(EndpointReport report)
    {
        if (report.Outcome != Outcome.Checked)
        {
            yield break;
        }

        FeatureReport features = report.Features;
        bool old = report.Versions.Any(version => version is { Offered: Answer.Yes, Version: "TLS 1.0" or "TLS 1.1" or "TLS 1.2" });
        if (features.FallbackScsv == Answer.No)
        {
            yield return Catalog.Make("downgrade.no-scsv", Severity.Low, "A fallback is not refused", "A hello for a lower version with TLS_FALLBACK_SCSV was answered.",
                "Somebody on the way can make clients that try again lower talk an older version (RFC 7507).", "Update the TLS library; or offer one version only.", Catalog.None);
        }

        if (features.DowngradeSentinel == Answer.No)
        {
            yield return Catalog.Make("downgrade.no-sentinel", Severity.Medium, "A downgrade is not marked", "It speaks TLS 1.3, and its random for an older version does not say so.",
                "Without the mark a client cannot see that somebody on the way took TLS 1.3 out of its offer (RFC 8446 section 4.1.3). A proxy in between that ends TLS looks the same.", "Update the TLS library; look for a box in between.", Catalog.Both);
        }

        if (features.SecureRenegotiation == Answer.No && old)
        {
            yield return Catalog.Make("renegotiation.insecure", features.ClientRenegotiation == Answer.Yes ? Severity.High : Severity.Medium, "Renegotiation is not secure", "It does not answer renegotiation_info.",
                "Somebody on the way can put text of their own before a client's (RFC 5746, CVE-2009-3555).", "Update the TLS library.", Catalog.Both);
        }

        if (features.ClientRenegotiation == Answer.Yes)
        {
            yield return Catalog.Make("renegotiation.client", Severity.Medium, "Clients may renegotiate", "A second handshake within the connection was answered.",
                "One client can keep the server busy with handshakes on one connection.", "Turn renegotiation by clients off.", Catalog.None);
        }

        if (features.Compression == Answer.Yes)
        {
            yield return Catalog.Make("compression", Severity.High, "TLS compression", "It chose DEFLATE.",
                "Lengths tell what was compressed with the attacker's guess (CRIME); RFC 9325 section 3.3 forbids it.", "Turn compression off.", Catalog.Both);
        }

        if (features.EarlyData == Answer.Yes)
        {
            yield return Catalog.Make("early-data", Severity.Low, "Early data is taken", "Its tickets allow data before the handshake is done.",
                "Such data can be replayed by anybody on the way (RFC 8446 section 8).", "Turn 0-RTT off, unless every such request may come twice.", Catalog.None);
        }

        if (features.ExtendedMasterSecret == Answer.No && old)
        {
            yield return Catalog.Make("no-extended-master-secret", Severity.Low, "No extended master secret", "It does not answer the extension in TLS 1.2.",
                "Sessions can be spliced (triple handshake, RFC 7627), which breaks what binds client certificates to connections.", "Update the TLS library.", Catalog.None);
        }

        if (features.Heartbeat == Answer.Yes)
        {
            yield return Catalog.Make("heartbeat", Severity.Info, "Heartbeat is spoken", "It answers the extension.",
                "Hardly anybody needs it over TCP, and it was the door of Heartbleed.", "Build the TLS library without it.", Catalog.None);
        }

        string[] weak = [.. report.Groups.Where(group => group.Bits is > 0 and < 224 && !group.Name.StartsWith("MLKEM", StringComparison.Ordinal)).Select(group => group.Name)];
        if (weak.Length > 0)
        {
            yield return Catalog.Make("group.weak", Severity.Medium, "Weak curves", Text.Some(weak), "Below 112 bits of strength (RFC 9325 section 4.2).", "Allow X25519, P-256 and P-384 only.", Catalog.Both);
        }

        foreach (DheReport prime in report.Dhe.Where(prime => prime.Bits < 2048))
        {
            yield return Catalog.Make(prime.Bits <= 1024 ? "dhe.broken" : "dhe.weak", prime.Bits <= 1024 ? Severity.High : Severity.Medium, "The Diffie-Hellman prime is too small", $"{prime.Bits} bits{(prime.Name is { } name ? $", {name}" : string.Empty)}",
                "Primes up to 1024 bits can be broken once for all who share them (Logjam; RFC 9325 section 4.2 wants 2048).", "Use ECDHE, or ffdhe2048 at least.", Catalog.Both);
        }

        if (report.ClientCertificate is { Asked: Answer.Yes, Required: Answer.No })
        {
            yield return Catalog.Make("client-certificate.optional", Severity.Info, "A client certificate is asked for and not required", "The handshake went on without one.",
                "Who is let in is left to what comes after TLS.", "Require it, if only known clients are to connect.", Catalog.None);
        }

        if (report.ClientCertificate is { Accepted: Answer.No })
        {
            yield return Catalog.Make("client-certificate.refused", Severity.Medium, "The client certificate that was given is refused", "The server ended the handshake after it.",
                "A client with it cannot connect.", "Check its authority, its dates, its purpose, and whether it was revoked.", Catalog.None);
        }
    }
}
