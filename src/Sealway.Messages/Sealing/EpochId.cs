namespace Sealway.Messages;

using System.Buffers.Binary;
using System.Globalization;

/// <summary>An epoch's name: 4 random bytes, unique within its log.</summary>
/// <param name="Value">The bytes, big-endian.</param>
public readonly record struct EpochId(uint Value)
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 4;

    /// <summary>The 4 bytes.</summary>
    public byte[] ToArray()
    {
        byte[] bytes = new byte[Size];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Value);
        return bytes;
    }

    /// <summary>8 hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x8", CultureInfo.InvariantCulture);

    internal static EpochId FromBytes(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt32BigEndian(bytes));
}
