namespace Sealway.Archive;

using Sealway.Messages;

/// <summary>How far a check is.</summary>
/// <param name="Log">The log that is being checked.</param>
/// <param name="Done">Its entries checked.</param>
/// <param name="Of">Its entries.</param>
public readonly record struct ArchiveCheckProgress(LogId Log, ulong Done, ulong Of);
