namespace Sealway.Log.Tests.Tree;

using System.Buffers.Binary;
using System.Security.Cryptography;

/// <summary>The tree as RFC 9162 section 2.1 defines it, recursively and without a thought for speed: what the product is checked against.</summary>
internal sealed class Naive(IReadOnlyList<byte[]> entries)
{
    private readonly Dictionary<(int From, int To), byte[]> roots = [];

    public IReadOnlyList<byte[]> LeafHashes { get; } = [.. entries.Select(Leaf)];

    /// <summary>A tree of entries that are their own indexes.</summary>
    public static Naive Counting(int size) => new([.. Enumerable.Range(0, size).Select(i =>
    {
        byte[] entry = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(entry, i);
        return entry;
    })]);

    public byte[] Root(int size) => Root(0, size);

    public List<byte[]> Inclusion(int index, int size) => Path(index, 0, size);

    public List<byte[]> Consistency(int first, int second) => Subproof(first, 0, second, true);

    private static byte[] Leaf(byte[] entry) => SHA256.HashData([0, .. entry]);

    private byte[] Root(int from, int to)
    {
        if (to == from)
        {
            return SHA256.HashData([]);
        }

        if (to - from == 1)
        {
            return LeafHashes[from];
        }

        if (!roots.TryGetValue((from, to), out byte[]? root))
        {
            int k = from + Half(to - from);
            root = SHA256.HashData([1, .. Root(from, k), .. Root(k, to)]);
            roots.Add((from, to), root);
        }

        return root;
    }

    private List<byte[]> Path(int index, int from, int to)
    {
        if (to - from <= 1)
        {
            return [];
        }

        int k = from + Half(to - from);
        return index < k ? [.. Path(index, from, k), Root(k, to)] : [.. Path(index, k, to), Root(from, k)];
    }

    private List<byte[]> Subproof(int m, int from, int to, bool whole)
    {
        if (m == to)
        {
            return whole ? [] : [Root(from, to)];
        }

        int k = from + Half(to - from);
        return m <= k ? [.. Subproof(m, from, k, whole), Root(k, to)] : [.. Subproof(m, k, to, false), Root(from, k)];
    }

    private static int Half(int size)
    {
        int k = 1;
        while (k * 2 < size)
        {
            k *= 2;
        }

        return k;
    }
}
