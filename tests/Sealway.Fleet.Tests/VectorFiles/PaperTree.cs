namespace Sealway.Fleet.Tests.VectorFiles;

using System.Security.Cryptography;

/// <summary>A log's entries and their tree, by the recursive definition of RFC 9162 section 2.1 and not by the product's own code.</summary>
internal sealed class PaperTree
{
    public List<byte[]> Entries { get; } = [];

    public byte[] Root(int size) => Root(0, size);

    public List<byte[]> Path(int index, int size) => Path(index, 0, size);

    public PaperTree Copy(int size)
    {
        PaperTree copy = new();
        copy.Entries.AddRange(Entries.Take(size));
        return copy;
    }

    private byte[] Root(int from, int size)
    {
        if (size == 1)
        {
            return SHA256.HashData([0, .. Entries[from]]);
        }

        int left = Left(size);
        return SHA256.HashData([1, .. Root(from, left), .. Root(from + left, size - left)]);
    }

    private List<byte[]> Path(int index, int from, int size)
    {
        if (size == 1)
        {
            return [];
        }

        int left = Left(size);
        return index < left ? [.. Path(index, from, left), Root(from + left, size - left)] : [.. Path(index - left, from + left, size - left), Root(from, left)];
    }

    private static int Left(int size)
    {
        int left = 1;
        while (left * 2 < size)
        {
            left *= 2;
        }

        return left;
    }
}
