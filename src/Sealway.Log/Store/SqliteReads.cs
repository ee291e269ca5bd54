namespace Sealway.Log;

using Microsoft.Data.Sqlite;
using Sealway.Messages;

/// <summary>The reads, each within one transaction.</summary>
internal static class SqliteReads
{
    public static SqliteLogRow? Row(SqliteSession session, LogId log)
    {
        using SqliteDataReader row = session.Read("SELECT id, start, size, frontier, last_at FROM logs WHERE name = $1", log);
        return row.Read()
            ? new SqliteLogRow(row.GetInt64(0), (ulong)row.GetInt64(1), Unflat((ulong)row.GetInt64(2), (byte[])row[3]), (ulong)row.GetInt64(4))
            : null;
    }

    public static IReadOnlyList<LogId> Logs(SqliteSession session)
    {
        List<LogId> logs = [];
        using (SqliteDataReader rows = session.Read("SELECT name FROM logs"))
        {
            while (rows.Read())
            {
                logs.Add(LogId.Parse(rows.GetString(0)));
            }
        }

        logs.Sort();
        return logs;
    }

    public static LogState? State(SqliteSession session, LogId log)
    {
        if (Row(session, log) is not { } row)
        {
            return null;
        }

        long? blank = (long?)session.One("SELECT max(idx) FROM entries INDEXED BY blanks WHERE log = $1 AND bytes IS NULL", row.Id);
        long? countersigned = (long?)session.One("SELECT max(size) FROM countersignatures WHERE log = $1", row.Id);
        return new LogState(
            log,
            row.Start,
            blank is { } last ? (ulong)last + 1 : row.Start,
            (ulong)(countersigned ?? 0),
            row.LastAt,
            row.Frontier,
            HeadAtOrBefore(session, log, Merkle.MaxSize, null));
    }

    public static SignedHead? HeadAt(SqliteSession session, LogId log, ulong size) => Head(
        session,
        "SELECT h.log, h.size, h.seq, h.bytes FROM heads h JOIN logs l ON l.id = h.log WHERE l.name = $1 AND h.size = $2 ORDER BY h.seq DESC LIMIT 1",
        log, size);

    public static SignedHead? HeadAtOrAfter(SqliteSession session, LogId log, ulong size, Kid? kid) => kid is null
        ? Head(
            session,
            "SELECT h.log, h.size, h.seq, h.bytes FROM heads h JOIN logs l ON l.id = h.log WHERE l.name = $1 AND h.size >= $2 ORDER BY h.size, h.seq LIMIT 1",
            log, size)
        : Head(
            session,
            """
            SELECT h.log, h.size, h.seq, h.bytes FROM logs l JOIN countersignatures c ON c.log = l.id AND c.kid = $3
            JOIN heads h ON h.log = c.log AND h.size = c.size AND h.seq = c.seq
            WHERE l.name = $1 AND c.size >= $2 ORDER BY c.size, c.seq LIMIT 1
            """,
            log, size, kid);

    public static SignedHead? HeadAtOrBefore(SqliteSession session, LogId log, ulong size, Kid? kid) => kid is null
        ? Head(
            session,
            "SELECT h.log, h.size, h.seq, h.bytes FROM heads h JOIN logs l ON l.id = h.log WHERE l.name = $1 AND h.size <= $2 ORDER BY h.size DESC, h.seq DESC LIMIT 1",
            log, size)
        : Head(
            session,
            """
            SELECT h.log, h.size, h.seq, h.bytes FROM logs l JOIN countersignatures c ON c.log = l.id AND c.kid = $3
            JOIN heads h ON h.log = c.log AND h.size = c.size AND h.seq = c.seq
            WHERE l.name = $1 AND c.size <= $2 ORDER BY c.size DESC, c.seq DESC LIMIT 1
            """,
            log, size, kid);

    public static IReadOnlyList<SignedHead> Heads(SqliteSession session, LogId log, ulong from, ulong to, int most) => Heads(
        session,
        "SELECT h.log, h.size, h.seq, h.bytes FROM heads h JOIN logs l ON l.id = h.log WHERE l.name = $1 AND h.size BETWEEN $2 AND $3 ORDER BY h.size, h.seq LIMIT $4",
        log, Math.Min(from, Merkle.MaxSize + 1), Math.Min(to, Merkle.MaxSize), (long)most);

    public static IReadOnlyList<LogEntry> Entries(SqliteSession session, LogId log, ulong from, ulong to, int maxBytes)
    {
        List<LogEntry> entries = [];
        if (Row(session, log) is not { } row)
        {
            return entries;
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(from, row.Start);
        to = Math.Min(to, row.Frontier.Size);
        if (from >= to)
        {
            return entries;
        }

        using SqliteDataReader rows = session.Read("SELECT hash, bytes FROM entries WHERE log = $1 AND idx >= $2 AND idx < $3 ORDER BY idx", row.Id, from, to);
        for (long left = maxBytes; rows.Read();)
        {
            LogEntry entry = Entry(rows);
            left -= entry.Bytes.Length;
            if (left < 0 && entries.Count > 0)
            {
                break;
            }

            entries.Add(entry);
        }

        return entries;
    }

    public static byte[]? Note(SqliteSession session, LogId log, string name) =>
        (byte[]?)session.One("SELECT n.value FROM notes n JOIN logs l ON l.id = n.log WHERE l.name = $1 AND n.name = $2", log, name);

    public static IReadOnlyList<Note> Notes(SqliteSession session, LogId log, string prefix)
    {
        List<Note> notes = [];
        using SqliteDataReader rows = session.Read(
            "SELECT n.name, n.value FROM notes n JOIN logs l ON l.id = n.log WHERE l.name = $1 AND substr(n.name, 1, length($2)) = $2 ORDER BY n.name", log, prefix);
        while (rows.Read())
        {
            notes.Add(new Note(rows.GetString(0), (byte[])rows[1]));
        }

        return notes;
    }

    public static IReadOnlyList<ForkEvidence> Forks(SqliteSession session, LogId log)
    {
        List<(long Id, Head Held, Head Other, ulong Start, ulong? Index)> found = [];
        using (SqliteDataReader rows = session.Read(
            "SELECT f.id, f.held, f.other, f.start, f.idx FROM forks f JOIN logs l ON l.id = f.log WHERE l.name = $1 ORDER BY f.id", log))
        {
            while (rows.Read())
            {
                found.Add((
                    rows.GetInt64(0), Messages.Head.FromUntrusted((byte[])rows[1]), Messages.Head.FromUntrusted((byte[])rows[2]),
                    (ulong)rows.GetInt64(3), rows.IsDBNull(4) ? null : (ulong)rows.GetInt64(4)));
            }
        }

        return [.. found.Select(fork => new ForkEvidence(log, fork.Held, fork.Other, fork.Start, ForkEntries(session, fork.Id), fork.Index))];
    }

    /// <summary>Fills in the hashes of a tile that are held; the others stay null.</summary>
    public static byte[]?[] Tile(SqliteSession session, long id, int level, ulong index, int width)
    {
        byte[]?[] hashes = new byte[]?[width];
        ulong first = index * Log.Tile.Width;
        ulong end = first + (ulong)width;
        using SqliteDataReader rows = level == 0
            ? session.Read("SELECT idx, hash FROM entries WHERE log = $1 AND idx >= $2 AND idx < $3", id, first, end)
            : session.Read("SELECT idx, hash FROM tiles WHERE log = $1 AND level = $4 AND idx >= $2 AND idx < $3", id, first, end, (long)level);
        while (rows.Read())
        {
            hashes[(ulong)rows.GetInt64(0) - first] = (byte[])rows[1];
        }

        return hashes;
    }

    public static Frontier? StartFrontier(SqliteSession session, LogId log)
    {
        using SqliteDataReader row = session.Read("SELECT start, start_frontier FROM logs WHERE name = $1", log);
        return row.Read() ? Unflat((ulong)row.GetInt64(0), (byte[])row[1]) : null;
    }

    private static Frontier Unflat(ulong size, byte[] flat) => Frontier.FromUntrusted(size, [.. flat.Chunk(Merkle.HashLength)]);

    // Without bytes a blank; with none at all, which no entry has, an entry erased by order.
    private static LogEntry Entry(SqliteDataReader row) =>
        row.IsDBNull(1) ? LogEntry.Blank((byte[])row[0])
        : (byte[])row[1] is { Length: > 0 } bytes ? new LogEntry(bytes, (byte[])row[0])
        : LogEntry.Erased((byte[])row[0]);

    private static SignedHead? Head(SqliteSession session, string sql, params ReadOnlySpan<object?> values) =>
        Heads(session, sql, values) is [SignedHead head, ..] ? head : null;

    private static List<SignedHead> Heads(SqliteSession session, string sql, params ReadOnlySpan<object?> values)
    {
        List<(long Log, long Size, long Seq, byte[] Bytes)> found = [];
        using (SqliteDataReader rows = session.Read(sql, values))
        {
            while (rows.Read())
            {
                found.Add((rows.GetInt64(0), rows.GetInt64(1), rows.GetInt64(2), (byte[])rows[3]));
            }
        }

        return found.ConvertAll(head => new SignedHead(
            Messages.Head.FromUntrusted(head.Bytes), Countersignatures(session, head.Log, head.Size, head.Seq)));
    }

    private static List<Countersignature> Countersignatures(SqliteSession session, long log, long size, long seq)
    {
        List<Countersignature> list = [];
        using SqliteDataReader rows = session.Read(
            "SELECT bytes FROM countersignatures WHERE log = $1 AND size = $2 AND seq = $3 ORDER BY place", log, size, seq);
        while (rows.Read())
        {
            list.Add(Countersignature.FromUntrusted((byte[])rows[0]));
        }

        return list;
    }

    private static List<LogEntry> ForkEntries(SqliteSession session, long fork)
    {
        List<LogEntry> entries = [];
        using SqliteDataReader rows = session.Read("SELECT hash, bytes FROM fork_entries WHERE fork = $1 ORDER BY place", fork);
        while (rows.Read())
        {
            entries.Add(Entry(rows));
        }

        return entries;
    }
}
