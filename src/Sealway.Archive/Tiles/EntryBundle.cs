namespace Sealway.Archive;

using System.Buffers.Binary;
using Sealway.Log;

/// <summary>The bytes of up to 256 entries: C2SP tlog-tiles, "Log entries": each after its length in 16 bits, big-endian. A blank has length 0, which no entry has.</summary>
internal static class EntryBundle
{
    /// <summary>Bytes of the length before each entry.</summary>
    public const int LengthBytes = 2;

    /// <summary>The largest bundle: 256 of the largest entries.</summary>
    public const int MaxBytes = Tile.Width * (LengthBytes + ushort.MaxValue);

    /// <summary>Writes entries after those of a bundle.</summary>
    public static byte[] Append(ReadOnlySpan<byte> bundle, IEnumerable<ReadOnlyMemory<byte>> entries)
    {
        byte[] bytes = new byte[bundle.Length + entries.Sum(entry => LengthBytes + entry.Length)];
        bundle.CopyTo(bytes);
        Span<byte> rest = bytes.AsSpan(bundle.Length);
        foreach (ReadOnlyMemory<byte> entry in entries)
        {
            BinaryPrimitives.WriteUInt16BigEndian(rest, checked((ushort)entry.Length));
            entry.Span.CopyTo(rest[LengthBytes..]);
            rest = rest[(LengthBytes + entry.Length)..];
        }

        return bytes;
    }

    /// <summary>Reads a bundle.</summary>
    /// <exception cref="InvalidDataException">It does not hold exactly this many entries.</exception>
    public static ReadOnlyMemory<byte>[] Read(ReadOnlyMemory<byte> bundle, int width, string path)
    {
        ReadOnlyMemory<byte>[] entries = new ReadOnlyMemory<byte>[width];
        for (int i = 0; i < width; i++)
        {
            if (bundle.Length < LengthBytes || bundle.Length - LengthBytes < BinaryPrimitives.ReadUInt16BigEndian(bundle.Span))
            {
                throw new InvalidDataException($"{path} ends inside entry {i}");
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(bundle.Span);
            entries[i] = bundle.Slice(LengthBytes, length);
            bundle = bundle[(LengthBytes + length)..];
        }

        return bundle.IsEmpty ? entries : throw new InvalidDataException($"{path} goes on after {width} entries");
    }
}
