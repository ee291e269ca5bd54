namespace Sealway.TlsCheck.Judging;

using Sealway.TlsCheck.Reports;

/// <summary>What the plain text before TLS means (RFC 3207, RFC 6120 section 5, RFC 7672).</summary>
internal static class StartTlsRules
{
    public static IEnumerable<Finding> Of(EndpointReport report)
    {
        if (report.Outcome == Outcome.Plaintext)
        {
            yield return Catalog.Make("starttls.not-offered", Severity.Critical, "The endpoint stays in plain text", report.Reason ?? "It does not offer STARTTLS.",
                "Either the server has no TLS, or somebody on the way removed its offer (stripping). A client that goes on says everything in clear.", "Turn STARTTLS on, or TLS from the first byte; let clients refuse to go on without it; look for a box in between.", Catalog.Both);
        }

        if (report.StartTlsRequired == Answer.No)
        {
            yield return Catalog.Make("starttls.optional", Severity.Info, "STARTTLS is offered and not required", "The server would go on in plain text.",
                "A client whose offer was stripped is let in without TLS.", "Let the server require TLS.", Catalog.None);
        }

        if (report.StartTlsTrailing == Answer.Yes)
        {
            yield return Catalog.Make("starttls.trailing-plaintext", Severity.High, "Plain text behind the consent to STARTTLS", "The server, or somebody on the way, sent more before TLS began.",
                "A client that keeps it takes it for something said within TLS (CVE-2021-38371 and others).", "Update the server; look for a box in between.", Catalog.Both);
        }
    }
}
