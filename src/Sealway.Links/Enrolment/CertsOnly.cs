namespace Sealway.Links;

using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

/// <summary>Certificates alone in a PKCS#7 message: SignedData without content and without signers (RFC 5652 section 5, RFC 5272 section 4.1), the form of EST's answers.</summary>
internal static class CertsOnly
{
    /// <summary>Certificates in one message: an issuer's and those that follow it when it changes, with room to spare.</summary>
    internal const int Most = 8;

    private const string SignedData = "1.2.840.113549.1.7.2";
    private const string Data = "1.2.840.113549.1.7.1";

    private static readonly Asn1Tag _explicitContent = new(TagClass.ContextSpecific, 0, isConstructed: true);

    /// <summary>Writes them, as base64 with a line break after each 64 characters (RFC 7030 section 4.1.3; RFC 8951 section 3).</summary>
    internal static string ToBase64(params X509Certificate2[] certificates)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(SignedData);
            using (writer.PushSequence(_explicitContent))
            using (writer.PushSequence())
            {
                writer.WriteInteger(1);
                using (writer.PushSetOf())
                {
                    // No digest algorithms, since nobody signed.
                }

                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(Data);
                }

                using (writer.PushSetOf(_explicitContent))
                {
                    foreach (X509Certificate2 certificate in certificates)
                    {
                        writer.WriteEncodedValue(certificate.RawDataMemory.Span);
                    }
                }

                using (writer.PushSetOf())
                {
                    // No signers.
                }
            }
        }

        return Lines(writer.Encode());
    }

    /// <summary>Bytes as base64 in lines.</summary>
    internal static string Lines(byte[] der) =>
        string.Join("\r\n", Convert.ToBase64String(der).Chunk(64).Select(line => new string(line))) + "\r\n";

    /// <summary>Reads them; nothing is said about trust.</summary>
    /// <param name="text">Base64, white space ignored; the caller has bounded it.</param>
    /// <exception cref="LinkException"><see cref="LinkRefusal.WrongProtocol"/>: it is no such message, or has more than <see cref="Most"/> certificates.</exception>
    internal static X509Certificate2Collection FromBase64(string text)
    {
        X509Certificate2Collection certificates = [];
        try
        {
            // BER: others' servers may write lengths of either form.
            AsnReader message = new AsnReader(Convert.FromBase64String(text), AsnEncodingRules.BER).ReadSequence();
            Require(message.ReadObjectIdentifier() == SignedData);
            AsnReader signed = message.ReadSequence(_explicitContent).ReadSequence();
            signed.ReadInteger();
            signed.ReadSetOf();
            signed.ReadSequence();
            AsnReader all = signed.ReadSetOf(skipSortOrderValidation: true, _explicitContent);
            while (all.HasData)
            {
                Require(certificates.Count < Most);
                certificates.Add(X509CertificateLoader.LoadCertificate(all.ReadEncodedValue().Span));
            }

            Require(certificates.Count > 0);
            return certificates;
        }
        catch (Exception e) when (e is FormatException or AsnContentException or CryptographicException)
        {
            throw new LinkException(LinkRefusal.WrongProtocol, "the server's answer holds no certificates in PKCS#7", e);
        }
    }

    private static void Require(bool holds)
    {
        if (!holds)
        {
            throw new AsnContentException();
        }
    }
}
