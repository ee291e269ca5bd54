namespace Sealway.Archive;

using System.Globalization;
using Sealway.Log;

/// <summary>Removes what a crash left beside what the state names. Nothing here is needed for the store to be right; it is needed for a folder without strangers.</summary>
internal static class TileLogTidying
{
    public static void Tidy(DurableFiles files, TileLogView view)
    {
        TileLogState state = view.State!;
        Edge(files, n => TilePath.Bundle(n, Tile.Width), 0, state.Size);
        for (int level = 0; level <= Tile.MaxLevel; level++)
        {
            Edge(files, n => TilePath.Tile(level, n, Tile.Width), level, state.Size);
        }

        Folder(files, TilePath.Notes, state.Notes is { } notes ? [notes.Number] : []);
        Folder(files, TilePath.Blanks, state.Blanks is { } blanks ? [blanks.Number] : []);
        Folder(files, TilePath.Erased, state.Erased is { } erased ? [erased.Number] : []);
        Folder(files, TilePath.Forks, [.. Enumerable.Range(0, state.Forks.Count).Select(number => (ulong)number)]);
        files.Remove(TilePath.State + TilePath.Unfinished);
        files.Remove(TilePath.Head + TilePath.Unfinished);
        Heads(files, state);
        Head(files, view);
    }

    // Writes go from the lowest tile up, and removals too, so that what a crash leaves borders on the edge.
    private static void Edge(DurableFiles files, Func<ulong, string> full, int level, ulong size)
    {
        ulong edge = size >> (level * Tile.Height) >> Tile.Height;
        int width = Tile.WidthIn(level, edge, size);
        Remove(files, full(edge));
        if (width == 0)
        {
            files.RemoveFolder(TilePath.PartialsOf(full(edge)));
        }
        else if (Directory.Exists(files.Full(TilePath.PartialsOf(full(edge)))))
        {
            foreach (string file in Directory.GetFiles(files.Full(TilePath.PartialsOf(full(edge)))))
            {
                if (!int.TryParse(Path.GetFileName(file), NumberStyles.None, CultureInfo.InvariantCulture, out int other) || other > width)
                {
                    files.Remove(file);
                }
            }
        }

        for (ulong beyond = edge + 1; IsThere(files, full(beyond)); beyond++)
        {
            Remove(files, full(beyond));
            files.RemoveFolder(TilePath.PartialsOf(full(beyond)));
        }

        for (ulong below = edge; below > 0 && Directory.Exists(files.Full(TilePath.PartialsOf(full(below - 1)))); below--)
        {
            files.RemoveFolder(TilePath.PartialsOf(full(below - 1)));
        }
    }

    private static bool IsThere(DurableFiles files, string full) =>
        File.Exists(files.Full(full)) || File.Exists(files.Full(full + TilePath.Unfinished)) || Directory.Exists(files.Full(TilePath.PartialsOf(full)));

    private static void Remove(DurableFiles files, string path)
    {
        files.Remove(path);
        files.Remove(path + TilePath.Unfinished);
    }

    private static void Folder(DurableFiles files, string folder, IReadOnlyList<ulong> kept)
    {
        if (!Directory.Exists(files.Full(folder)))
        {
            return;
        }

        HashSet<string> names = [.. kept.Select(number => files.Full(TilePath.Numbered(folder, number)))];
        foreach (string file in Directory.GetFiles(files.Full(folder)).Where(file => !names.Contains(file)))
        {
            files.Remove(file);
        }
    }

    private static void Heads(DurableFiles files, TileLogState state)
    {
        ulong next = 0;
        if (state.Heads is { } last)
        {
            string path = TilePath.HeadSegment(last.Segment);
            if (new FileInfo(files.Full(path)).Length > (long)last.Length)
            {
                files.Extend(path, (long)last.Length, []);
            }

            next = last.Segment + 1;
        }

        // The head of an append that was not finished lies within the sizes that one append can reach.
        ulong reach = HeadSegment.Of(state.Size) + 1 + (Messages.Limits.AppendEntries / Tile.Width);
        for (ulong segment = next; segment <= reach; segment++)
        {
            Remove(files, TilePath.HeadSegment(segment));
        }
    }

    private static void Head(DurableFiles files, TileLogView view)
    {
        string path = files.Full(TilePath.Head);
        if (view.Latest is { } latest && !(File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(latest.Head.Bytes.Span)))
        {
            files.Publish(TilePath.Head, latest.Head.Bytes.Span);
        }
    }
}
