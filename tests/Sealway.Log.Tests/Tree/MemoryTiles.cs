namespace Sealway.Log.Tests.Tree;

/// <summary>Tiles kept in memory, built by a frontier as a store builds them.</summary>
internal sealed class MemoryTiles : ITileSource
{
    private readonly Dictionary<int, List<byte[]>> levels = [];
    private readonly List<(int Level, ulong Index, int Width)> reads = [];

    public MemoryTiles(IEnumerable<byte[]> leafHashes)
    {
        Frontier frontier = new();
        List<TileHash> completed = [];
        foreach (byte[] hash in leafHashes)
        {
            Level(0).Add(hash);
            completed.Clear();
            frontier.Append(hash, completed);
            foreach (TileHash tile in completed)
            {
                Assert.Equal((ulong)Level(tile.Level).Count, tile.Index);
                Level(tile.Level).Add(tile.Hash);
            }
        }
    }

    /// <summary>What was read so far, in order.</summary>
    public IReadOnlyList<(int Level, ulong Index, int Width)> Reads => reads;

    public ValueTask<IReadOnlyList<byte[]>> ReadTile(int level, ulong index, int width, CancellationToken ct)
    {
        reads.Add((level, index, width));
        int start = checked((int)index * Tile.Width);
        if (width is < 1 or > Tile.Width || start + width > Level(level).Count)
        {
            throw new TileMissingException(level, index, width);
        }

        return ValueTask.FromResult<IReadOnlyList<byte[]>>(Level(level).GetRange(start, width));
    }

    private List<byte[]> Level(int level)
    {
        if (!levels.TryGetValue(level, out List<byte[]>? hashes))
        {
            levels.Add(level, hashes = []);
        }

        return hashes;
    }
}
