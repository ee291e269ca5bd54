namespace Sealway.Log;

using System.Globalization;
using Microsoft.Data.Sqlite;
using Sealway.Messages;

/// <summary>The store on one machine: all logs in one SQLite file, WAL, synchronous=FULL. The file is readable by its owner alone.</summary>
public sealed class SqliteLogStore : ILogStore
{
    private readonly SqliteWriter _writer;
    private readonly SqliteReaders _readers;

    private SqliteLogStore(SqliteWriter writer, SqliteReaders readers)
    {
        _writer = writer;
        _readers = readers;
    }

    /// <summary>Opens a store, or makes a new one.</summary>
    /// <param name="path">The file; its folder exists. SQLite keeps two more beside it, with <c>-wal</c> and <c>-shm</c> after the name.</param>
    /// <param name="mostPages">The most pages of 8,192 bytes that the file may have; 0: as the disk has room. A write beyond is refused as on a full disk.</param>
    /// <returns>The store.</returns>
    /// <exception cref="InvalidDataException">The file is not a store of this version.</exception>
    /// <exception cref="LogStoreFullException">The disk has no room for what SQLite keeps beside the file.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static SqliteLogStore Open(string path, int mostPages = 0)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfNegative(mostPages);
        if (!OperatingSystem.IsWindows())
        {
            // SQLite gives its other files the mode of this one.
            using FileStream file = new(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.ReadWrite,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
        }

        SqliteSession? session = null;
        try
        {
            session = new SqliteSession(path);
            SqliteSchema.Require(session.Connection, path);

            // Bytes taken away right before a crash may still be in the write-ahead log.
            SqliteSchema.Run(session.Connection, "PRAGMA wal_checkpoint(TRUNCATE)");
            if (mostPages > 0)
            {
                SqliteSchema.Run(session.Connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count = {mostPages}"));
            }

            return new SqliteLogStore(new SqliteWriter(session, path), new SqliteReaders(path));
        }
        catch (SqliteException inner) when (inner.SqliteErrorCode == 26)
        {
            session?.Dispose();
            throw new InvalidDataException($"{path} is not a store", inner);
        }
        catch (SqliteException inner)
        {
            session?.Dispose();
            throw SqliteTrouble.IsNoRoomToOpen(inner) ? new LogStoreFullException(path, inner) : new IOException($"{path} cannot be opened", inner);
        }
        catch
        {
            session?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<LogId>> Logs(CancellationToken ct) => Read(SqliteReads.Logs, ct);

    /// <inheritdoc/>
    public ValueTask<LogState?> State(LogId log, CancellationToken ct) => Read(session => SqliteReads.State(session, log), ct);

    /// <inheritdoc/>
    public ValueTask Start(LogId log, Frontier frontier, SignedHead head, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(frontier);
        ArgumentNullException.ThrowIfNull(head);
        RequireHead(log, frontier, head);
        Frontier own = frontier.Clone();
        return _writer.Write(session => SqliteWrites.Start(session, log, own, head), wipe: false, ct);
    }

    /// <inheritdoc/>
    public ValueTask Append(LogId log, ulong from, IReadOnlyList<LogEntry> entries, SignedHead? head, IReadOnlyList<Note>? notes, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(entries);
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

        foreach (Note note in notes ?? [])
        {
            if (note.Name is not { Length: > 0 and <= Log.Note.MaxName } || note.Value is { Length: > Log.Note.MaxValue })
            {
                throw new ArgumentException("a note beyond its limits", nameof(notes));
            }
        }

        return _writer.Write(session => SqliteWrites.Append(session, log, from, entries, head, notes ?? []), wipe: false, ct);
    }

    /// <inheritdoc/>
    public ValueTask PutHead(LogId log, SignedHead head, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(head);
        return _writer.Write(session => SqliteWrites.PutHead(session, log, head), wipe: false, ct);
    }

    /// <inheritdoc/>
    public ValueTask<SignedHead?> HeadAt(LogId log, ulong size, CancellationToken ct) =>
        Read(session => SqliteReads.HeadAt(session, log, size), ct);

    /// <inheritdoc/>
    public ValueTask<SignedHead?> LatestHead(LogId log, CancellationToken ct) =>
        Read(session => SqliteReads.HeadAtOrBefore(session, log, Merkle.MaxSize, null), ct);

    /// <inheritdoc/>
    public ValueTask<SignedHead?> HeadAtOrAfter(LogId log, ulong size, Kid? countersignedBy, CancellationToken ct) =>
        Read(session => SqliteReads.HeadAtOrAfter(session, log, size, countersignedBy), ct);

    /// <inheritdoc/>
    public ValueTask<SignedHead?> HeadAtOrBefore(LogId log, ulong size, Kid? countersignedBy, CancellationToken ct) =>
        Read(session => SqliteReads.HeadAtOrBefore(session, log, size, countersignedBy), ct);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<SignedHead>> Heads(LogId log, ulong from, ulong to, int most, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        return Read(session => SqliteReads.Heads(session, log, from, to, most), ct);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<LogEntry>> Read(LogId log, ulong from, ulong to, int maxBytes, CancellationToken ct) =>
        Read(session => SqliteReads.Entries(session, log, from, to, maxBytes), ct);

    /// <inheritdoc/>
    public ITileSource Tiles(LogId log) => new SqliteTiles(_readers, log);

    /// <inheritdoc/>
    public ValueTask Blank(LogId log, ulong from, ulong to, CancellationToken ct) =>
        _writer.Write(session => SqliteWrites.Blank(session, log, from, to), wipe: true, ct);

    /// <inheritdoc/>
    public ValueTask Erase(LogId log, ulong from, ulong to, CancellationToken ct) =>
        _writer.Write(session => SqliteWrites.Erase(session, log, from, to), wipe: true, ct);

    /// <inheritdoc/>
    public ValueTask<byte[]?> Note(LogId log, string name, CancellationToken ct) => Read(session => SqliteReads.Note(session, log, name), ct);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Note>> Notes(LogId log, string prefix, CancellationToken ct) => Read(session => SqliteReads.Notes(session, log, prefix), ct);

    /// <inheritdoc/>
    public ValueTask PutFork(ForkEvidence fork, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(fork);
        return _writer.Write(session => SqliteWrites.PutFork(session, fork), wipe: false, ct);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ForkEvidence>> Forks(LogId log, CancellationToken ct) => Read(session => SqliteReads.Forks(session, log), ct);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _readers.Dispose();
        await _writer.DisposeAsync().ConfigureAwait(false);
    }

    internal static void RequireHead(LogId log, Frontier frontier, SignedHead head)
    {
        if (head.Head.Claims.Log != log || head.Size != frontier.Size || !head.Head.Root.Span.SequenceEqual(frontier.Root()))
        {
            throw new ArgumentException("the head is not this tree's", nameof(head));
        }
    }

    // A local file answers within the time that handing over to another thread takes.
    private ValueTask<T> Read<T>(Func<SqliteSession, T> read, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        try
        {
            return ValueTask.FromResult(_readers.Read(read));
        }
        catch (SqliteException inner)
        {
            throw new IOException("the log store's file cannot be read", inner);
        }
    }
}
