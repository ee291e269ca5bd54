namespace Sealway.Links;

using System.Buffers.Binary;

/// <summary>A frame of a sensor link: the message's length in 2 bytes, big-endian, then the message, 1 to 4,096 bytes.</summary>
internal static class SensorFrame
{
    internal const int Header = sizeof(ushort);
    internal const int Largest = Header + LinkLimits.SensorMessageBytes;

    /// <summary>Whether a message may go into a frame.</summary>
    internal static bool Fits(int length) => length is >= 1 and <= LinkLimits.SensorMessageBytes;

    /// <summary>The length of the whole frame that begins here, or 0 when even its header is not all there.</summary>
    /// <exception cref="LinkException">The length is outside its limits, whatever may follow.</exception>
    internal static int Length(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Header)
        {
            return 0;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        return Fits(length)
            ? Header + length
            : throw new LinkException(LinkRefusal.WrongLength, $"a frame of {length} bytes; 1 to {LinkLimits.SensorMessageBytes} are allowed");
    }

    /// <summary>Writes the frame of a message that fits.</summary>
    internal static int Write(ReadOnlySpan<byte> message, Span<byte> to)
    {
        BinaryPrimitives.WriteUInt16BigEndian(to, (ushort)message.Length);
        message.CopyTo(to[Header..]);
        return Header + message.Length;
    }
}
