namespace Sealway.Archive;

using System.Numerics;
using Sealway.Log;

/// <summary>A log's tiles from its files.</summary>
internal sealed class TileSource(Func<TileLog?> find) : ITileSource
{
    public ValueTask<IReadOnlyList<byte[]>> ReadTile(int level, ulong index, int width, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (level is < 0 or > Tile.MaxLevel
            || width is < 1 or > Tile.Width
            || index > Merkle.MaxSize / Tile.Width
            || find() is not { View.State: { } state } log
            || width > Tile.WidthIn(level, index, state.Size))
        {
            throw new TileMissingException(level, index, width);
        }

        byte[] bytes = log.Files.ReadTile(state, level, index, width);
        byte[][] hashes = new byte[width][];
        for (int i = 0; i < width; i++)
        {
            bool isKnown = ((index * Tile.Width) + (ulong)i + 1) << (level * Tile.Height) > state.Start.Size;
            hashes[i] = isKnown ? bytes[(i * Merkle.HashLength)..((i + 1) * Merkle.HashLength)] : [];
        }

        return ValueTask.FromResult<IReadOnlyList<byte[]>>(hashes);
    }

    public ValueTask<byte[]?> ReadSubtree(int level, ulong index, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        Frontier? start = find()?.View.State?.Start;

        // Of each level, a frontier has at most one subtree: the last complete one.
        return ValueTask.FromResult(
            start is not null && level is >= 0 and < 53 && (start.Size >> level & 1) != 0 && start.Size >> level == index + 1
                ? start.Hashes[BitOperations.PopCount(start.Size >> level) - 1]
                : null);
    }
}
