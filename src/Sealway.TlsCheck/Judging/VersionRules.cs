namespace Sealway.TlsCheck.Judging;

using Sealway.TlsCheck.Reports;

/// <summary>What the versions offered mean (RFC 6176, RFC 7568, RFC 8996, RFC 9325 section 3.1).</summary>
internal static class VersionRules
{
    public static IEnumerable<Finding> Of(EndpointReport report)
    {
        if (report.Outcome != Outcome.Checked)
        {
            yield break;
        }

        foreach (VersionReport version in report.Versions)
        {
            if (version.Offered == Answer.Yes && Offered(version.Version) is { } finding)
            {
                yield return finding;
            }
            else if (version.Offered == Answer.Undetermined)
            {
                yield return Catalog.Make("probe.undetermined", Severity.Medium, "A version could not be told", $"{version.Version}: {version.Why}",
                    "What could not be seen may be open.", "Check again from nearer by, slower (--concurrency 1), or with a longer --timeout.", Catalog.Both);
            }
        }

        if (report.Versions.Any(version => version is { Version: "TLS 1.3", Offered: Answer.No }))
        {
            yield return Catalog.Make("version.no-tls13", Severity.Low, "TLS 1.3 is not offered", "The best version is older.",
                "TLS 1.3 has forward secrecy always, hides the certificates, and leaves nothing weak to choose (RFC 9325 section 3.1.1).", "Update the TLS library and allow TLS 1.3.", Catalog.OnlyModern);
        }
    }

    private static Finding? Offered(string version) => version switch
    {
        "SSL 2" => Catalog.Make("version.ssl2", Severity.Critical, "SSL 2 is offered", "The server answers a hello of SSL 2.",
            "SSL 2 is broken from end to end, and its presence opens other services with the same key (DROWN). Forbidden by RFC 6176.", "Turn SSL 2 off wherever this key is used.", Catalog.Both),
        "SSL 3" => Catalog.Make("version.ssl3", Severity.High, "SSL 3 is offered", "The server answers a hello of SSL 3.",
            "Its padding is not authenticated: POODLE reads cookies and tokens out of it. Forbidden by RFC 7568.", "Turn SSL 3 off.", Catalog.Both),
        "TLS 1.0" => Catalog.Make("version.tls10", Severity.Medium, "TLS 1.0 is offered", "The server answers a hello of TLS 1.0.",
            "It signs with MD5 and SHA-1, chains its initialisation vectors (BEAST) and has no AEAD. Deprecated by RFC 8996.", "Allow TLS 1.2 and 1.3 only.", Catalog.Both),
        "TLS 1.1" => Catalog.Make("version.tls11", Severity.Medium, "TLS 1.1 is offered", "The server answers a hello of TLS 1.1.",
            "It signs with MD5 and SHA-1 and has no AEAD. Deprecated by RFC 8996.", "Allow TLS 1.2 and 1.3 only.", Catalog.Both),
        "TLS 1.2" => Catalog.Make("version.tls12", Severity.Info, "TLS 1.2 is offered", "The server answers a hello of TLS 1.2.",
            "It is fine with forward-secret AEAD suites; between parts that all speak TLS 1.3 it is only more to attack.", "Allow TLS 1.3 only, once every client speaks it.", Catalog.OnlyModern),
        _ => null,
    };
}
