namespace Sealway.Messages.Tests;

using System.Formats.Cbor;

/// <summary>A COSE message of any kind taken apart without Sealway's rules, so that vectors can be fed to the parts that build on it.</summary>
internal sealed record CoseStructure(ulong? Tag, byte[] Protected, IReadOnlyDictionary<long, byte[]> Unprotected, byte[] Content, byte[]? Signature, IReadOnlyList<CoseStructure> Recipients)
{
    /// <summary>The protected header as it enters the structures: an empty map becomes an empty string (RFC 9052 section 4.4).</summary>
    public byte[] ProtectedBound => Protected is [0xA0] ? [] : Protected;

    public static CoseStructure Read(byte[] bytes)
    {
        CborReader cbor = new(bytes, CborConformanceMode.Lax);
        return Read(cbor);
    }

    private static CoseStructure Read(CborReader cbor)
    {
        ulong? tag = cbor.PeekState() == CborReaderState.Tag ? (ulong)cbor.ReadTag() : null;
        int? items = cbor.ReadStartArray();
        byte[] header = cbor.ReadByteString();
        Dictionary<long, byte[]> unprotected = [];
        int? labels = cbor.ReadStartMap();
        for (int i = 0; i < labels; i++)
        {
            unprotected.Add(cbor.ReadInt64(), cbor.ReadEncodedValue().ToArray());
        }

        cbor.ReadEndMap();
        byte[] content = cbor.ReadByteString();
        byte[]? signature = null;
        List<CoseStructure> recipients = [];
        if (items == 4)
        {
            if (cbor.PeekState() == CborReaderState.ByteString)
            {
                signature = cbor.ReadByteString();
            }
            else
            {
                int? count = cbor.ReadStartArray();
                for (int i = 0; i < count; i++)
                {
                    recipients.Add(Read(cbor));
                }

                cbor.ReadEndArray();
            }
        }

        cbor.ReadEndArray();
        return new CoseStructure(tag, header, unprotected, content, signature, recipients);
    }
}
