namespace Sealway.Log;

using System.Threading.Channels;
using Microsoft.Data.Sqlite;

/// <summary>
/// The one connection that writes, on a thread of its own. Writes that wait together are committed together, each in its
/// own savepoint: one flush to disk for all of them, and a failure of one leaves the others alone.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    // A group is one transaction; beyond this the first in it would wait too long for the last.
    private const int GroupLimit = 64;

    private static readonly TimeSpan WipeAgain = TimeSpan.FromMilliseconds(100);

    private readonly SqliteSession _session;
    private readonly string _path;
    private readonly Channel<Job> _jobs = Channel.CreateUnbounded<Job>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _wipe;

    public SqliteWriter(SqliteSession session, string path)
    {
        _session = session;
        _path = path;
        new Thread(Loop) { IsBackground = true, Name = "log store" }.Start();
    }

    /// <summary>Runs a write; returns when it is committed.</summary>
    /// <param name="work">What to write; what it throws, the caller gets, and nothing of it is stored.</param>
    /// <param name="wipe">Whether bytes are taken away, which must then not stay behind in the write-ahead log.</param>
    /// <param name="ct">Ends the wait until the write begins.</param>
    /// <exception cref="LogStoreFullException">The disk has no room; nothing of this write is stored.</exception>
    /// <exception cref="IOException">The file could not be written; whether this write is in it is unknown.</exception>
    public async ValueTask Write(Action<SqliteSession> work, bool wipe, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        Job job = new(work, wipe, ct);
        ObjectDisposedException.ThrowIf(!_jobs.Writer.TryWrite(job), typeof(SqliteLogStore));
        await job.Done.Task.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        _jobs.Writer.TryComplete();
        await _ended.Task.ConfigureAwait(false);
        _session.Dispose();
    }

    private void Loop()
    {
        List<Job> group = [];
        while (Next(group))
        {
            Commit(group);
            group.Clear();
        }

        _ended.SetResult();
    }

    private bool Next(List<Job> group)
    {
        while (group.Count == 0)
        {
            Task<bool> more = _jobs.Reader.WaitToReadAsync().AsTask();
            while (_wipe && !more.Wait(WipeAgain))
            {
                // A quiet store must not keep what was to be gone until somebody writes again.
                _wipe = !Wipe();
            }

            if (!more.GetAwaiter().GetResult())
            {
                return false;
            }

            while (group.Count < GroupLimit && _jobs.Reader.TryRead(out Job? job))
            {
                if (job.Ct.IsCancellationRequested)
                {
                    job.Done.SetCanceled(job.Ct);
                }
                else
                {
                    group.Add(job);
                }
            }
        }

        return true;
    }

    private void Commit(List<Job> group)
    {
        List<Job> stored = new(group.Count);
        try
        {
            _session.Run("BEGIN IMMEDIATE");
            foreach (Job job in group)
            {
                if (Try(job))
                {
                    stored.Add(job);
                }
            }

            // A crash before this line loses the whole group, which nobody was told is stored; after it, nothing.
            _session.Run("COMMIT");
        }
        catch (SqliteException failure)
        {
            Undo();
            foreach (Job job in group)
            {
                job.Done.TrySetException(SqliteTrouble.IsNoRoom(failure)
                    ? new LogStoreFullException(_path, failure)
                    : new IOException("the log store's file cannot be written", failure));
            }

            return;
        }

        _wipe |= stored.Any(job => job.Wipe);
        if (_wipe)
        {
            _wipe = !Wipe();
        }

        foreach (Job job in stored)
        {
            job.Done.SetResult();
        }
    }

    private bool Try(Job job)
    {
        _session.Run("SAVEPOINT job");
        try
        {
            job.Work(_session);
            _session.Run("RELEASE job");
            return true;
        }
        catch (Exception refused) when (refused is not SqliteException)
        {
            _session.Run("ROLLBACK TO job");
            _session.Run("RELEASE job");
            job.Done.SetException(refused);
            return false;
        }
    }

    private void Undo()
    {
        try
        {
            _session.Run("ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite has rolled back by itself, as it does when the disk is full.
        }
    }

    /// <summary>Moves the write-ahead log into the file and empties it; a reader in the middle can hold that up, then it is tried again shortly after.</summary>
    private bool Wipe()
    {
        try
        {
            return (long)_session.One("PRAGMA wal_checkpoint(TRUNCATE)")! == 0;
        }
        catch (SqliteException)
        {
            return false;
        }
    }

    private sealed record Job(Action<SqliteSession> Work, bool Wipe, CancellationToken Ct)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
