namespace Sealway.Log;

using Microsoft.Data.Sqlite;

/// <summary>The tables of a store in SQLite, and the settings of its connections.</summary>
internal static class SqliteSchema
{
    // Larger pages than the default keep entries of up to some 2,000 bytes, slots among them, out of overflow pages.
    private const string Create = """
        PRAGMA page_size = 8192;
        PRAGMA journal_mode = WAL;
        BEGIN IMMEDIATE;
        CREATE TABLE logs (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            start INTEGER NOT NULL,
            start_frontier BLOB NOT NULL,
            size INTEGER NOT NULL,
            frontier BLOB NOT NULL,
            last_at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE entries (
            log INTEGER NOT NULL REFERENCES logs,
            idx INTEGER NOT NULL,
            hash BLOB NOT NULL CHECK (length(hash) = 32),
            bytes BLOB,
            PRIMARY KEY (log, idx)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX blanks ON entries (log, idx) WHERE bytes IS NULL;
        CREATE TABLE tiles (
            log INTEGER NOT NULL REFERENCES logs,
            level INTEGER NOT NULL,
            idx INTEGER NOT NULL,
            hash BLOB NOT NULL CHECK (length(hash) = 32),
            PRIMARY KEY (log, level, idx)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE heads (
            log INTEGER NOT NULL REFERENCES logs,
            size INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            bytes BLOB NOT NULL,
            PRIMARY KEY (log, size, seq)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE countersignatures (
            log INTEGER NOT NULL,
            size INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            place INTEGER NOT NULL,
            kid BLOB NOT NULL CHECK (length(kid) = 8),
            bytes BLOB NOT NULL,
            PRIMARY KEY (log, size, seq, place),
            UNIQUE (log, kid, size, seq),
            FOREIGN KEY (log, size, seq) REFERENCES heads
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE notes (
            log INTEGER NOT NULL REFERENCES logs,
            name TEXT NOT NULL,
            value BLOB NOT NULL,
            PRIMARY KEY (log, name)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE forks (
            id INTEGER PRIMARY KEY,
            log INTEGER NOT NULL REFERENCES logs,
            held BLOB NOT NULL,
            other BLOB NOT NULL,
            start INTEGER NOT NULL,
            idx INTEGER,
            UNIQUE (log, held, other)
        ) STRICT;
        CREATE TABLE fork_entries (
            fork INTEGER NOT NULL REFERENCES forks,
            place INTEGER NOT NULL,
            hash BLOB NOT NULL CHECK (length(hash) = 32),
            bytes BLOB,
            PRIMARY KEY (fork, place)
        ) STRICT, WITHOUT ROWID;
        PRAGMA application_id = 1399617401;
        PRAGMA user_version = 1;
        COMMIT;
        """;

    private const long Application = 1399617401; // "Slwy"
    private const long Version = 1;

    /// <summary>What every connection needs. fullfsync matters on macOS alone, where fsync does not reach the disk.</summary>
    public const string Settings = """
        PRAGMA busy_timeout = 10000;
        PRAGMA synchronous = FULL;
        PRAGMA fullfsync = ON;
        PRAGMA foreign_keys = ON;
        PRAGMA secure_delete = ON;
        PRAGMA trusted_schema = OFF;
        """;

    /// <summary>Makes the tables in a new file; refuses a file of another program or of a newer version.</summary>
    public static void Require(SqliteConnection connection, string path)
    {
        if (Ask(connection, "PRAGMA application_id") == 0 && Ask(connection, "SELECT count(*) FROM sqlite_schema") == 0)
        {
            Run(connection, Create);
        }

        long application = Ask(connection, "PRAGMA application_id");
        long version = Ask(connection, "PRAGMA user_version");
        if (application != Application || version != Version)
        {
            throw new InvalidDataException($"{path} is not a store of version {Version}: application {application}, version {version}");
        }
    }

    public static void Run(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this project, and a number.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static long Ask(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this project, and a number.
        command.CommandText = sql;
#pragma warning restore CA2100
        return (long)command.ExecuteScalar()!;
    }
}
