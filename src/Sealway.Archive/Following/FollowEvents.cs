namespace Sealway.Archive;

using Sealway.Messages;

/// <summary>What following tells the rest of the archive.</summary>
/// <param name="Stored">Entries are on disk and countersigned: the append that brought them, and from which index on they are new.</param>
/// <param name="Started">A log is followed from the middle: from this head on.</param>
/// <param name="Heard">The log's writer has given a sign of life: a head that is newer than all before.</param>
/// <param name="Desk">Takes forks and refusals.</param>
internal sealed record FollowEvents(Action<Append, ulong> Stored, Action<Head> Started, Action<LogId, Head> Heard, AlertDesk Desk);
