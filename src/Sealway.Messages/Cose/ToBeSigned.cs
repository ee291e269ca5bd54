namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary>The bytes that signatures and ciphertexts bind, RFC 9052 sections 4.4 and 5.3, RFC 9338 section 3.3.</summary>
internal static class ToBeSigned
{
    /// <summary>Sig_structure of a COSE_Sign1.</summary>
    public static byte[] Sign1(ReadOnlySpan<byte> protectedHeader, ReadOnlySpan<byte> externalAad, ReadOnlySpan<byte> payload)
    {
        CborWriter cbor = new(CborConformanceMode.Canonical, initialCapacity: 64 + protectedHeader.Length + externalAad.Length + payload.Length);
        cbor.WriteStartArray(4);
        cbor.WriteTextString("Signature1");
        cbor.WriteByteString(protectedHeader);
        cbor.WriteByteString(externalAad);
        cbor.WriteByteString(payload);
        cbor.WriteEndArray();
        return cbor.Encode();
    }

    /// <summary>Countersign_structure of a full version 2 countersignature on a COSE_Sign1: its signature is in other_fields.</summary>
    public static byte[] Countersign(ReadOnlySpan<byte> bodyProtected, ReadOnlySpan<byte> signProtected, ReadOnlySpan<byte> externalAad, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> signature)
    {
        CborWriter cbor = new(CborConformanceMode.Canonical, initialCapacity: 512);
        cbor.WriteStartArray(6);
        cbor.WriteTextString("CounterSignatureV2");
        cbor.WriteByteString(bodyProtected);
        cbor.WriteByteString(signProtected);
        cbor.WriteByteString(externalAad);
        cbor.WriteByteString(payload);
        cbor.WriteStartArray(1);
        cbor.WriteByteString(signature);
        cbor.WriteEndArray();
        cbor.WriteEndArray();
        return cbor.Encode();
    }

    /// <summary>Enc_structure of a COSE_Encrypt ("Encrypt") or COSE_Encrypt0 ("Encrypt0").</summary>
    public static byte[] Encrypt(string context, ReadOnlySpan<byte> protectedHeader, ReadOnlySpan<byte> externalAad)
    {
        CborWriter cbor = new(CborConformanceMode.Canonical, initialCapacity: 256);
        cbor.WriteStartArray(3);
        cbor.WriteTextString(context);
        cbor.WriteByteString(protectedHeader);
        cbor.WriteByteString(externalAad);
        cbor.WriteEndArray();
        return cbor.Encode();
    }

    /// <summary>Recipient_structure of draft-ietf-cose-hpke: the HPKE info of a key encryption.</summary>
    public static byte[] Recipient(int nextLayerAlgorithm, ReadOnlySpan<byte> recipientProtected, ReadOnlySpan<byte> extraInfo)
    {
        CborWriter cbor = new(CborConformanceMode.Canonical, initialCapacity: 256);
        cbor.WriteStartArray(4);
        cbor.WriteTextString("HPKE Recipient");
        cbor.WriteInt32(nextLayerAlgorithm);
        cbor.WriteByteString(recipientProtected);
        cbor.WriteByteString(extraInfo);
        cbor.WriteEndArray();
        return cbor.Encode();
    }
}
