namespace Sealway.Log;

using Sealway.Messages;

/// <summary>Where a log stands in a store: one consistent view.</summary>
/// <param name="Log">Which log.</param>
/// <param name="Start">The first index held; above 0 where the log is followed from the middle.</param>
/// <param name="HeldFrom">The index from which on every entry is held with its bytes, or erased by order: what a countersignature may state.</param>
/// <param name="Countersigned">The largest size of a head with a countersignature of anybody; 0 if there is none.</param>
/// <param name="LastAt">The clock of the last entry whose clock could be read, in milliseconds since 1970; 0 if there is none.</param>
/// <param name="Frontier">The tree's frontier at its size; the caller's own.</param>
/// <param name="Head">The newest head of the largest size; null if there is none.</param>
public sealed record LogState(LogId Log, ulong Start, ulong HeldFrom, ulong Countersigned, ulong LastAt, Frontier Frontier, SignedHead? Head)
{
    /// <summary>Entries in the log, blanks and those before <see cref="Start"/> counted.</summary>
    public ulong Size { get; } = Frontier.Size;
}
