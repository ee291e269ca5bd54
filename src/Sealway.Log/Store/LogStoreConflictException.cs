namespace Sealway.Log;

using Sealway.Messages;

/// <summary>An append does not begin where the log ends: another writer, or an append whose outcome was unknown, came first. Nothing was stored; read the state and go on from there.</summary>
public sealed class LogStoreConflictException : Exception
{
    /// <summary>Says where the log ends.</summary>
    /// <param name="log">Which log.</param>
    /// <param name="from">Where the append would have begun.</param>
    /// <param name="size">The size held.</param>
    public LogStoreConflictException(LogId log, ulong from, ulong size)
        : base($"{log} has {size} entries, not {from}")
    {
        Log = log;
        From = from;
        Size = size;
    }

    /// <summary>Which log.</summary>
    public LogId Log { get; }

    /// <summary>Where the append would have begun.</summary>
    public ulong From { get; }

    /// <summary>The size held.</summary>
    public ulong Size { get; }
}
