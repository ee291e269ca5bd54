namespace Sealway.Log;

using System.Numerics;
using Sealway.Messages;

/// <summary>A log's tiles in SQLite: level 0 from the entries' hashes, the others from the hashes stored when a block of 256 was completed.</summary>
internal sealed class SqliteTiles(SqliteReaders readers, LogId log) : ITileSource
{
    public ValueTask<IReadOnlyList<byte[]>> ReadTile(int level, ulong index, int width, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (level is < 0 or > Tile.MaxLevel || width is < 1 or > Tile.Width || index > Merkle.MaxSize / Tile.Width)
        {
            throw new TileMissingException(level, index, width);
        }

        return ValueTask.FromResult<IReadOnlyList<byte[]>>(readers.Read(session => Read(session, level, index, width)));
    }

    public ValueTask<byte[]?> ReadSubtree(int level, ulong index, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return ValueTask.FromResult(readers.Read(session =>
        {
            Frontier? start = SqliteReads.StartFrontier(session, log);

            // Of each level, a frontier has at most one subtree: the last complete one.
            return start is not null && level < 53 && (start.Size >> level & 1) != 0 && start.Size >> level == index + 1
                ? start.Hashes[BitOperations.PopCount(start.Size >> level) - 1]
                : null;
        }));
    }

    private byte[][] Read(SqliteSession session, int level, ulong index, int width)
    {
        SqliteLogRow row = SqliteReads.Row(session, log) ?? throw new TileMissingException(level, index, width);
        byte[]?[] hashes = SqliteReads.Tile(session, row.Id, level, index, width);
        for (int i = 0; i < width; i++)
        {
            ulong begins = (index * Tile.Width) + (ulong)i << (level * Tile.Height);
            hashes[i] ??= begins < row.Start ? [] : throw new TileMissingException(level, index, width);
        }

        return hashes!;
    }
}
