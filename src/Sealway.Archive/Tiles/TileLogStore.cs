namespace Sealway.Archive;

using System.Collections.Concurrent;
using System.Globalization;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// Logs kept for decades as files that never change: <c>&lt;name&gt;/&lt;generation&gt;/tile/…</c> in the layout of C2SP tlog-tiles, which any
/// static file server can serve, beside them <c>head</c> (COSE, where tlog-tiles has a checkpoint), <c>heads/…</c> with the
/// countersignatures, and small files of the store's own. One process writes; others may open the same folder to be read.
/// </summary>
public sealed class TileLogStore : ILogStore
{
    /// <summary>The file that the one writer holds open.</summary>
    internal const string LockFile = "lock";

    private readonly string _root;
    private readonly bool _readOnly;
    private readonly Action<string>? _step;
    private readonly FileStream? _lock;
    private readonly ConcurrentDictionary<LogId, Lazy<TileLog>> _logs = new();
    private volatile bool _closed;

    private TileLogStore(string root, bool readOnly, Action<string>? step, FileStream? held)
    {
        _root = root;
        _readOnly = readOnly;
        _step = step;
        _lock = held;
    }

    /// <summary>Opens a store, or makes a new one.</summary>
    /// <param name="folder">The folder; it is made with mode 0750 where it is missing.</param>
    /// <returns>The store.</returns>
    /// <exception cref="InvalidDataException">A log's state is damaged; the text names the file.</exception>
    /// <exception cref="IOException">The folder cannot be written, or another process writes it.</exception>
    public static TileLogStore Open(string folder) => Open(folder, readOnly: false, step: null);

    /// <summary>Opens a store to be read, as it is at this moment, also while another process writes it.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The store.</returns>
    /// <exception cref="DirectoryNotFoundException">There is none.</exception>
    /// <exception cref="InvalidDataException">A log's state is damaged; the text names the file.</exception>
    public static TileLogStore OpenToRead(string folder) => Open(folder, readOnly: true, step: null);

    internal static TileLogStore Open(string folder, bool readOnly, Action<string>? step)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string root = Path.GetFullPath(folder);
        FileStream? held = null;
        if (!readOnly)
        {
            DurableFiles files = new(root);
            files.CreateFolder(root);
            files.Flush();
            FileStreamOptions options = DurableFiles.Options(FileMode.OpenOrCreate);
            options.Share = FileShare.None;
            held = new FileStream(Path.Combine(root, LockFile), options);
        }

        TileLogStore store = new(root, readOnly, step, held);
        try
        {
            foreach (LogId log in LogFolders(root))
            {
                _ = store.Find(log);
            }

            return store;
        }
        catch
        {
            held?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<LogId>> Logs(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        RequireOpen();
        return ValueTask.FromResult<IReadOnlyList<LogId>>([.. _logs.Where(pair => pair.Value.Value.View.State is not null).Select(pair => pair.Key).Order()]);
    }

    /// <inheritdoc/>
    public ValueTask<LogState?> State(LogId log, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        TileLogView view = View(log);
        return ValueTask.FromResult(view.State is not { } state ? null : new LogState(
            log,
            state.Start.Size,
            Math.Max(state.Start.Size, view.Blanks.End),
            state.Witnesses.Count == 0 ? 0 : state.Witnesses.Max(witness => witness.Greatest),
            state.LastAt,
            state.Frontier.Clone(),
            view.Latest));
    }

    /// <inheritdoc/>
    public ValueTask Start(LogId log, Frontier frontier, SignedHead head, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(frontier);
        ArgumentNullException.ThrowIfNull(head);
        if (head.Head.Claims.Log != log || head.Size != frontier.Size || !head.Head.Root.Span.SequenceEqual(frontier.Root()))
        {
            throw new ArgumentException("the head is not this tree's", nameof(head));
        }

        ct.ThrowIfCancellationRequested();
        return Find(log).Start(frontier.Clone(), head, ct);
    }

    /// <inheritdoc/>
    public ValueTask Append(LogId log, ulong from, IReadOnlyList<LogEntry> entries, SignedHead? head, IReadOnlyList<Note>? notes, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ct.ThrowIfCancellationRequested();
        RequireEntries(entries);
        foreach (Note note in notes ?? [])
        {
            if (note.Name is not { Length: > 0 and <= Log.Note.MaxName } || note.Value is { Length: > Log.Note.MaxValue })
            {
                throw new ArgumentException("a note beyond its limits", nameof(notes));
            }
        }

        return Find(log).Append(from, entries, head, notes ?? [], ct);
    }

    /// <inheritdoc/>
    public ValueTask PutHead(LogId log, SignedHead head, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(head);
        return Find(log).PutHead(head, ct);
    }

    /// <inheritdoc/>
    public ValueTask<SignedHead?> HeadAt(LogId log, ulong size, CancellationToken ct) =>
        Head(log, size, size, null, found => found[^1], false, ct);

    /// <inheritdoc/>
    public ValueTask<SignedHead?> LatestHead(LogId log, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return ValueTask.FromResult(View(log).Latest);
    }

    /// <inheritdoc/>
    public ValueTask<SignedHead?> HeadAtOrAfter(LogId log, ulong size, Kid? countersignedBy, CancellationToken ct) =>
        Head(log, size, Merkle.MaxSize, countersignedBy, found => found.MinBy(head => head.Size), false, ct);

    /// <inheritdoc/>
    public ValueTask<SignedHead?> HeadAtOrBefore(LogId log, ulong size, Kid? countersignedBy, CancellationToken ct) =>
        Head(log, 0, size, countersignedBy, TileLogFiles.Newest, true, ct);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<SignedHead>> Heads(LogId log, ulong from, ulong to, int most, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        ct.ThrowIfCancellationRequested();
        return ValueTask.FromResult<IReadOnlyList<SignedHead>>(
            [.. Segments(log, from, to, null, descending: false).SelectMany(found => found.OrderBy(head => head.Size)).Take(most)]);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<LogEntry>> Read(LogId log, ulong from, ulong to, int maxBytes, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        List<LogEntry> entries = [];
        TileLogView view = View(log);
        if (view.State is not { } state)
        {
            return ValueTask.FromResult<IReadOnlyList<LogEntry>>(entries);
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(from, state.Start.Size);
        to = Math.Min(to, state.Size);
        long left = maxBytes;
        for (ulong bundle = from / Tile.Width; bundle * Tile.Width < to; bundle++)
        {
            foreach (LogEntry entry in ReadBundle(log, view, bundle, from, to))
            {
                left -= entry.Bytes.Length;
                if (left < 0 && entries.Count > 0)
                {
                    return ValueTask.FromResult<IReadOnlyList<LogEntry>>(entries);
                }

                entries.Add(entry);
            }
        }

        return ValueTask.FromResult<IReadOnlyList<LogEntry>>(entries);
    }

    /// <inheritdoc/>
    public ITileSource Tiles(LogId log) => new TileSource(() =>
    {
        RequireOpen();
        return _logs.TryGetValue(log, out Lazy<TileLog>? held) ? held.Value : null;
    });

    /// <inheritdoc/>
    public ValueTask Blank(LogId log, ulong from, ulong to, CancellationToken ct) => Find(log).Blank(from, to, ct);

    /// <inheritdoc/>
    public ValueTask Erase(LogId log, ulong from, ulong to, CancellationToken ct) => Find(log).Erase(from, to, ct);

    /// <inheritdoc/>
    public ValueTask<byte[]?> Note(LogId log, string name, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return ValueTask.FromResult(View(log).Notes.TryGetValue(name, out byte[]? value) ? (byte[])value.Clone() : null);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Note>> Notes(LogId log, string prefix, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return ValueTask.FromResult<IReadOnlyList<Note>>(
            [.. View(log).Notes.Where(note => note.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(note => new Note(note.Key, (byte[])note.Value.Clone()))]);
    }

    /// <inheritdoc/>
    public ValueTask PutFork(ForkEvidence fork, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(fork);
        return Find(fork.Log).PutFork(fork, ct);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ForkEvidence>> Forks(LogId log, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        RequireOpen();
        return ValueTask.FromResult(_logs.TryGetValue(log, out Lazy<TileLog>? held) ? held.Value.Forks(held.Value.View) : []);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _closed = true;
        foreach (Lazy<TileLog> log in _logs.Values)
        {
            log.Value.Dispose();
        }

        _lock?.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Whether a process writes the store now.</summary>
    internal static bool HasWriter(string folder)
    {
        try
        {
            using FileStream file = new(Path.Combine(folder, LockFile), FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>The folder of a log.</summary>
    internal static string FolderOf(string root, LogId log) => Path.Combine(root, log.Name, log.Generation.ToString(CultureInfo.InvariantCulture));

    /// <summary>The logs that have a folder, by name and generation.</summary>
    internal static IEnumerable<LogId> LogFolders(string root)
    {
        foreach (string name in Directory.GetDirectories(root).Order(StringComparer.Ordinal))
        {
            foreach (string generation in Directory.GetDirectories(name))
            {
                if (LogId.TryParse($"{Path.GetFileName(name)}/{Path.GetFileName(generation)}", out LogId log))
                {
                    yield return log;
                }
            }
        }
    }

    internal TileLogView View(LogId log)
    {
        RequireOpen();
        return _logs.TryGetValue(log, out Lazy<TileLog>? held) ? held.Value.View : TileLogView.Nothing;
    }

    private TileLog Find(LogId log)
    {
        RequireOpen();
        return _logs.GetOrAdd(log, static (id, store) => new Lazy<TileLog>(() => new TileLog(id, FolderOf(store._root, id), store._readOnly, store._step)), this).Value;
    }

    private void RequireOpen() => ObjectDisposedException.ThrowIf(_closed, this);

    private static void RequireEntries(IReadOnlyList<LogEntry> entries)
    {
        Span<byte> hash = stackalloc byte[Merkle.HashLength];
        foreach (LogEntry entry in entries)
        {
            if (entry.Bytes.Length > Limits.EntryBytes || entry.Hash is not { Length: Merkle.HashLength })
            {
                throw new ArgumentException("an entry beyond its limits", nameof(entries));
            }

            if (!entry.IsBlank)
            {
                Merkle.LeafHash(entry.Bytes.Span, hash);
                if (!hash.SequenceEqual(entry.Hash))
                {
                    throw new ArgumentException("an entry's hash is not that of its bytes", nameof(entries));
                }
            }
        }
    }

    private List<LogEntry> ReadBundle(LogId log, TileLogView view, ulong bundle, ulong from, ulong to)
    {
        TileLogState state = view.State!;
        TileLogFiles files = Find(log).Files;
        ReadOnlyMemory<byte>[] bytes = files.ReadBundle(state, bundle);
        byte[] hashes = files.ReadTile(state, 0, bundle, bytes.Length);
        List<LogEntry> entries = [];
        for (int i = 0; i < bytes.Length; i++)
        {
            ulong index = (bundle * Tile.Width) + (ulong)i;
            if (index < from || index >= to)
            {
                continue;
            }

            byte[] hash = hashes[(i * Merkle.HashLength)..((i + 1) * Merkle.HashLength)];
            bool isErased = view.Erased.Contains(index);
            bool isBlank = isErased || view.Blanks.Contains(index);

            // What is given out is what was put in, or nothing: a disk rots in decades.
            if (!isBlank && (bytes[i].IsEmpty || !Merkle.LeafHash(bytes[i].Span).AsSpan().SequenceEqual(hash)))
            {
                throw new InvalidDataException($"{files.Full(TilePath.Bundle(bundle, bytes.Length))}: entry {index} of {log} is damaged");
            }

            entries.Add(isErased ? LogEntry.Erased(hash) : new LogEntry(isBlank ? default : bytes[i], hash));
        }

        return entries;
    }

    private ValueTask<SignedHead?> Head(LogId log, ulong from, ulong to, Kid? kid, Func<List<SignedHead>, SignedHead?> choose, bool descending, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Segments(log, from, to, kid, descending).Select(choose).FirstOrDefault());
    }

    /// <summary>The heads of a range of sizes, segment by segment, each in the order of storing; segments without any are left out.</summary>
    private IEnumerable<List<SignedHead>> Segments(LogId log, ulong from, ulong to, Kid? kid, bool descending)
    {
        TileLogView view = View(log);
        if (view is not { State: { } state, Latest: { } latest })
        {
            yield break;
        }

        from = Math.Max(from, state.Start.Size);
        to = Math.Min(to, latest.Size);
        if (kid is { } witness)
        {
            (Kid Kid, ulong Least, ulong Greatest)? range = state.Witnesses.Where(one => one.Kid == witness).Select(one => ((Kid, ulong, ulong)?)one).FirstOrDefault();
            from = Math.Max(from, range?.Least ?? ulong.MaxValue);
            to = Math.Min(to, range?.Greatest ?? 0);
        }

        if (from > to)
        {
            yield break;
        }

        TileLogFiles files = Find(log).Files;
        ulong first = HeadSegment.Of(from);
        ulong count = HeadSegment.Of(to) - first + 1;
        for (ulong i = 0; i < count; i++)
        {
            List<SignedHead> found = [.. files.ReadHeads(state, descending ? first + count - 1 - i : first + i).Heads
                .Where(head => head.Size >= from && head.Size <= to && (kid is not { } by || head.HasFrom(by)))];
            if (found.Count > 0)
            {
                yield return found;
            }
        }
    }
}
