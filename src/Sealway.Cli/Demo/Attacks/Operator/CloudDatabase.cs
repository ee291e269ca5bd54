namespace Sealway.Cli.Demo.Attacks;

using Microsoft.Data.Sqlite;
using Sealway.Log;
using Sealway.Messages;

/// <summary>The cloud's database as its operator has it: rows, to be changed with SQL by whoever may open the file, while the cloud runs on.</summary>
internal sealed class CloudDatabase : IDisposable
{
    private readonly SqliteConnection _connection;

    public CloudDatabase(string path)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false, ForeignKeys = false }.ToString());
        _connection.Open();
        Run("PRAGMA busy_timeout = 10000");
    }

    /// <summary>The running cloud's own database of a fleet.</summary>
    public static string PathOf(AttackScene scene, bool hospital) => Path.Combine(scene.Folders.DataOf(hospital ? "cloud-hospital" : "cloud-home"), "logs.db");

    /// <summary>A copy of it, as of now.</summary>
    /// <param name="scene">Whose.</param>
    /// <param name="hospital">Of the hospital's fleet, or the home's.</param>
    /// <param name="path">The new file.</param>
    public static void Copy(AttackScene scene, bool hospital, string path)
    {
        using CloudDatabase from = new(PathOf(scene, hospital));
        using (SqliteConnection to = new(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString()))
        {
            to.Open();
            from._connection.BackupDatabase(to);
        }

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    /// <summary>A log's number in the tables.</summary>
    public long IdOf(LogId log) => (long)One("SELECT id FROM logs WHERE name = $1", log.ToString())!;

    /// <summary>Runs statements; parameters are $1, $2 …</summary>
    public void Run(string sql, params object[] values)
    {
        using SqliteCommand command = Command(sql, values);
        command.ExecuteNonQuery();
    }

    /// <summary>The first value of the first row.</summary>
    public object? One(string sql, params object[] values)
    {
        using SqliteCommand command = Command(sql, values);
        return command.ExecuteScalar();
    }

    /// <summary>Keeps a log's rows aside, changes them, and gives back what puts them back.</summary>
    /// <param name="log">Which log.</param>
    /// <param name="change">The change, given the log's number.</param>
    public Action Change(LogId log, Action<long> change)
    {
        long id = IdOf(log);
        string[] tables = ["entries", "heads", "countersignatures", "tiles"];
        foreach (string table in tables)
        {
            Run($"CREATE TEMP TABLE kept_{table} AS SELECT * FROM main.{table} WHERE log = $1", id);
        }

        Run("CREATE TEMP TABLE kept_logs AS SELECT * FROM main.logs WHERE id = $1", id);
        InOne(() => change(id));
        return () => InOne(() =>
        {
            foreach (string table in tables)
            {
                Run($"DELETE FROM main.{table} WHERE log = $1", id);
            }

            Run("UPDATE main.logs SET (size, frontier, last_at) = (SELECT size, frontier, last_at FROM temp.kept_logs) WHERE id = $1", id);
            foreach (string table in tables)
            {
                Run($"INSERT INTO main.{table} SELECT * FROM temp.kept_{table}");
                Run($"DROP TABLE temp.kept_{table}");
            }

            Run("DROP TABLE temp.kept_logs");
        });
    }

    /// <summary>Makes a log as short as if what came later had never come.</summary>
    public void Cut(long id, ulong size)
    {
        Frontier frontier = new();
        for (ulong i = 0; i < size; i++)
        {
            frontier.Append((byte[])One("SELECT hash FROM entries WHERE log = $1 AND idx = $2", id, (long)i)!);
        }

        foreach (string table in new[] { "countersignatures", "heads" })
        {
            Run($"DELETE FROM {table} WHERE log = $1 AND size > $2", id, (long)size);
        }

        // Tiles are hashes of whole subtrees; those of a log this short are none.
        Run("DELETE FROM tiles WHERE log = $1", id);
        Run("DELETE FROM entries WHERE log = $1 AND idx >= $2", id, (long)size);
        Run("UPDATE logs SET size = $2, frontier = $3 WHERE id = $1", id, (long)size, frontier.Hashes.SelectMany(hash => hash).ToArray());
    }

    public void Dispose() => _connection.Dispose();

    /// <summary>Does something in one transaction.</summary>
    public void InOne(Action act)
    {
        Run("BEGIN IMMEDIATE");
        try
        {
            act();
            Run("COMMIT");
        }
        catch
        {
            Run("ROLLBACK");
            throw;
        }
    }

    private SqliteCommand Command(string sql, object[] values)
    {
        SqliteCommand command = _connection.CreateCommand();
#pragma warning disable CA2100 // An attacker's SQL, written here.
        command.CommandText = sql;
#pragma warning restore CA2100
        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters.AddWithValue($"${i + 1}", values[i]);
        }

        return command;
    }
}
