namespace Sealway.Cli.Tls;

using System.Globalization;
using Sealway.TlsCheck.Reports;

/// <summary>What was found, as pairs of words for a table.</summary>
internal static class TlsFacts
{
    /// <summary>Everything but versions, suites and findings; what was not asked is left out.</summary>
    public static IEnumerable<(string What, string Found)> Of(EndpointReport report)
    {
        if (report.Groups.Count > 0)
        {
            yield return ("groups", string.Join(", ", report.Groups.Select(group => group.Name)));
        }

        if (report.Dhe.Count > 0)
        {
            yield return ("DHE primes", string.Join(", ", report.Dhe.Select(prime => string.Create(CultureInfo.InvariantCulture, $"{prime.Bits} bits ({prime.Name ?? "its own"})"))));
        }

        foreach (ChainReport chain in report.Chains)
        {
            foreach ((string, string) line in Chain(chain))
            {
                yield return line;
            }
        }

        if (report.ClientCertificate.Asked == Answer.Yes)
        {
            yield return ("client certificate", report.ClientCertificate.Required switch { Answer.Yes => "required", Answer.No => "asked for, not required", _ => "asked for" }
                + (report.ClientCertificate.Accepted is Answer.Yes ? "; the one given was accepted" : report.ClientCertificate.Accepted is Answer.No ? "; the one given was refused" : string.Empty));
        }

        FeatureReport features = report.Features;
        (string, Answer)[] answers =
        [
            ("refuses a fallback (SCSV)", features.FallbackScsv),
            ("marks a downgrade", features.DowngradeSentinel),
            ("secure renegotiation", features.SecureRenegotiation),
            ("client may renegotiate", features.ClientRenegotiation),
            ("compression", features.Compression),
            ("resumes by session id", features.ResumptionById),
            ("resumes by ticket", features.ResumptionByTicket),
            ("resumes by PSK (TLS 1.3)", features.ResumptionByPsk),
            ("early data (TLS 1.3)", features.EarlyData),
            ("extended master secret", features.ExtendedMasterSecret),
            ("encrypt-then-MAC", features.EncryptThenMac),
            ("OCSP stapling", features.OcspStapling),
            ("hello retry request", features.HelloRetryRequest),
            ("heartbeat", features.Heartbeat),
        ];
        foreach ((string what, Answer answer) in answers.Where(pair => pair.Item2 != Answer.NotApplicable))
        {
            yield return (what, Word(answer));
        }

        if (features.Alpn.Count > 0)
        {
            yield return ("ALPN", string.Join(", ", features.Alpn));
        }

        if (report.Holes.Count > 0)
        {
            string Named(Answer answer) => string.Join(", ", report.Holes.Where(hole => hole.Vulnerable == answer).Select(hole => hole.Id)) is { Length: > 0 } some ? some : "none";
            yield return ("holes open", Named(Answer.Yes));
            yield return ("holes closed", Named(Answer.No));
            yield return ("holes undetermined", Named(Answer.Undetermined));
        }
    }

    private static IEnumerable<(string What, string Found)> Chain(ChainReport chain)
    {
        for (int at = 0; at < chain.Certificates.Count; at++)
        {
            CertificateReport certificate = chain.Certificates[at];
            yield return (at == 0 ? $"certificate ({string.Join(", ", chain.Versions)})" : "  then",
                string.Create(CultureInfo.InvariantCulture, $"{certificate.Subject}, {certificate.Key} {certificate.KeyBits}, {certificate.Signature}, {certificate.NotBefore:yyyy-MM-dd} to {certificate.NotAfter:yyyy-MM-dd}"));
        }

        yield return ("  trusted, names the host, in date", $"{Word(chain.Trusted)}{(chain.TrustProblem is { } problem ? $" ({problem})" : string.Empty)}, {Word(chain.NameMatches)}, {Word(chain.Valid)}");
        if (chain.SignatureScheme is { } scheme)
        {
            yield return ("  handshake signature", $"{scheme}, {(chain.SignatureVerified switch { Answer.Yes => "verified", Answer.No => "FALSE", _ => "not verified" })}");
        }
    }

    private static string Word(Answer answer) => answer switch
    {
        Answer.Yes => "yes",
        Answer.No => "no",
        Answer.Undetermined => "undetermined",
        _ => "–",
    };
}
