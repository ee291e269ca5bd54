namespace Sealway.Log;

/// <summary>
/// The disk has no room for a write, and nothing of the write is stored: the one failure of a store whose outcome is known. The same write can be tried
/// again once there is room; nothing may be acknowledged before.
/// </summary>
public sealed class LogStoreFullException : IOException
{
    /// <summary>A write, or the opening of a store, for which there was no room.</summary>
    /// <param name="path">The file or folder that has no room.</param>
    /// <param name="inner">What the file system or SQLite said.</param>
    public LogStoreFullException(string path, Exception inner)
        : base($"the disk under {path} is full: nothing more is stored; make room there", inner)
    {
    }
}
