namespace Sealway.Fleet;

using System.Buffers.Binary;

using Sealway.Messages;

/// <summary>Reads what <see cref="StateWriter"/> wrote, and nothing else: what parses writes the same bytes again.</summary>
internal ref struct StateReader(ReadOnlySpan<byte> bytes, string what)
{
    private readonly string _what = what;
    private ReadOnlySpan<byte> _rest = bytes;

    public byte Byte() => Take(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public uint UInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64BigEndian(Take(8));

    public UInt128 UInt128() => BinaryPrimitives.ReadUInt128BigEndian(Take(16));

    public Kid Kid() => Messages.Kid.FromBytes(Take(Messages.Kid.Size));

    /// <summary>A time, size or index: at most 2^53 − 1.</summary>
    public ulong Number()
    {
        ulong value = UInt64();
        return value <= Limits.LargestNumber ? value : throw Wrong(Refusal.NumberOutOfRange);
    }

    public double Double()
    {
        double value = BinaryPrimitives.ReadDoubleBigEndian(Take(8));
        return double.IsFinite(value) ? value : throw Wrong(Refusal.NotFinite);
    }

    /// <summary>A count whose elements, of at least this many bytes each, are all there.</summary>
    public int Count(int leastBytes)
    {
        uint count = UInt32();
        return count <= (uint)(_rest.Length / leastBytes) ? (int)count : throw Wrong(Refusal.WrongCount);
    }

    public ReadOnlySpan<byte> Take(int length)
    {
        if (length > _rest.Length)
        {
            throw Wrong(Refusal.Malformed);
        }

        ReadOnlySpan<byte> taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    public readonly void End()
    {
        if (!_rest.IsEmpty)
        {
            throw Wrong(Refusal.TrailingBytes);
        }
    }

    public readonly MessageException Wrong(Refusal reason) => new(reason, _what);
}
