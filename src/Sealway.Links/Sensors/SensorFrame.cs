namespace Sealway.Links;

using System.Buffers.Binary;
using System.Text;

/// <summary>A frame of a sensor link: the message's length in 2 bytes, big-endian, then the message, 1 to 4,096 bytes.</summary>
internal static class SensorFrame
{
    internal const int Header = sizeof(ushort);

    // Longer than any message: who does not know it takes it for a wrong length, which ends the link too.
    private const ushort LastWord = 0xFFFE;
    internal const int Largest = Header + LinkLimits.SensorMessageBytes;

    /// <summary>A last word: 65,534 in place of a length, then the text's length in one byte, then the text. Nothing comes after it.</summary>
    internal static byte[] Farewell(string said)
    {
        int length = Math.Min(said.Length, Links.Farewell.Longest);
        byte[] frame = new byte[Header + 1 + length];
        BinaryPrimitives.WriteUInt16BigEndian(frame, LastWord);
        frame[Header] = (byte)length;
        Encoding.ASCII.GetBytes(said.AsSpan(0, length), frame.AsSpan(Header + 1));
        return frame;
    }

    /// <summary>Whether a last word begins here, and what it says; null while it is not whole.</summary>
    internal static bool IsFarewell(ReadOnlySpan<byte> bytes, out string? said)
    {
        said = null;
        if (bytes.Length < Header || BinaryPrimitives.ReadUInt16BigEndian(bytes) != LastWord)
        {
            return false;
        }

        if (bytes.Length > Header && bytes.Length > Header + bytes[Header])
        {
            said = Encoding.ASCII.GetString(bytes.Slice(Header + 1, bytes[Header]));
        }

        return true;
    }

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
