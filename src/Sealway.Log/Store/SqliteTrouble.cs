namespace Sealway.Log;

using Microsoft.Data.Sqlite;

/// <summary>What SQLite's error codes mean here (sqlite.org/rescode.html).</summary>
internal static class SqliteTrouble
{
    private const int Full = 13;

    // The index beside a write-ahead log could not grow.
    private const int IoErrShmSize = 4874;

    /// <summary>Whether a write failed since the disk has no room: then SQLite has rolled it back, or it can be rolled back. Other errors of input and output leave open what is stored.</summary>
    public static bool IsNoRoom(SqliteException failure) => failure.SqliteErrorCode == Full;

    /// <summary>Whether a store cannot be opened since the disk has no room. Opening writes nothing of its owner's, so that the wider answer is safe.</summary>
    public static bool IsNoRoomToOpen(SqliteException failure) => IsNoRoom(failure) || failure.SqliteExtendedErrorCode == IoErrShmSize;
}
