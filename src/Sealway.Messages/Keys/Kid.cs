namespace Sealway.Messages;

using System.Buffers.Binary;
using System.Globalization;

/// <summary>
/// A key's short name: the first 8 bytes of its COSE key thumbprint (RFC 9679 section 4, SHA-256). Enrolled once per
/// fleet, ever; it finds the full key, it never replaces it.
/// </summary>
public readonly record struct Kid : IComparable<Kid>
{
    /// <summary>Bytes in a kid.</summary>
    public const int Size = 8;

    private readonly ulong _value;

    private Kid(ulong value) => _value = value;

    /// <summary>Takes exactly 8 bytes.</summary>
    /// <exception cref="MessageException">Not 8 bytes.</exception>
    public static Kid FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length == Size
        ? new Kid(BinaryPrimitives.ReadUInt64BigEndian(bytes))
        : throw new MessageException(Refusal.WrongCount, "kid");

    /// <summary>Reads 16 hexadecimal digits.</summary>
    public static bool TryParse(string? text, out Kid kid)
    {
        kid = default;
        if (text is not { Length: Size * 2 } || !ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value))
        {
            return false;
        }

        kid = new Kid(value);
        return true;
    }

    /// <summary>Reads 16 hexadecimal digits.</summary>
    /// <exception cref="FormatException">Anything else.</exception>
    public static Kid Parse(string text) => TryParse(text, out Kid kid) ? kid : throw new FormatException("a kid is 16 hexadecimal digits");

    /// <summary>Writes the 8 bytes.</summary>
    public void CopyTo(Span<byte> destination) => BinaryPrimitives.WriteUInt64BigEndian(destination, _value);

    /// <summary>The 8 bytes.</summary>
    public byte[] ToArray()
    {
        byte[] bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>The order of the bytes, as a status lists them.</summary>
    public int CompareTo(Kid other) => _value.CompareTo(other._value);

    /// <summary>16 hexadecimal digits.</summary>
    public override string ToString() => _value.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>Before, in the order of the bytes.</summary>
    public static bool operator <(Kid left, Kid right) => left.CompareTo(right) < 0;

    /// <summary>After, in the order of the bytes.</summary>
    public static bool operator >(Kid left, Kid right) => left.CompareTo(right) > 0;

    /// <summary>Before or the same, in the order of the bytes.</summary>
    public static bool operator <=(Kid left, Kid right) => left.CompareTo(right) <= 0;

    /// <summary>After or the same, in the order of the bytes.</summary>
    public static bool operator >=(Kid left, Kid right) => left.CompareTo(right) >= 0;
}
