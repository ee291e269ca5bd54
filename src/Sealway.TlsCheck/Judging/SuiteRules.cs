namespace Sealway.TlsCheck.Judging;

using System.Globalization;
using Sealway.TlsCheck.Reports;
using Sealway.TlsCheck.Suites;

/// <summary>What the suites accepted mean (RFC 9325 section 4; Mozilla, Server Side TLS 5.7).</summary>
internal static class SuiteRules
{
    // Mozilla, Server Side TLS 5.7, intermediate: the suites of TLS 1.2.
    private static readonly HashSet<int> Intermediate = [0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8, 0x009E, 0x009F, 0xCCAA];

    // The same guideline, both profiles: the suites of TLS 1.3.
    private static readonly HashSet<int> Tls13 = [0x1301, 0x1302, 0x1303];

    public static IEnumerable<Finding> Of(EndpointReport report)
    {
        List<(string Version, CipherSuite Suite)> accepted =
            [.. report.Versions.SelectMany(version => version.Suites.Select(suite => (version.Version, CipherSuites.Of(int.Parse(suite.Id.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)))))];
        foreach (VersionReport version in report.Versions.Where(version => report.Parts != CheckParts.Versions && version.Offered == Answer.Yes && !version.SuitesComplete))
        {
            yield return Catalog.Make("probe.suites-incomplete", Severity.Medium, "Not every suite could be told", $"{version.Version}: {version.Why}",
                "What could not be seen may be weak.", "Check again from nearer by, slower (--concurrency 1), or with a longer --timeout.", Catalog.Both);
        }

        Finding? If(string id, Severity severity, string title, Func<CipherSuite, bool> which, string why, string mend)
        {
            string[] names = [.. accepted.Where(one => which(one.Suite)).Select(one => $"{one.Suite.Name} ({one.Version})").Distinct()];
            return names.Length == 0 ? null : Catalog.Make(id, severity, title, Text.Some(names), why, mend, Catalog.Both);
        }

        Finding?[] found =
        [
            If("suite.null", Severity.Critical, "Suites without encryption", suite => suite.Null, "Everything is readable on the way.", "Remove NULL suites."),
            If("suite.anonymous", Severity.Critical, "Suites without authentication", suite => suite.Anonymous, "Nobody shows who they are: anybody on the way can stand in the middle.", "Remove anonymous (aNULL) suites."),
            If("suite.export", Severity.Critical, "Export suites", suite => suite.Export, "40 to 56 bits are broken in minutes, and FREAK and Logjam talk good clients down to them.", "Remove EXPORT suites."),
            If("suite.rc4", Severity.High, "RC4", suite => suite.Rc4, "Its output is biased; secrets sent often can be read (RFC 7465 forbids it).", "Remove RC4 suites."),
            If("suite.weak", Severity.High, "Ciphers below 112 bits", suite => suite.Bits is > 0 and < 112, "Their keys can be searched.", "Remove DES and other ciphers below 128 bits."),
            If("suite.small-block", Severity.Medium, "64-bit blocks (SWEET32)", suite => suite.SmallBlock && suite.Bits >= 112, "Blocks repeat after some 32 GiB under one key and then give away plain text (RFC 9325 section 4.1).", "Remove 3DES and IDEA suites."),
            If("suite.no-forward-secrecy", Severity.Medium, "Suites without forward secrecy", suite => !suite.ForwardSecret && !suite.Anonymous && !suite.Null, "Who records today and steals the key tomorrow reads it all (RFC 9325 section 4.1).", "Accept ECDHE suites only."),
            If("suite.cbc", Severity.Low, "CBC suites", suite => suite.Cbc && suite.ForwardSecret && !suite.SmallBlock && !suite.Export, "MAC, then pad, then encrypt: each implementation must hide its timing (Lucky 13).", "Accept AEAD suites only: GCM, CCM, ChaCha20-Poly1305."),
        ];
        foreach (Finding finding in found.OfType<Finding>())
        {
            yield return finding;
        }

        string[] others = [.. accepted.Where(one => one.Version == "TLS 1.2" ? !Intermediate.Contains(one.Suite.Id) && one.Suite.Aead && one.Suite.ForwardSecret && !one.Suite.Anonymous : one.Version == "TLS 1.3" && !Tls13.Contains(one.Suite.Id)).Select(one => $"{one.Suite.Name} ({one.Version})")];
        if (others.Length > 0)
        {
            yield return Catalog.Make("suite.unlisted", Severity.Info, "Sound suites that the profile does not list", Text.Some(others),
                "They are not weak, but fewer choices are fewer mistakes.", "Keep to the profile's list unless a device needs one of these.", Catalog.None);
        }
    }
}
