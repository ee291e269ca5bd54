namespace Sealway.Messages.Tests;

using System.Formats.Cbor;

/// <summary>Writes one CBOR item again in the deterministic encoding, whatever it says: for messages that hold ciphertext and so cannot be made again.</summary>
internal static class CanonicalCopy
{
    public static byte[] Of(byte[] item)
    {
        CborReader reader = new(item, CborConformanceMode.Lax);
        CborWriter writer = new(CborConformanceMode.Canonical);
        Copy(reader, writer);
        return writer.Encode();
    }

    private static void Copy(CborReader reader, CborWriter writer)
    {
        switch (reader.PeekState())
        {
            case CborReaderState.Tag:
                writer.WriteTag(reader.ReadTag());
                Copy(reader, writer);
                break;
            case CborReaderState.StartArray:
                int? items = reader.ReadStartArray();
                writer.WriteStartArray(items);
                for (int i = 0; i < items; i++)
                {
                    Copy(reader, writer);
                }

                reader.ReadEndArray();
                writer.WriteEndArray();
                break;
            case CborReaderState.StartMap:
                int? pairs = reader.ReadStartMap();
                writer.WriteStartMap(pairs);
                for (int i = 0; i < pairs * 2; i++)
                {
                    Copy(reader, writer);
                }

                reader.ReadEndMap();
                writer.WriteEndMap();
                break;
            case CborReaderState.ByteString:
                writer.WriteByteString(reader.ReadByteString());
                break;
            case CborReaderState.TextString:
                writer.WriteTextString(reader.ReadTextString());
                break;
            case CborReaderState.UnsignedInteger:
                writer.WriteUInt64(reader.ReadUInt64());
                break;
            case CborReaderState.NegativeInteger:
                writer.WriteInt64(reader.ReadInt64());
                break;
            case CborReaderState.HalfPrecisionFloat or CborReaderState.SinglePrecisionFloat or CborReaderState.DoublePrecisionFloat:
                writer.WriteDouble(reader.ReadDouble());
                break;
            case CborReaderState.Boolean:
                writer.WriteBoolean(reader.ReadBoolean());
                break;
            case CborReaderState.Null:
                reader.ReadNull();
                writer.WriteNull();
                break;
            default:
                throw new InvalidDataException($"{reader.PeekState()} does not occur in these messages");
        }
    }
}
