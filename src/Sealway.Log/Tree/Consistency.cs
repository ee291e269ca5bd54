namespace Sealway.Log;

using System.Numerics;

/// <summary>Proofs that one tree is the beginning of another: RFC 9162 section 2.1.4.</summary>
public static class Consistency
{
    /// <summary>The longest path between trees within <see cref="Merkle.MaxSize"/>, in hashes.</summary>
    public const int MaxPath = 54;

    /// <summary>
    /// Whether a path shows that the first tree is the beginning of the second. Any input may come from outside.
    /// Beyond the RFC: equal sizes are consistent exactly if the roots are equal, the empty tree is the beginning of every tree; both by an empty path.
    /// </summary>
    /// <param name="first">The first tree's size in entries.</param>
    /// <param name="second">The second tree's size in entries.</param>
    /// <param name="firstRoot">The first tree's root.</param>
    /// <param name="secondRoot">The second tree's root.</param>
    /// <param name="path">The proof.</param>
    /// <returns>True exactly if this is the proof.</returns>
    public static bool Verify(ulong first, ulong second, ReadOnlySpan<byte> firstRoot, ReadOnlySpan<byte> secondRoot, IReadOnlyList<byte[]> path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (firstRoot.Length != Merkle.HashLength || secondRoot.Length != Merkle.HashLength
            || first > second || second > Merkle.MaxSize || path.Count > MaxPath)
        {
            return false;
        }

        if (first == second)
        {
            return path.Count == 0 && firstRoot.SequenceEqual(secondRoot) && (first != 0 || firstRoot.SequenceEqual(Merkle.EmptyRoot));
        }

        if (first == 0)
        {
            return path.Count == 0 && firstRoot.SequenceEqual(Merkle.EmptyRoot);
        }

        // Where the first tree is one complete subtree, the path leaves its root out.
        int next = 0;
        ReadOnlySpan<byte> seed = firstRoot;
        if (!BitOperations.IsPow2(first))
        {
            if (path.Count == 0 || path[0] is not { Length: Merkle.HashLength })
            {
                return false;
            }

            seed = path[0];
            next = 1;
        }

        // The subtree whose hash is the seed: the smallest complete one at the first tree's right edge.
        ulong node = first - 1;
        ulong last = second - 1;
        int rise = BitOperations.TrailingZeroCount(first);
        node >>= rise;
        last >>= rise;

        Span<byte> firstComputed = stackalloc byte[Merkle.HashLength];
        Span<byte> secondComputed = stackalloc byte[Merkle.HashLength];
        seed.CopyTo(firstComputed);
        seed.CopyTo(secondComputed);
        for (; next < path.Count; next++)
        {
            byte[] sibling = path[next];
            if (sibling is not { Length: Merkle.HashLength } || last == 0)
            {
                return false;
            }

            if ((node & 1) != 0 || node == last)
            {
                Merkle.NodeHash(sibling, firstComputed, firstComputed);
                Merkle.NodeHash(sibling, secondComputed, secondComputed);
                int up = (node & 1) != 0 ? 0 : BitOperations.TrailingZeroCount(node);
                node >>= up;
                last >>= up;
            }
            else
            {
                Merkle.NodeHash(secondComputed, sibling, secondComputed);
            }

            node >>= 1;
            last >>= 1;
        }

        return last == 0 && firstComputed.SequenceEqual(firstRoot) && secondComputed.SequenceEqual(secondRoot);
    }

    /// <summary>Makes the proof.</summary>
    /// <param name="source">The log's tiles.</param>
    /// <param name="first">The first tree's size in entries.</param>
    /// <param name="second">The second tree's size in entries, not below the first's.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The path; empty where the sizes are equal or the first is 0.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The sizes are not in order, or beyond <see cref="Merkle.MaxSize"/>.</exception>
    /// <exception cref="TileMissingException">The source does not hold what the proof needs.</exception>
    public static async Task<IReadOnlyList<byte[]>> Prove(ITileSource source, ulong first, ulong second, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(second, Merkle.MaxSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, second);
        List<byte[]> path = [];
        if (first == 0 || first == second)
        {
            return path;
        }

        // SUBPROOF of RFC 9162 section 2.1.4.1, from the root down.
        TileReader tree = new(source, second);
        ulong from = 0;
        ulong to = second;
        while (to != first)
        {
            ulong split = from + Split.Of(to - from);
            if (first <= split)
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

        if (from != 0)
        {
            path.Add(await tree.Root(from, to, ct).ConfigureAwait(false));
        }

        path.Reverse();
        return path;
    }
}
