namespace Sealway.Messages;

using System.Buffers.Binary;
using System.Globalization;

/// <summary>
/// A reading's number within its key: the sensor's boot, then the sequence within the boot; on the wire the CWT ID
/// (RFC 8392 section 3.1.7), 8 bytes, both big-endian. It never repeats: a sensor that lost its counter needs a new key.
/// </summary>
/// <param name="Boot">Rises by at least one at each start; stored before the first send.</param>
/// <param name="Sequence">Rises by one with each reading; begins at 0 in each boot.</param>
public readonly record struct ReadingNumber(uint Boot, uint Sequence) : IComparable<ReadingNumber>
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 8;

    /// <summary>Takes exactly 8 bytes.</summary>
    public static ReadingNumber FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length == Size
        ? new(BinaryPrimitives.ReadUInt32BigEndian(bytes), BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]))
        : throw new MessageException(Refusal.WrongCount, "reading number");

    /// <summary>Writes the 8 bytes.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, Boot);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], Sequence);
    }

    /// <summary>The 8 bytes.</summary>
    public byte[] ToArray()
    {
        byte[] bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Boot first, then sequence.</summary>
    public int CompareTo(ReadingNumber other) => Boot != other.Boot ? Boot.CompareTo(other.Boot) : Sequence.CompareTo(other.Sequence);

    /// <summary>Boot and sequence, as in <c>3.1041</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Boot}.{Sequence}");

    /// <summary>Before.</summary>
    public static bool operator <(ReadingNumber left, ReadingNumber right) => left.CompareTo(right) < 0;

    /// <summary>After.</summary>
    public static bool operator >(ReadingNumber left, ReadingNumber right) => left.CompareTo(right) > 0;

    /// <summary>Before or the same.</summary>
    public static bool operator <=(ReadingNumber left, ReadingNumber right) => left.CompareTo(right) <= 0;

    /// <summary>After or the same.</summary>
    public static bool operator >=(ReadingNumber left, ReadingNumber right) => left.CompareTo(right) >= 0;
}
