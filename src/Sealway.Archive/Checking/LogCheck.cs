namespace Sealway.Archive;

using System.Globalization;
using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// Checks one log's folder from the first bundle to the last: bytes against leaf hashes, tiles against the tree that these
/// make, heads against their roots and keys, the state against all of it.
/// </summary>
internal sealed class LogCheck
{
    private readonly LogId _log;
    private readonly string _folder;
    private readonly CheckedFiles _files;
    private readonly ArchiveCheckReport _report;
    private readonly TileLogState _state;
    private readonly DateTime _changed;
    private readonly BlankRanges _blanks;
    private readonly BlankRanges _erased;
    private readonly HeadCheck _heads;
    private readonly Dictionary<int, (ulong Index, byte[]? Bytes)> _tiles = [];
    private readonly Frontier _tree;
    private ulong _lastAt;

    private LogCheck(LogId log, string folder, CheckedFiles files, ArchiveCheckReport report, TileLogState state)
    {
        _log = log;
        _folder = folder;
        _files = files;
        _report = report;
        _state = state;
        _changed = files.ChangedAt(At(TilePath.State));
        _tree = state.Start.Clone();
        _heads = new HeadCheck(log, folder, files, report, state);
        _blanks = state.Blanks is { } blanks
            ? files.Read(At(TilePath.Numbered(TilePath.Blanks, blanks.Number)), bytes => BlankRanges.Read(HashedFile.Require(bytes, blanks.Hash, TilePath.Blanks), TilePath.Blanks)) ?? BlankRanges.None
            : BlankRanges.None;
        _erased = state.Erased is { } erased
            ? files.Read(At(TilePath.Numbered(TilePath.Erased, erased.Number)), bytes => BlankRanges.Read(HashedFile.Require(bytes, erased.Hash, TilePath.Erased), TilePath.Erased)) ?? BlankRanges.None
            : BlankRanges.None;
    }

    /// <summary>Whether nothing was found wrong with the entries.</summary>
    public bool IsSound { get; private set; } = true;

    /// <summary>Entries.</summary>
    public ulong Size => _state.Size;

    /// <summary>The first index held.</summary>
    public ulong Start => _state.Start.Size;

    /// <summary>Reads the state, which says what belongs to the log.</summary>
    /// <returns>Null if it is damaged, which is noted: then nothing else can be said of this log.</returns>
    public static LogCheck? Open(LogId log, string folder, CheckedFiles files, ArchiveCheckReport report) =>
        files.Read($"{folder}/{TilePath.State}", bytes => TileLogState.Read(bytes, TilePath.State)) is { } state ? new LogCheck(log, folder, files, report, state) : null;

    /// <summary>Checks everything, and hands out each entry.</summary>
    /// <param name="keys">Whose signatures are accepted; asked again after each bundle, so that the registry can prove itself.</param>
    /// <param name="isWritten">Whether the archive runs: then an order that has just come may still be carried out.</param>
    /// <param name="entry">Takes each entry in order; empty for a blank, and for one that is damaged.</param>
    /// <param name="progress">Is told how many entries are done.</param>
    /// <param name="ct">Ends it.</param>
    public void Run(Func<RegistryKeys> keys, bool isWritten, Action<ulong, ReadOnlyMemory<byte>> entry, Action<ulong> progress, CancellationToken ct)
    {
        for (ulong segment = HeadSegment.Of(Start); segment <= HeadSegment.Of(Size); segment++)
        {
            ct.ThrowIfCancellationRequested();
            _heads.Begin(segment);
            _heads.At(_tree);
            if ((segment * Tile.Width) < Size && !TileLogFiles.IsBeforeStart(_state, 0, segment, Tile.WidthIn(0, segment, Size)) && !Bundle(segment, keys().View, isWritten, entry))
            {
                // Without these leaves the tree cannot be made any further.
                IsSound = false;
                return;
            }

            _heads.End(keys());
            progress(_tree.Size);
        }

        Partials();
        State();
        Forks(keys());
    }

    /// <summary>Notes the files that do not belong. Beside a writer, what it has written since is not strange.</summary>
    /// <param name="isWritten">Whether the archive runs.</param>
    public void Strangers(bool isWritten)
    {
        if (!isWritten && _heads.Latest is { } latest && _files.Read(At(TilePath.Head)) is { } head && !head.AsSpan().SequenceEqual(latest.Head.Bytes.Span))
        {
            _files.Problem(At(TilePath.Head), "is not the newest head");
        }

        _files.Know(At(TilePath.Head));
        _files.Strangers(_folder, isWritten ? _changed : null);
    }

    private string At(string path) => $"{_folder}/{path}";

    private bool Bundle(ulong bundle, RegistryView registry, bool isWritten, Action<ulong, ReadOnlyMemory<byte>> entry)
    {
        int width = Tile.WidthIn(0, bundle, Size);
        (byte[]? bytes, string bundlePath, int held) = Sized(n => TilePath.Bundle(bundle, n), width);
        ReadOnlyMemory<byte>[]? entries = bytes is null ? null : Parse(bytes, held, bundlePath);
        byte[]? tile = Hashes(0, bundle, width, out string tilePath);
        if (entries is null && tile is null)
        {
            return false;
        }

        bool? tileIsRight = null;
        List<TileHash> completed = [];
        for (int i = 0; i < width; i++)
        {
            ulong index = (bundle * Tile.Width) + (ulong)i;
            ReadOnlyMemory<byte> content = entries?[i] ?? default;
            ReadOnlySpan<byte> stored = tile is null ? default : tile.AsSpan(i * Merkle.HashLength, Merkle.HashLength);
            if (index < Start)
            {
                RequireNothing(content, stored, index, bundlePath, tilePath);
                continue;
            }

            bool isErased = _erased.Contains(index);
            bool isBlank = isErased || _blanks.Contains(index);
            if (entries is not null && isBlank != content.IsEmpty)
            {
                Wrong(bundlePath, isBlank ? $"has bytes of entry {index}, which is blank" : $"has no bytes of entry {index}");
                content = default;
            }

            byte[] hash = content.IsEmpty ? stored.ToArray() : Merkle.LeafHash(content.Span);
            if (hash.Length == 0)
            {
                // A blank's hash is in the tile alone.
                return false;
            }

            if (!content.IsEmpty && tile is not null && !stored.SequenceEqual(hash))
            {
                tileIsRight ??= Fits(bundle, tile, width);
                Wrong(tileIsRight.Value ? bundlePath : tilePath, tileIsRight.Value ? $"entry {index} is not the one that was stored" : $"the hash of entry {index} is another");
                hash = tileIsRight.Value ? stored.ToArray() : hash;
                content = tileIsRight.Value ? default : content;
            }

            Orders(index, isErased, !content.IsEmpty && !isWritten, registry, bundlePath);
            Count(content, isBlank, isErased);
            completed.Clear();
            _tree.Append(hash, completed);
            completed.ForEach(Interior);
            entry(index, content);
            _heads.At(_tree);
        }

        return true;
    }

    /// <summary>An entry is kept as erased exactly if the registry orders it.</summary>
    private void Orders(ulong index, bool isErased, bool isHere, RegistryView registry, string bundlePath)
    {
        bool isOrdered = registry.IsErased(_log, index);
        if (isErased && !isOrdered)
        {
            Wrong(At(TilePath.Numbered(TilePath.Erased, _state.Erased!.Number)), $"entry {index} is kept as erased, and the registry does not order it");
        }
        else if (isOrdered && isHere)
        {
            Wrong(bundlePath, $"has bytes of entry {index}, which the registry orders erased: start the archive, which does it");
        }
    }

    private void Count(ReadOnlyMemory<byte> content, bool isBlank, bool isErased)
    {
        _report.Blanks += isBlank && !isErased ? 1u : 0;
        _report.Erased += isErased ? 1u : 0;
        _report.Entries += content.IsEmpty ? 0 : 1u;
        if (!content.IsEmpty)
        {
            try
            {
                _lastAt = Entry.FromUntrusted(content).At;
            }
            catch (MessageException)
            {
                // A log takes any bytes.
            }
        }
    }

    private void RequireNothing(ReadOnlyMemory<byte> content, ReadOnlySpan<byte> stored, ulong index, string bundlePath, string tilePath)
    {
        if (!content.IsEmpty)
        {
            Wrong(bundlePath, $"has bytes of entry {index}, before the start of the log here");
        }

        if (stored.ContainsAnyExcept((byte)0))
        {
            Wrong(tilePath, $"has a hash of entry {index}, before the start of the log here");
        }
    }

    /// <summary>Whether a tile of leaf hashes leads to what stands above it.</summary>
    private bool Fits(ulong bundle, byte[] tile, int width)
    {
        Frontier made = width == Tile.Width && Start <= bundle * Tile.Width ? new Frontier() : _tree.Clone();
        foreach (byte[] hash in tile.Chunk(Merkle.HashLength).Skip(made.Size == 0 ? 0 : (int)(_tree.Size - (bundle * Tile.Width))))
        {
            made.Append(hash);
        }

        if (made.Size != Tile.Width || Size == Tile.Width)
        {
            return made.Size == Size && made.Root().AsSpan().SequenceEqual(_state.Frontier.Root());
        }

        ulong above = bundle / Tile.Width;
        int place = (int)(bundle % Tile.Width);
        byte[]? parents = LoadTile(1, above);
        return parents is not null && parents.AsSpan(place * Merkle.HashLength, Merkle.HashLength).SequenceEqual(made.Root());
    }

    /// <summary>Compares a hash of an interior tile with the tree's.</summary>
    private void Interior(TileHash hash)
    {
        ulong index = hash.Index / Tile.Width;
        int place = (int)(hash.Index % Tile.Width);
        if (LoadTile(hash.Level, index) is { } bytes && !bytes.AsSpan(place * Merkle.HashLength, Merkle.HashLength).SequenceEqual(hash.Hash))
        {
            Wrong(At(TilePath.Tile(hash.Level, index, Tile.WidthIn(hash.Level, index, Size))), $"hash {place} is not that of the tile below");
        }
    }

    private byte[]? LoadTile(int level, ulong index)
    {
        if (!_tiles.TryGetValue(level, out (ulong Index, byte[]? Bytes) loaded) || loaded.Index != index)
        {
            int width = Tile.WidthIn(level, index, Size);
            byte[]? bytes = Hashes(level, index, width, out string path);
            for (int i = 0; i < width && bytes is not null; i++)
            {
                if (((index * Tile.Width) + (ulong)i + 1) << (level * Tile.Height) <= Start && bytes.AsSpan(i * Merkle.HashLength, Merkle.HashLength).ContainsAnyExcept((byte)0))
                {
                    Wrong(path, $"has a hash of what lies before the start of the log here");
                }
            }

            _tiles[level] = loaded = (index, bytes);
        }

        return loaded.Bytes;
    }

    private byte[]? Hashes(int level, ulong index, int width, out string path)
    {
        (byte[]? bytes, path, int held) = Sized(n => TilePath.Tile(level, index, n), width);
        if (bytes is not null && bytes.Length != held * Merkle.HashLength)
        {
            Wrong(path, $"does not have {held} hashes");
            return null;
        }

        return bytes?[..(width * Merkle.HashLength)];
    }

    private ReadOnlyMemory<byte>[]? Parse(byte[] bytes, int width, string path)
    {
        try
        {
            return EntryBundle.Read(bytes, width, path);
        }
        catch (InvalidDataException damage)
        {
            Wrong(path, damage.Message);
            return null;
        }
    }

    private (byte[]? Bytes, string Path, int Width) Sized(Func<int, string> pathOf, int width)
    {
        _report.Tiles++;
        string path = At(pathOf(width));

        // A writer that goes on may have made it full meanwhile.
        return width < Tile.Width && !_files.Exists(path) && _files.Exists(At(pathOf(Tile.Width)))
            ? (_files.Read(At(pathOf(Tile.Width))), At(pathOf(Tile.Width)), Tile.Width)
            : (_files.Read(path), path, width);
    }

    /// <summary>The earlier, narrower versions of the last tiles say the same.</summary>
    private void Partials()
    {
        Partials(n => TilePath.Bundle(Size / Tile.Width, n), Tile.WidthIn(0, Size / Tile.Width, Size));
        for (int level = 0; level <= Tile.MaxLevel; level++)
        {
            ulong edge = Size >> (level * Tile.Height) >> Tile.Height;
            int of = level;
            Partials(n => TilePath.Tile(of, edge, n), Tile.WidthIn(level, edge, Size));
        }
    }

    private void Partials(Func<int, string> pathOf, int width)
    {
        string current = At(pathOf(width));
        if (width == 0 || !_files.Exists(current) || _files.Read(current) is not { } bytes)
        {
            return;
        }

        foreach (string name in _files.NamesIn(At(TilePath.PartialsOf(pathOf(Tile.Width)))))
        {
            if (!int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int other) || other is 0 || other >= width || At(pathOf(other)) is not { } path || Path.GetFileName(path) != name)
            {
                continue;
            }

            // As many bytes as its own width has, and these the same.
            if (_files.Read(path) is { } earlier && !(bytes.AsSpan().StartsWith(earlier) && WidthOf(pathOf, earlier) == other))
            {
                Wrong(path, "differs from the tile that it became");
            }
        }
    }

    private static int WidthOf(Func<int, string> pathOf, byte[] bytes)
    {
        if (!pathOf(Tile.Width).StartsWith($"{TilePath.Tiles}/{TilePath.Entries}/", StringComparison.Ordinal))
        {
            return bytes.Length % Merkle.HashLength == 0 ? bytes.Length / Merkle.HashLength : -1;
        }

        int count = 0;
        ReadOnlySpan<byte> rest = bytes;
        for (; rest.Length >= EntryBundle.LengthBytes; count++)
        {
            int length = System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(rest);
            if (length > rest.Length - EntryBundle.LengthBytes)
            {
                return -1;
            }

            rest = rest[(EntryBundle.LengthBytes + length)..];
        }

        return rest.IsEmpty ? count : -1;
    }

    private void State()
    {
        string path = At(TilePath.State);
        if (!_tree.Root().AsSpan().SequenceEqual(_state.Frontier.Root()))
        {
            Wrong(path, "its frontier is not that of the entries");
        }

        if (_blanks.IsEmpty && _erased.IsEmpty && Start == 0 && IsSound && _lastAt != _state.LastAt)
        {
            Wrong(path, "its last time is not that of the entries");
        }

        _heads.State(path);
        if (_state.Notes is { } notes)
        {
            _ = _files.Read(At(TilePath.Numbered(TilePath.Notes, notes.Number)), bytes => NoteFile.Read(HashedFile.Require(bytes, notes.Hash, TilePath.Notes), TilePath.Notes));
        }
    }

    private void Forks(RegistryKeys keys)
    {
        for (int number = 0; number < _state.Forks.Count; number++)
        {
            string path = At(TilePath.Numbered(TilePath.Forks, (ulong)number));
            byte[] hash = _state.Forks[number];
            if (_files.Read(path, bytes => ForkFile.Read(_log, HashedFile.Require(bytes, hash, TilePath.Forks), TilePath.Forks)) is { } fork)
            {
                _report.Forks++;
                _heads.Verify(keys, fork.Held, path);
                _heads.Verify(keys, fork.Other, path);
            }
        }
    }

    private void Wrong(string path, string what)
    {
        IsSound = false;
        _files.Problem(path, what);
    }
}
