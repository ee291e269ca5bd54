namespace Sealway.Links;

using System.Formats.Asn1;

/// <summary>What a request for a certificate must be like (RFC 7030 section 4.5): a key on P-256, signed with ECDSA and SHA-256. No challenge password is asked for: what it would bind to, TLS 1.3 does not have.</summary>
internal static class CsrAttributes
{
    private const string EcPublicKey = "1.2.840.10045.2.1";
    private const string CurveP256 = "1.2.840.10045.3.1.7";
    private const string EcdsaWithSha256 = "1.2.840.10045.4.3.2";

    /// <summary>CsrAttrs in DER.</summary>
    internal static byte[] ToDer()
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(EcPublicKey);
                using (writer.PushSetOf())
                {
                    writer.WriteObjectIdentifier(CurveP256);
                }
            }

            writer.WriteObjectIdentifier(EcdsaWithSha256);
        }

        return writer.Encode();
    }
}
