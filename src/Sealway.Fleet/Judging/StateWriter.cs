namespace Sealway.Fleet;

using System.Buffers;
using System.Buffers.Binary;

using Sealway.Messages;

/// <summary>Writes the fixed layout in which states are stored: big-endian numbers, no gaps, lists after their count.</summary>
internal sealed class StateWriter(int capacity)
{
    private readonly ArrayBufferWriter<byte> _bytes = new(capacity);

    public void Byte(byte value) => Span(1)[0] = value;

    public void UInt16(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Span(2), value);

    public void UInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Span(4), value);

    public void UInt64(ulong value) => BinaryPrimitives.WriteUInt64BigEndian(Span(8), value);

    public void Double(double value) => BinaryPrimitives.WriteDoubleBigEndian(Span(8), value);

    public void UInt128(UInt128 value) => BinaryPrimitives.WriteUInt128BigEndian(Span(16), value);

    public void Kid(Kid value) => value.CopyTo(Span(Messages.Kid.Size));

    /// <summary>The next bytes to fill.</summary>
    public Span<byte> Span(int length)
    {
        Span<byte> span = _bytes.GetSpan(length)[..length];
        _bytes.Advance(length);
        return span;
    }

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();
}
