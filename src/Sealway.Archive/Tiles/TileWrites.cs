namespace Sealway.Archive;

using Sealway.Log;

/// <summary>Writes the bundles and tiles that new entries make or widen.</summary>
internal static class TileWrites
{
    public static void Write(DurableFiles files, TileLogFiles held, TileLogState state, IReadOnlyList<LogEntry> entries, List<TileHash> completed)
    {
        if (entries.Count == 0)
        {
            return;
        }

        Bundles(files, held, state, entries);
        Tiles(files, held, state, 0, state.Size, [.. entries.Select(entry => entry.Hash)]);
        foreach (IGrouping<int, TileHash> level in completed.GroupBy(hash => hash.Level))
        {
            Tiles(files, held, state, level.Key, level.First().Index, [.. level.Select(hash => hash.Hash)]);
        }
    }

    /// <summary>Removes the partial files of what has become full; the full ones are durable and named.</summary>
    public static void RemovePartials(DurableFiles files, ulong before, ulong after)
    {
        Remove(n => TilePath.Bundle(n, Tile.Width), 0);
        for (int level = 0; level <= Tile.MaxLevel; level++)
        {
            Remove(n => TilePath.Tile(level, n, Tile.Width), level);
        }

        void Remove(Func<ulong, string> full, int level)
        {
            ulong index = before >> (level * Tile.Height) >> Tile.Height;
            if (Tile.WidthIn(level, index, before) > 0 && Tile.WidthIn(level, index, after) == Tile.Width)
            {
                files.RemoveFolder(TilePath.PartialsOf(full(index)));
            }
        }
    }

    private static void Bundles(DurableFiles files, TileLogFiles held, TileLogState state, IReadOnlyList<LogEntry> entries)
    {
        int taken = 0;
        foreach ((ulong index, int before, int count) in Spans(state.Size, entries.Count))
        {
            byte[] bundle = before == 0 ? [] : held.ReadBundleBytes(state, index, before);
            int begin = taken;
            bundle = EntryBundle.Append(bundle, Enumerable.Range(begin, count).Select(i => entries[i].Bytes));
            files.Replace(TilePath.Bundle(index, before + count), bundle);
            taken += count;
        }
    }

    private static void Tiles(DurableFiles files, TileLogFiles held, TileLogState state, int level, ulong first, List<byte[]> hashes)
    {
        int taken = 0;
        foreach ((ulong index, int before, int count) in Spans(first, hashes.Count))
        {
            byte[] tile = before == 0 ? [] : held.ReadTile(state, level, index, before);
            files.Replace(TilePath.Tile(level, index, before + count), [.. tile, .. hashes.Skip(taken).Take(count).SelectMany(hash => hash)]);
            taken += count;
        }
    }

    /// <summary>How many of a run of places, from a first one on, fall into each tile, and how many the tile had before.</summary>
    private static IEnumerable<(ulong Index, int Before, int Count)> Spans(ulong first, int count)
    {
        while (count > 0)
        {
            int before = (int)(first % Tile.Width);
            int here = Math.Min(count, Tile.Width - before);
            yield return (first / Tile.Width, before, here);
            first += (ulong)here;
            count -= here;
        }
    }
}
