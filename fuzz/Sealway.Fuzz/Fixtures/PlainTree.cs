namespace Sealway.Fuzz.Fixtures;

using System.Security.Cryptography;

/// <summary>RFC 9162 section 2.1 word for word, by recursion: what the product's iterative proofs are compared with.</summary>
internal static class PlainTree
{
    public static byte[] Leaf(ReadOnlySpan<byte> entry) => SHA256.HashData([0, .. entry]);

    public static byte[] Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => SHA256.HashData([1, .. left, .. right]);

    /// <summary>MTH of section 2.1.1.</summary>
    public static byte[] Root(ReadOnlySpan<byte[]> leaves)
    {
        if (leaves.Length < 2)
        {
            return leaves.IsEmpty ? SHA256.HashData([]) : leaves[0];
        }

        int split = (int)Split((ulong)leaves.Length);
        return Node(Root(leaves[..split]), Root(leaves[split..]));
    }

    /// <summary>PATH of section 2.1.3.1.</summary>
    public static List<byte[]> Path(ReadOnlySpan<byte[]> leaves, int index)
    {
        if (leaves.Length < 2)
        {
            return [];
        }

        int split = (int)Split((ulong)leaves.Length);
        List<byte[]> path = index < split ? Path(leaves[..split], index) : Path(leaves[split..], index - split);
        path.Add(index < split ? Root(leaves[split..]) : Root(leaves[..split]));
        return path;
    }

    /// <summary>The root that a path leads to, taken from its end, where the topmost sibling is; null if it has not the length that index and size ask for.</summary>
    public static byte[]? Climb(byte[] leaf, ulong index, ulong size, ReadOnlySpan<byte[]> path)
    {
        if (index >= size || (size == 1) != path.IsEmpty)
        {
            return null;
        }

        if (size == 1)
        {
            return leaf;
        }

        ulong split = Split(size);
        byte[] sibling = path[^1];
        byte[]? inner = index < split ? Climb(leaf, index, split, path[..^1]) : Climb(leaf, index - split, size - split, path[..^1]);
        return inner is null ? null : index < split ? Node(inner, sibling) : Node(sibling, inner);
    }

    /// <summary>The two roots that a consistency path leads to (section 2.1.4.1), taken from its end; null if it has not the length that the sizes ask for.</summary>
    /// <param name="seed">The first tree's root, which the path leaves out where the first tree is one complete subtree.</param>
    /// <param name="first">The first size, at least 1.</param>
    /// <param name="second">The second size.</param>
    /// <param name="whole">Whether the subtree is the left edge, so that the first tree's root is known.</param>
    /// <param name="path">The proof.</param>
    public static (byte[] First, byte[] Second)? Climb(byte[] seed, ulong first, ulong second, bool whole, ReadOnlySpan<byte[]> path)
    {
        if (first == second)
        {
            return path.Length != (whole ? 0 : 1) ? null : whole ? ([.. seed], [.. seed]) : ([.. path[0]], [.. path[0]]);
        }

        if (path.IsEmpty)
        {
            return null;
        }

        ulong split = Split(second);
        byte[] sibling = path[^1];
        if (first <= split)
        {
            return Climb(seed, first, split, whole, path[..^1]) is { } left ? (left.First, Node(left.Second, sibling)) : null;
        }

        return Climb(seed, first - split, second - split, whole: false, path[..^1]) is { } right ? (Node(sibling, right.First), Node(sibling, right.Second)) : null;
    }

    // The largest power of two below the size.
    private static ulong Split(ulong size) => 1UL << System.Numerics.BitOperations.Log2(size - 1);
}
