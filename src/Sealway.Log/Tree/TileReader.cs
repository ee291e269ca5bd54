namespace Sealway.Log;

using System.Numerics;

/// <summary>Reads the hashes of subtrees of one tree from its tiles; keeps the tiles read, so that the proofs made with it share them.</summary>
internal sealed class TileReader(ITileSource source, ulong size)
{
    private readonly Dictionary<(int Level, ulong Index), IReadOnlyList<byte[]>> _tiles = [];

    /// <summary>The root of entries [from, to), where the range is one that the tree of RFC 9162 section 2.1.1 splits into.</summary>
    public async ValueTask<byte[]> Root(ulong from, ulong to, CancellationToken ct)
    {
        byte[]? root = null;

        // The complete subtrees of the range, smallest and rightmost first: each is a left sibling of what is gathered so far.
        for (ulong rest = to - from; rest != 0; rest &= rest - 1)
        {
            int level = BitOperations.TrailingZeroCount(rest);
            ulong start = from + (rest & (rest - 1));
            byte[] node = await Complete(level, start >> level, ct).ConfigureAwait(false);
            root = root is null ? node : Merkle.NodeHash(node, root);
        }

        return root ?? Merkle.EmptyRoot.ToArray();
    }

    /// <summary>The tree's frontier.</summary>
    public async ValueTask<Frontier> Frontier(CancellationToken ct)
    {
        List<byte[]> hashes = [];
        ulong start = 0;
        for (ulong rest = size; rest != 0;)
        {
            int level = BitOperations.Log2(rest);
            hashes.Add(await Complete(level, start >> level, ct).ConfigureAwait(false));
            start += 1UL << level;
            rest &= ~(1UL << level);
        }

        return Log.Frontier.FromUntrusted(size, hashes);
    }

    private async ValueTask<byte[]> Complete(int level, ulong index, CancellationToken ct)
    {
        int tileLevel = level / Tile.Height;
        int above = level % Tile.Height;
        ulong first = index << above;
        IReadOnlyList<byte[]> tile = await Read(tileLevel, first / Tile.Width, ct).ConfigureAwait(false);
        int start = (int)(first % Tile.Width);
        for (int i = start; i < start + (1 << above); i++)
        {
            if (tile[i].Length == 0)
            {
                return await Begun(level, index, ct).ConfigureAwait(false);
            }
        }

        return Fold(tile, start, 1 << above);
    }

    /// <summary>A subtree that begins before the start from which the log is held: one of the frontier's, or made of one and what came after.</summary>
    private async ValueTask<byte[]> Begun(int level, ulong index, CancellationToken ct)
    {
        if (await source.ReadSubtree(level, index, ct).ConfigureAwait(false) is { Length: Merkle.HashLength } known)
        {
            return known;
        }

        if (level == 0)
        {
            throw new TileMissingException(0, index / Tile.Width, Tile.WidthIn(0, index / Tile.Width, size));
        }

        // At most one of the two begins before the start without being the frontier's; else the left one ends in the exception.
        byte[] left = await Complete(level - 1, 2 * index, ct).ConfigureAwait(false);
        byte[] right = await Complete(level - 1, (2 * index) + 1, ct).ConfigureAwait(false);
        return Merkle.NodeHash(left, right);
    }

    private static byte[] Fold(IReadOnlyList<byte[]> hashes, int start, int count)
    {
        if (count == 1)
        {
            return hashes[start];
        }

        Span<byte> work = stackalloc byte[Tile.Width / 2 * Merkle.HashLength];
        for (int i = 0; i < count / 2; i++)
        {
            Merkle.NodeHash(hashes[start + (2 * i)], hashes[start + (2 * i) + 1], At(work, i));
        }

        for (int width = count / 4; width > 0; width /= 2)
        {
            for (int i = 0; i < width; i++)
            {
                Merkle.NodeHash(At(work, 2 * i), At(work, (2 * i) + 1), At(work, i));
            }
        }

        return At(work, 0).ToArray();
    }

    private async ValueTask<IReadOnlyList<byte[]>> Read(int level, ulong index, CancellationToken ct)
    {
        if (!_tiles.TryGetValue((level, index), out IReadOnlyList<byte[]>? tile))
        {
            int width = Tile.WidthIn(level, index, size);
            tile = await source.ReadTile(level, index, width, ct).ConfigureAwait(false);
            if (tile.Count != width || tile.Any(hash => hash is not { Length: Merkle.HashLength or 0 }))
            {
                throw new TileMissingException(level, index, width);
            }

            _tiles.Add((level, index), tile);
        }

        return tile;
    }

    private static Span<byte> At(Span<byte> work, int index) => work.Slice(index * Merkle.HashLength, Merkle.HashLength);
}
