namespace Sealway.Log;

using Sealway.Messages;

/// <summary>The writes, each within the savepoint that <see cref="SqliteWriter"/> opens.</summary>
internal static class SqliteWrites
{
    public static void Start(SqliteSession session, LogId log, Frontier frontier, SignedHead head)
    {
        if (SqliteReads.Row(session, log) is { } held)
        {
            throw new LogStoreConflictException(log, frontier.Size, held.Frontier.Size);
        }

        long id = Create(session, log, frontier);
        PutHead(session, id, head);
    }

    public static void Append(SqliteSession session, LogId log, ulong from, IReadOnlyList<LogEntry> entries, SignedHead? head, IReadOnlyList<Note> notes)
    {
        SqliteLogRow? row = SqliteReads.Row(session, log);
        Frontier frontier = row?.Frontier ?? new Frontier();
        if (frontier.Size != from)
        {
            throw new LogStoreConflictException(log, from, frontier.Size);
        }

        long id = row?.Id ?? Create(session, log, frontier);
        if (entries.Count > 0)
        {
            Insert(session, id, frontier, entries);
            session.Run(
                "UPDATE logs SET size = $2, frontier = $3, last_at = coalesce($4, last_at) WHERE id = $1",
                id, frontier.Size, Flat(frontier), LastAt(entries));
        }

        if (head is not null)
        {
            SqliteLogStore.RequireHead(log, frontier, head);
            PutHead(session, id, head);
        }

        foreach (Note note in notes)
        {
            if (note.Value is null)
            {
                session.Run("DELETE FROM notes WHERE log = $1 AND name = $2", id, note.Name);
            }
            else
            {
                session.Run(
                    "INSERT INTO notes (log, name, value) VALUES ($1, $2, $3) ON CONFLICT (log, name) DO UPDATE SET value = excluded.value",
                    id, note.Name, note.Value);
            }
        }
    }

    public static void PutHead(SqliteSession session, LogId log, SignedHead head)
    {
        SqliteLogRow? row = SqliteReads.Row(session, log);
        if (row is null || head.Head.Claims.Log != log || head.Size > row.Frontier.Size || head.Size < row.Start)
        {
            throw new ArgumentException("the head is of another log or of a size not held", nameof(head));
        }

        PutHead(session, row.Id, head);
    }

    public static void Blank(SqliteSession session, LogId log, ulong from, ulong to)
    {
        if (SqliteReads.Row(session, log) is { } row)
        {
            session.Run(
                "UPDATE entries SET bytes = NULL WHERE log = $1 AND idx >= $2 AND idx < $3 AND length(bytes) > 0",
                row.Id, Math.Min(from, Merkle.MaxSize), Math.Min(to, Merkle.MaxSize));
        }
    }

    public static void Erase(SqliteSession session, LogId log, ulong from, ulong to)
    {
        if (SqliteReads.Row(session, log) is { } row)
        {
            (ulong first, ulong end) = (Math.Min(from, Merkle.MaxSize), Math.Min(to, Merkle.MaxSize));
            session.Run("UPDATE entries SET bytes = x'' WHERE log = $1 AND idx >= $2 AND idx < $3 AND (bytes IS NULL OR length(bytes) > 0)", row.Id, first, end);
            session.Run(
                "UPDATE fork_entries SET bytes = NULL FROM forks f WHERE f.id = fork AND f.log = $1 AND f.start + place >= $2 AND f.start + place < $3 AND bytes IS NOT NULL",
                row.Id, first, end);
        }
    }

    public static void PutFork(SqliteSession session, ForkEvidence fork)
    {
        SqliteLogRow row = SqliteReads.Row(session, fork.Log) ?? throw new ArgumentException("a fork of a log that is not held", nameof(fork));
        bool full = (long)session.One("SELECT count(*) FROM forks WHERE log = $1", row.Id)! >= ILogStore.MaxForks;
        if (full || session.One("SELECT 1 FROM forks WHERE log = $1 AND held = $2 AND other = $3", row.Id, fork.Held.Bytes, fork.Other.Bytes) is not null)
        {
            return;
        }

        long id = (long)session.One(
            "INSERT INTO forks (log, held, other, start, idx) VALUES ($1, $2, $3, $4, $5) RETURNING id",
            row.Id, fork.Held.Bytes, fork.Other.Bytes, fork.From, fork.Index)!;
        for (int place = 0; place < fork.Entries.Count; place++)
        {
            LogEntry entry = fork.Entries[place];
            session.Run(
                "INSERT INTO fork_entries (fork, place, hash, bytes) VALUES ($1, $2, $3, $4)",
                id, place, entry.Hash, entry.IsBlank ? null : (object)entry.Bytes);
        }
    }

    private static long Create(SqliteSession session, LogId log, Frontier frontier)
    {
        byte[] flat = Flat(frontier);
        return (long)session.One(
            "INSERT INTO logs (name, start, start_frontier, size, frontier, last_at) VALUES ($1, $2, $3, $2, $3, 0) RETURNING id",
            log, frontier.Size, flat)!;
    }

    private static void Insert(SqliteSession session, long id, Frontier frontier, IReadOnlyList<LogEntry> entries)
    {
        List<TileHash> completed = [];
        foreach (LogEntry entry in entries)
        {
            session.Run(
                "INSERT INTO entries (log, idx, hash, bytes) VALUES ($1, $2, $3, $4)",
                id, frontier.Size, entry.Hash, entry.IsErased ? Array.Empty<byte>() : entry.IsBlank ? null : (object)entry.Bytes);
            frontier.Append(entry.Hash, completed);
        }

        foreach (TileHash tile in completed)
        {
            session.Run("INSERT INTO tiles (log, level, idx, hash) VALUES ($1, $2, $3, $4)", id, tile.Level, tile.Index, tile.Hash);
        }
    }

    private static void PutHead(SqliteSession session, long id, SignedHead head)
    {
        long? seq = (long?)session.One("SELECT seq FROM heads WHERE log = $1 AND size = $2 AND bytes = $3", id, head.Size, head.Head.Bytes);
        if (seq is null)
        {
            seq = (long)session.One("SELECT coalesce(max(seq) + 1, 0) FROM heads WHERE log = $1 AND size = $2", id, head.Size)!;
            session.Run("INSERT INTO heads (log, size, seq, bytes) VALUES ($1, $2, $3, $4)", id, head.Size, seq, head.Head.Bytes);
        }

        foreach (Countersignature countersignature in head.Countersignatures)
        {
            long place = (long)session.One("SELECT count(*) FROM countersignatures WHERE log = $1 AND size = $2 AND seq = $3", id, head.Size, seq)!;
            if (place < Limits.Countersignatures)
            {
                session.Run(
                    "INSERT INTO countersignatures (log, size, seq, place, kid, bytes) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (log, kid, size, seq) DO NOTHING",
                    id, head.Size, seq, place, countersignature.Kid, countersignature.ToArray());
            }
        }
    }

    /// <summary>The clock of the last entry that has one. A log takes any bytes, so what cannot be read is passed over.</summary>
    private static ulong? LastAt(IReadOnlyList<LogEntry> entries)
    {
        for (int i = entries.Count - 1; i >= 0; i--)
        {
            if (!entries[i].IsBlank)
            {
                try
                {
                    return Entry.FromUntrusted(entries[i].Bytes).At;
                }
                catch (MessageException)
                {
                    continue;
                }
            }
        }

        return null;
    }

    private static byte[] Flat(Frontier frontier) => [.. frontier.Hashes.SelectMany(hash => hash)];
}
