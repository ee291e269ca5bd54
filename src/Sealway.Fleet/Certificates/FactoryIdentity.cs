namespace Sealway.Fleet;

using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sealway.Messages;

/// <summary>Which device a factory certificate is of (IEEE 802.1AR, an IDevID): the factory, its serial number there, and the signing key that the factory made or saw.</summary>
/// <param name="Factory">The factory's name in this fleet.</param>
/// <param name="Serial">The subject's serialNumber: 1 to 64 of letters, digits and <c>. _ : -</c>.</param>
/// <param name="Kid">The device's signing key (SAN URI <c>urn:sealway:kid:…</c>); null: another maker's certificate, which names none.</param>
public sealed record FactoryIdentity(string Factory, string Serial, Kid? Kid)
{
    private const string SerialNumber = "2.5.4.5";
    private const string KidUri = "urn:sealway:kid:";
    private const int LongestSerial = 64;

    /// <summary>For a log line.</summary>
    public override string ToString() => $"device {Serial} of factory {Factory}";

    /// <summary>Whether a text can be a device's serial number.</summary>
    /// <param name="text">The text.</param>
    public static bool IsSerial(string? text) =>
        text is { Length: > 0 and <= LongestSerial } && text.All(one => char.IsAsciiLetterOrDigit(one) || one is '.' or '_' or ':' or '-') && text[0] is not ('.' or '-');

    /// <summary>Reads it; says nothing about trust.</summary>
    /// <param name="factory">The factory's name.</param>
    /// <param name="certificate">The certificate.</param>
    /// <returns>The device, or null: the subject has not exactly one serialNumber, or a name in it is none.</returns>
    public static FactoryIdentity? Read(string factory, X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        try
        {
            string[] serials = [.. certificate.SubjectName.EnumerateRelativeDistinguishedNames()
                .Where(part => !part.HasMultipleElements && part.GetSingleElementType().Value == SerialNumber)
                .Select(part => part.GetSingleElementValue() ?? "").Take(2)];
            string[] kids = [.. Uris(certificate).Where(uri => uri.StartsWith(KidUri, StringComparison.Ordinal)).Take(2)];
            return serials is not [var serial] || !IsSerial(serial) ? null
                : kids.Length == 0 ? new FactoryIdentity(factory, serial, null)
                : kids is [var uri] && Messages.Kid.TryParse(uri[KidUri.Length..], out Kid kid) ? new FactoryIdentity(factory, serial, kid)
                : null;
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException or InvalidOperationException)
        {
            return null;
        }
    }

    private static List<string> Uris(X509Certificate2 certificate)
    {
        // GeneralName, RFC 5280 section 4.2.1.6: uniformResourceIdentifier [6] IA5String.
        Asn1Tag tag = new(TagClass.ContextSpecific, 6);
        List<string> uris = [];
        foreach (X509SubjectAlternativeNameExtension names in certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>())
        {
            AsnReader reader = new AsnReader(names.RawData, AsnEncodingRules.DER).ReadSequence();
            while (reader.HasData)
            {
                if (reader.PeekTag().HasSameClassAndValue(tag))
                {
                    uris.Add(reader.ReadCharacterString(UniversalTagNumber.IA5String, tag));
                }
                else
                {
                    reader.ReadEncodedValue();
                }
            }
        }

        return uris;
    }
}
