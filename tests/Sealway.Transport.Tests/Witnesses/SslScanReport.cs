namespace Sealway.Transport.Tests;

using System.Globalization;
using System.Net.Security;
using System.Xml.Linq;

/// <summary>What sslscan wrote as XML.</summary>
/// <param name="Offer">Versions and suites.</param>
/// <param name="Certificate">The first certificate that it was shown; null if it saw none.</param>
/// <param name="Heartbleed">Versions in which it found Heartbleed (CVE-2014-0160).</param>
/// <param name="Compression">Whether TLS compression is on (CRIME); null: not tested.</param>
/// <param name="FallbackProtected">Whether TLS_FALLBACK_SCSV is honoured (RFC 7507); null: not tested.</param>
/// <param name="Renegotiation">Whether a renegotiation without RFC 5746 was possible.</param>
/// <param name="Strengths">How it rates each suite: strong, acceptable, medium, weak, null or anonymous.</param>
internal sealed record SslScanReport(
    Offer Offer,
    SslScanCertificate? Certificate,
    IReadOnlyList<string> Heartbleed,
    bool? Compression,
    bool? FallbackProtected,
    bool Renegotiation,
    IReadOnlyDictionary<TlsCipherSuite, string> Strengths)
{
    private static readonly Dictionary<string, TlsVersion> _versions = new()
    {
        ["SSLv2"] = TlsVersion.Ssl2,
        ["SSLv3"] = TlsVersion.Ssl3,
        ["TLSv1.0"] = TlsVersion.Tls10,
        ["TLSv1.1"] = TlsVersion.Tls11,
        ["TLSv1.2"] = TlsVersion.Tls12,
        ["TLSv1.3"] = TlsVersion.Tls13,
    };

    /// <summary>Reads its XML; null where it came to no result.</summary>
    public static SslScanReport? Parse(string xml)
    {
        XElement? test = XDocument.Parse(xml).Root?.Element("ssltest");
        if (test is null)
        {
            return null;
        }

        List<(TlsVersion, TlsCipherSuite?)> found = [];
        foreach (XElement protocol in test.Elements("protocol").Where(protocol => (string?)protocol.Attribute("enabled") == "1"))
        {
            string name = (string)protocol.Attribute("type")! == "ssl" ? $"SSLv{(string)protocol.Attribute("version")!}" : $"TLSv{(string)protocol.Attribute("version")!}";
            found.Add((_versions[name], null));
        }

        Dictionary<TlsCipherSuite, string> strengths = [];
        foreach (XElement cipher in test.Elements("cipher"))
        {
            TlsCipherSuite suite = (TlsCipherSuite)ushort.Parse(((string)cipher.Attribute("id")!)[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            found.Add((_versions[(string)cipher.Attribute("sslversion")!], suite));
            strengths[suite] = (string)cipher.Attribute("strength")!;
        }

        XElement? renegotiation = test.Element("renegotiation");
        return new SslScanReport(
            new Offer(found),
            SslScanCertificate.Parse(test.Element("certificates")?.Elements("certificate").FirstOrDefault()),
            [.. test.Elements("heartbleed").Where(one => (string?)one.Attribute("vulnerable") == "1").Select(one => (string)one.Attribute("sslversion")!)],
            Flag(test.Element("compression"), "supported"),
            Flag(test.Element("fallback"), "supported"),
            Flag(renegotiation, "supported") == true && Flag(renegotiation, "secure") != true,
            strengths);
    }

    private static bool? Flag(XElement? element, string name) => (string?)element?.Attribute(name) switch
    {
        "1" => true,
        "0" => false,
        _ => null,
    };
}
