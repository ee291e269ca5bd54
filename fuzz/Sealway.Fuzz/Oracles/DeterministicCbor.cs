namespace Sealway.Fuzz.Oracles;

using System.Buffers.Binary;
using System.Text;

/// <summary>
/// A second reading of RFC 8949 section 4.2.1, written by hand and sharing nothing with the library that the product
/// reads with: shortest heads, definite lengths, keys in rising bytewise order, shortest floats, UTF-8.
/// </summary>
internal static class DeterministicCbor
{
    private const int Deepest = 64;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether the bytes are exactly one item.</summary>
    public static bool IsOne(ReadOnlySpan<byte> bytes) => Length(bytes) == bytes.Length;

    /// <summary>The length of the first item, or −1 if there is none in deterministic encoding.</summary>
    public static int Length(ReadOnlySpan<byte> bytes) => Item(bytes, 0);

    private static int Item(ReadOnlySpan<byte> bytes, int depth)
    {
        if (bytes.IsEmpty || depth > Deepest)
        {
            return -1;
        }

        int major = bytes[0] >> 5;
        if (major == 7)
        {
            return Simple(bytes);
        }

        int head = Head(bytes, out ulong argument);
        if (head < 0)
        {
            return -1;
        }

        switch (major)
        {
            case 0 or 1:
                return head;
            case 2:
                return argument <= (ulong)(bytes.Length - head) ? head + (int)argument : -1;
            case 3:
                return argument <= (ulong)(bytes.Length - head) && IsUtf8(bytes.Slice(head, (int)argument)) ? head + (int)argument : -1;
            case 4:
                return Items(bytes, head, argument, depth);
            case 5:
                return Pairs(bytes, head, argument, depth);
            default:
                int tagged = Item(bytes[head..], depth + 1);
                return tagged < 0 ? -1 : head + tagged;
        }
    }

    private static int Items(ReadOnlySpan<byte> bytes, int at, ulong count, int depth)
    {
        for (ulong i = 0; i < count; i++)
        {
            int length = Item(bytes[at..], depth + 1);
            if (length < 0)
            {
                return -1;
            }

            at += length;
        }

        return at;
    }

    private static int Pairs(ReadOnlySpan<byte> bytes, int at, ulong count, int depth)
    {
        ReadOnlySpan<byte> before = default;
        for (ulong i = 0; i < count; i++)
        {
            int key = Item(bytes[at..], depth + 1);
            if (key < 0 || (i > 0 && before.SequenceCompareTo(bytes.Slice(at, key)) >= 0))
            {
                return -1;
            }

            before = bytes.Slice(at, key);
            at += key;
            int value = Item(bytes[at..], depth + 1);
            if (value < 0)
            {
                return -1;
            }

            at += value;
        }

        return at;
    }

    // The argument in the shortest head that holds it; −1 for longer ones, indefinite lengths and reserved forms.
    private static int Head(ReadOnlySpan<byte> bytes, out ulong argument)
    {
        int form = bytes[0] & 0x1F;
        argument = (ulong)form;
        if (form < 24)
        {
            return 1;
        }

        int size = form switch { 24 => 1, 25 => 2, 26 => 4, 27 => 8, _ => 0 };
        if (size == 0 || bytes.Length <= size)
        {
            return -1;
        }

        argument = 0;
        foreach (byte one in bytes.Slice(1, size))
        {
            argument = (argument << 8) | one;
        }

        bool shortest = size switch { 1 => argument >= 24, 2 => argument > byte.MaxValue, 4 => argument > ushort.MaxValue, _ => argument > uint.MaxValue };
        return shortest ? 1 + size : -1;
    }

    private static int Simple(ReadOnlySpan<byte> bytes)
    {
        switch (bytes[0] & 0x1F)
        {
            case < 24:
                return 1;
            case 24:
                return bytes.Length > 1 && bytes[1] >= 32 ? 2 : -1;
            case 25:
                return bytes.Length >= 3 ? 3 : -1;
            case 26 when bytes.Length >= 5:
                float single = BinaryPrimitives.ReadSingleBigEndian(bytes[1..]);
                return (float)(Half)single == single || float.IsNaN(single) ? -1 : 5;
            case 27 when bytes.Length >= 9:
                double value = BinaryPrimitives.ReadDoubleBigEndian(bytes[1..]);
                return (double)(float)value == value || double.IsNaN(value) ? -1 : 9;
            default:
                return -1;
        }
    }

    private static bool IsUtf8(ReadOnlySpan<byte> text)
    {
        try
        {
            Utf8.GetCharCount(text);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
