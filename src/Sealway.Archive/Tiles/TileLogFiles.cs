namespace Sealway.Archive;

using Sealway.Log;

/// <summary>Reads the files of one log. A file that a writer has replaced by a wider one meanwhile is read from the wider one.</summary>
/// <param name="folder">The log's folder.</param>
internal sealed class TileLogFiles(string folder)
{
    public string Full(string path) => Path.Combine(folder, path);

    /// <summary>What the state file says, with all that it names.</summary>
    /// <exception cref="InvalidDataException">A file is damaged or missing.</exception>
    public TileLogView Load()
    {
        string path = Full(TilePath.State);
        if (!File.Exists(path))
        {
            return TileLogView.Nothing;
        }

        TileLogState state = TileLogState.Read(File.ReadAllBytes(path), path);
        TileLogView view = TileLogView.Nothing with { State = state };
        if (state.Notes is { } notes)
        {
            string file = Full(TilePath.Numbered(TilePath.Notes, notes.Number));
            view = view with { Notes = NoteFile.Read(HashedFile.Read(file, notes.Hash), file) };
        }

        if (state.Blanks is { } blanks)
        {
            string file = Full(TilePath.Numbered(TilePath.Blanks, blanks.Number));
            view = view with { Blanks = BlankRanges.Read(HashedFile.Read(file, blanks.Hash), file) };
        }

        if (state.Erased is { } erased)
        {
            string file = Full(TilePath.Numbered(TilePath.Erased, erased.Number));
            view = view with { Erased = BlankRanges.Read(HashedFile.Read(file, erased.Hash), file) };
        }

        return state.Heads is { } heads ? view with { Latest = Newest(ReadHeads(state, heads.Segment).Heads) } : view;
    }

    /// <summary>The heads of a segment that count, those that came late last; none where there are none.</summary>
    public HeadSegment ReadHeads(TileLogState state, ulong segment)
    {
        HeadSegment heads = new();
        ReadHeads(heads, state, segment, segment);
        foreach ((ulong _, ulong file) in state.Late.Where(late => late.Segment == segment))
        {
            ReadHeads(heads, state, file, segment);
        }

        return heads;
    }

    private void ReadHeads(HeadSegment heads, TileLogState state, ulong file, ulong only)
    {
        string path = Full(TilePath.HeadSegment(file));
        if (state.Heads is not { } last || file > last.Segment)
        {
            return;
        }

        if (TryRead(path) is not { } held)
        {
            if (file == last.Segment)
            {
                throw new InvalidDataException($"{path} is missing");
            }

            return;
        }

        ReadOnlyMemory<byte> bytes = held;
        if (file == last.Segment)
        {
            // What lies beyond was left by a crash, or is being written now.
            bytes = (ulong)bytes.Length >= last.Length ? bytes[..(int)last.Length] : throw new InvalidDataException($"{path} is shorter than what was stored in it");
        }

        heads.Read(bytes, path, only);
    }

    /// <summary>The first hashes of a tile that is held to at least this width.</summary>
    /// <returns>32 bytes each; zeros for what lies before the start.</returns>
    public byte[] ReadTile(TileLogState state, int level, ulong index, int width)
    {
        int held = Tile.WidthIn(level, index, state.Size);
        if (IsBeforeStart(state, level, index, width))
        {
            return new byte[width * Merkle.HashLength];
        }

        (byte[] bytes, string path, int found) = ReadSized(n => TilePath.Tile(level, index, n), held);
        return bytes.Length == found * Merkle.HashLength ? bytes[..(width * Merkle.HashLength)] : throw new InvalidDataException($"{path} does not have {found} hashes");
    }

    /// <summary>The entries of a bundle, to the width that it has in this state; empty where blank or before the start.</summary>
    public ReadOnlyMemory<byte>[] ReadBundle(TileLogState state, ulong index)
    {
        int held = Tile.WidthIn(0, index, state.Size);
        if (IsBeforeStart(state, 0, index, held))
        {
            return new ReadOnlyMemory<byte>[held];
        }

        (byte[] bytes, string path, int found) = ReadSized(n => TilePath.Bundle(index, n), held);
        return EntryBundle.Read(bytes, found, path)[..held];
    }

    /// <summary>The bytes of a bundle exactly as wide as in this state.</summary>
    public byte[] ReadBundleBytes(TileLogState state, ulong index, int width) => IsBeforeStart(state, 0, index, width)
        ? new byte[width * EntryBundle.LengthBytes]
        : File.ReadAllBytes(Full(TilePath.Bundle(index, width)));

    /// <summary>Whether nothing of a tile to this width is held: all its hashes are of subtrees that end at or before the start.</summary>
    public static bool IsBeforeStart(TileLogState state, int level, ulong index, int width) =>
        ((index * Tile.Width) + (ulong)width) << (level * Tile.Height) <= state.Start.Size;

    public static SignedHead? Newest(IEnumerable<SignedHead> heads)
    {
        SignedHead? newest = null;
        foreach (SignedHead head in heads)
        {
            newest = newest is null || head.Size >= newest.Size ? head : newest;
        }

        return newest;
    }

    private (byte[] Bytes, string Path, int Width) ReadSized(Func<int, string> pathOf, int width)
    {
        string path = Full(pathOf(width));
        if (TryRead(path) is { } bytes)
        {
            return (bytes, path, width);
        }

        // A writer goes on while this reads: it removes a partial file only once the full one has its name.
        string full = Full(pathOf(Tile.Width));
        if (width < Tile.Width && TryRead(full) is { } wider)
        {
            return (wider, full, Tile.Width);
        }

        throw new InvalidDataException($"{path} is missing");
    }

    private static byte[]? TryRead(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception inner) when (inner is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
