namespace Sealway.Transport.Tests;

using System.Globalization;
using System.Xml.Linq;

/// <summary>A certificate as sslscan describes it.</summary>
/// <param name="SignatureAlgorithm">As OpenSSL writes it, such as <c>ecdsa-with-SHA256</c>.</param>
/// <param name="KeyBits">The public key's size.</param>
/// <param name="SelfSigned">Whether subject and issuer are the same.</param>
/// <param name="Expired">Whether its end has passed.</param>
internal sealed record SslScanCertificate(string SignatureAlgorithm, int KeyBits, bool SelfSigned, bool Expired)
{
    /// <summary>Reads its element; null for none.</summary>
    public static SslScanCertificate? Parse(XElement? element) => element is null
        ? null
        : new SslScanCertificate(
            (string?)element.Element("signature-algorithm") ?? "",
            int.TryParse((string?)element.Element("pk")?.Attribute("bits"), NumberStyles.None, CultureInfo.InvariantCulture, out int bits) ? bits : 0,
            (string?)element.Element("self-signed") == "true",
            (string?)element.Element("expired") == "true");
}
