namespace Sealway.Log;

using System.Numerics;

/// <summary>Proofs that an entry is in a tree: RFC 9162 section 2.1.3.</summary>
public static class Inclusion
{
    /// <summary>The longest path in a tree within <see cref="Merkle.MaxSize"/>, in hashes.</summary>
    public const int MaxPath = 53;

    /// <summary>Whether a path leads from a leaf to a root. Any input may come from outside.</summary>
    /// <param name="leafHash">The leaf's hash.</param>
    /// <param name="index">The leaf's index, from 0.</param>
    /// <param name="size">The tree's size in entries.</param>
    /// <param name="path">The proof, leaf's sibling first.</param>
    /// <param name="root">The tree's root.</param>
    /// <returns>True exactly if this is the proof of that leaf at that index.</returns>
    public static bool Verify(ReadOnlySpan<byte> leafHash, ulong index, ulong size, IReadOnlyList<byte[]> path, ReadOnlySpan<byte> root) =>
        root.Length == Merkle.HashLength && Root(leafHash, index, size, path) is { } computed && computed.AsSpan().SequenceEqual(root);

    /// <summary>The root to which a path leads: what a receipt's signature is then checked over (RFC 9942 section 4.3). Any input may come from outside.</summary>
    /// <param name="leafHash">The leaf's hash.</param>
    /// <param name="index">The leaf's index, from 0.</param>
    /// <param name="size">The tree's size in entries.</param>
    /// <param name="path">The proof, leaf's sibling first.</param>
    /// <returns>32 bytes, or null if the path does not have the shape that index and size demand.</returns>
    public static byte[]? Root(ReadOnlySpan<byte> leafHash, ulong index, ulong size, IReadOnlyList<byte[]> path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (leafHash.Length != Merkle.HashLength || index >= size || size > Merkle.MaxSize || path.Count > MaxPath)
        {
            return null;
        }

        byte[] root = leafHash.ToArray();
        ulong node = index;
        ulong last = size - 1;
        foreach (byte[] sibling in path)
        {
            if (sibling is not { Length: Merkle.HashLength } || last == 0)
            {
                return null;
            }

            if ((node & 1) != 0 || node == last)
            {
                Merkle.NodeHash(sibling, root, root);

                // A node on the right edge without a sibling rises unchanged until it is a right child.
                int rise = (node & 1) != 0 ? 0 : BitOperations.TrailingZeroCount(node);
                node >>= rise;
                last >>= rise;
            }
            else
            {
                Merkle.NodeHash(root, sibling, root);
            }

            node >>= 1;
            last >>= 1;
        }

        return last == 0 ? root : null;
    }

    /// <summary>Makes the proof of one entry.</summary>
    /// <param name="source">The log's tiles.</param>
    /// <param name="index">The entry's index, below <paramref name="size"/>.</param>
    /// <param name="size">The size of the tree to prove in.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The path, leaf's sibling first.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The index is not in the tree, or the size beyond <see cref="Merkle.MaxSize"/>.</exception>
    /// <exception cref="TileMissingException">The source does not hold what the proof needs.</exception>
    public static async Task<IReadOnlyList<byte[]>> Prove(ITileSource source, ulong index, ulong size, CancellationToken ct = default) =>
        (await Prove(source, [index], size, ct).ConfigureAwait(false))[0];

    /// <summary>Makes the proofs of several entries in one tree; each tile is read once.</summary>
    /// <param name="source">The log's tiles.</param>
    /// <param name="indexes">The entries' indexes, each below <paramref name="size"/>.</param>
    /// <param name="size">The size of the tree to prove in.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The paths in the order of the indexes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An index is not in the tree, or the size beyond <see cref="Merkle.MaxSize"/>.</exception>
    /// <exception cref="TileMissingException">The source does not hold what a proof needs.</exception>
    public static async Task<IReadOnlyList<IReadOnlyList<byte[]>>> Prove(
        ITileSource source, IReadOnlyList<ulong> indexes, ulong size, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(indexes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Merkle.MaxSize);
        TileReader tree = new(source, size);
        List<IReadOnlyList<byte[]>> paths = new(indexes.Count);
        foreach (ulong index in indexes)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size, nameof(indexes));
            paths.Add(await Path(tree, index, size, ct).ConfigureAwait(false));
        }

        return paths;
    }

    private static async Task<IReadOnlyList<byte[]>> Path(TileReader tree, ulong index, ulong size, CancellationToken ct)
    {
        // From the root down; the path runs from the leaf up.
        List<byte[]> path = [];
        ulong from = 0;
        ulong to = size;
        while (to - from > 1)
        {
            ulong split = from + Split.Of(to - from);
            if (index < split)
            {
                path.Add(await tree.Root(split, to, ct).ConfigureAwait(false));
                to = split;
            }
            else
            {
                path.Add(await tree.Root(from, split, ct).ConfigureAwait(false));
                from = split;
            }
        }

        path.Reverse();
        return path;
    }
}
