namespace Sealway.Log;

using System.Collections.Concurrent;

/// <summary>Connections that read, kept for the next reader; each read sees one state of the store.</summary>
internal sealed class SqliteReaders(string path) : IDisposable
{
    // More than run at once are closed after use.
    private static readonly int Kept = Math.Max(4, Environment.ProcessorCount);

    private readonly ConcurrentBag<SqliteSession> _idle = [];
    private volatile bool _disposed;

    public T Read<T>(Func<SqliteSession, T> read)
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(SqliteLogStore));
        if (!_idle.TryTake(out SqliteSession? session))
        {
            session = new SqliteSession(path);
            SqliteSchema.Run(session.Connection, "PRAGMA query_only = ON");
        }

        bool sound = false;
        try
        {
            session.Run("BEGIN");
            try
            {
                return read(session);
            }
            finally
            {
                session.Run("COMMIT");
                sound = true;
            }
        }
        finally
        {
            if (sound && !_disposed && _idle.Count < Kept)
            {
                _idle.Add(session);
            }
            else
            {
                session.Dispose();
            }
        }
    }

    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryTake(out SqliteSession? session))
        {
            session.Dispose();
        }
    }
}
