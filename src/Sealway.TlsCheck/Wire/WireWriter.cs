namespace Sealway.TlsCheck.Wire;

using System.Buffers;
using System.Buffers.Binary;

/// <summary>Writes the presentation language of TLS (RFC 8446 section 3).</summary>
internal sealed class WireWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public WireWriter Byte(int value)
    {
        _bytes.Write([(byte)value]);
        return this;
    }

    public WireWriter Short(int value) => Byte(value >> 8).Byte(value);

    public WireWriter Medium(int value) => Byte(value >> 16).Short(value);

    public WireWriter Word(uint value)
    {
        Span<byte> four = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(four, value);
        return Bytes(four);
    }

    public WireWriter Bytes(ReadOnlySpan<byte> bytes)
    {
        _bytes.Write(bytes);
        return this;
    }

    public WireWriter Vector8(ReadOnlySpan<byte> bytes) => Byte(Checked(bytes.Length, 0xFF)).Bytes(bytes);

    public WireWriter Vector16(ReadOnlySpan<byte> bytes) => Short(Checked(bytes.Length, 0xFFFF)).Bytes(bytes);

    public WireWriter Vector24(ReadOnlySpan<byte> bytes) => Medium(Checked(bytes.Length, 0xFF_FFFF)).Bytes(bytes);

    /// <summary>A vector of two-byte values with a length of two bytes.</summary>
    public WireWriter Shorts16(IReadOnlyCollection<ushort> values)
    {
        Short(Checked(2 * values.Count, 0xFFFF));
        foreach (ushort value in values)
        {
            Short(value);
        }

        return this;
    }

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    private static int Checked(int length, int most) => length <= most ? length : throw new ArgumentException($"{length} bytes do not fit a vector of {most}");
}
