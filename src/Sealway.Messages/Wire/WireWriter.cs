namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary>Writes one message in the deterministic encoding.</summary>
internal static class WireWriter
{
    public static byte[] Write(Action<CborWriter> write)
    {
        CborWriter cbor = new(CborConformanceMode.Canonical, initialCapacity: 256);
        write(cbor);
        return cbor.Encode();
    }

    public static void WriteKid(this CborWriter cbor, Kid kid)
    {
        Span<byte> bytes = stackalloc byte[Kid.Size];
        kid.CopyTo(bytes);
        cbor.WriteByteString(bytes);
    }

    public static void Field(this CborWriter cbor, long key, ulong value)
    {
        cbor.WriteInt64(key);
        cbor.WriteUInt64(value);
    }

    public static void Field(this CborWriter cbor, long key, ReadOnlySpan<byte> value)
    {
        cbor.WriteInt64(key);
        cbor.WriteByteString(value);
    }

    public static void Field(this CborWriter cbor, long key, string value)
    {
        cbor.WriteInt64(key);
        cbor.WriteTextString(value);
    }

    public static void Field(this CborWriter cbor, long key, Kid value)
    {
        cbor.WriteInt64(key);
        cbor.WriteKid(value);
    }
}
