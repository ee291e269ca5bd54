namespace Sealway.Log;

using Sealway.Messages;

/// <summary>
/// Where logs are kept: many logs in one store, each with its entries, heads, countersignatures, notes and evidence of forks.
/// <para><b>Durability.</b> When a write returns, it is on disk and survives the loss of power. When it throws
/// <see cref="IOException"/>, whether it was stored is unknown: read the state before going on. Every other exception, and of these
/// <see cref="LogStoreFullException"/>, means that nothing was stored.</para>
/// <para><b>Atomicity.</b> Each call is stored whole or not at all, also when the process dies or the disk fills in the middle:
/// entries, head and notes of one append are never apart.</para>
/// <para><b>Order.</b> Writes take effect in the order in which they return. An append begins at the size held, so that a log
/// has no holes and an index once written never gets another entry; <see cref="Blank"/> takes bytes away but never the hash.</para>
/// <para><b>Concurrency.</b> One writer per log at a time; writers of different logs may call together. Readers may call at any
/// time from any thread; each call sees whole writes, and all those that returned before it began.</para>
/// <para><b>Idempotence.</b> Storing a head or countersignature again changes nothing. An append is not idempotent: a repeated one
/// meets <see cref="LogStoreConflictException"/>, and its author compares (as <c>Follower</c> and <c>LogWriter</c> do).</para>
/// <para><b>Trust.</b> A store checks shapes and that a head appended has the root of the tree; it verifies no signature and
/// reads no entry. What it returns was put in by its owner and is parsed again when read.</para>
/// </summary>
public interface ILogStore : IAsyncDisposable
{
    /// <summary>All logs held.</summary>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>Their names, in order.</returns>
    ValueTask<IReadOnlyList<LogId>> Logs(CancellationToken ct);

    /// <summary>Where a log stands.</summary>
    /// <param name="log">Which log.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The state, or null if nothing was ever stored for this log.</returns>
    ValueTask<LogState?> State(LogId log, CancellationToken ct);

    /// <summary>Begins to hold a log from the middle: nothing before the frontier's size will ever be held.</summary>
    /// <param name="log">Which log; not held yet.</param>
    /// <param name="frontier">The frontier at the head's size.</param>
    /// <param name="head">A head whose root is the frontier's; its signature was verified by the caller.</param>
    /// <param name="ct">Ends the wait; once the write has begun it is carried to its end.</param>
    /// <exception cref="LogStoreConflictException">The log is held already.</exception>
    /// <exception cref="ArgumentException">Head and frontier do not fit.</exception>
    ValueTask Start(LogId log, Frontier frontier, SignedHead head, CancellationToken ct);

    /// <summary>Appends entries, with the head that signs the new size and notes, in one step. Without entries it stores head and notes alone.</summary>
    /// <param name="log">Which log; it begins with its first append, at 0.</param>
    /// <param name="from">The size held; the first entry gets this index.</param>
    /// <param name="entries">The entries, any number; blanks are allowed.</param>
    /// <param name="head">A head of exactly the size after the append; null if none was signed.</param>
    /// <param name="notes">Notes to set or remove; null for none.</param>
    /// <param name="ct">Ends the wait; once the write has begun it is carried to its end.</param>
    /// <exception cref="LogStoreConflictException">The log does not end at <paramref name="from"/>.</exception>
    /// <exception cref="ArgumentException">An entry's hash is not its bytes', or the head is not the new tree's.</exception>
    ValueTask Append(LogId log, ulong from, IReadOnlyList<LogEntry> entries, SignedHead? head, IReadOnlyList<Note>? notes, CancellationToken ct);

    /// <summary>Stores a head of a size that is held, and countersignatures on it; what is held of them already stays as it is.</summary>
    /// <param name="log">Which log; held.</param>
    /// <param name="head">A head whose root is the tree's at its size, as the caller has checked. Beyond 16 countersignatures further ones are left out.</param>
    /// <param name="ct">Ends the wait; once the write has begun it is carried to its end.</param>
    /// <exception cref="ArgumentException">The head is of another log or of a size not held.</exception>
    ValueTask PutHead(LogId log, SignedHead head, CancellationToken ct);

    /// <summary>The newest head of exactly a size.</summary>
    /// <param name="log">Which log.</param>
    /// <param name="size">The size in entries.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The head, or null.</returns>
    ValueTask<SignedHead?> HeadAt(LogId log, ulong size, CancellationToken ct);

    /// <summary>The newest head of the largest size.</summary>
    /// <param name="log">Which log.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The head, or null.</returns>
    ValueTask<SignedHead?> LatestHead(LogId log, CancellationToken ct);

    /// <summary>The first head of the smallest size at or above one.</summary>
    /// <param name="log">Which log.</param>
    /// <param name="size">The least size in entries.</param>
    /// <param name="countersignedBy">If given, only heads countersigned by this key.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The head, or null.</returns>
    ValueTask<SignedHead?> HeadAtOrAfter(LogId log, ulong size, Kid? countersignedBy, CancellationToken ct);

    /// <summary>The newest head of the largest size at or below one.</summary>
    /// <param name="log">Which log.</param>
    /// <param name="size">The greatest size in entries.</param>
    /// <param name="countersignedBy">If given, only heads countersigned by this key.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The head, or null.</returns>
    ValueTask<SignedHead?> HeadAtOrBefore(LogId log, ulong size, Kid? countersignedBy, CancellationToken ct);

    /// <summary>Heads of sizes in a range, by size and then in the order in which they were stored.</summary>
    /// <param name="log">Which log.</param>
    /// <param name="from">The least size in entries.</param>
    /// <param name="to">The greatest size in entries.</param>
    /// <param name="most">How many at most, from 1.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The heads.</returns>
    ValueTask<IReadOnlyList<SignedHead>> Heads(LogId log, ulong from, ulong to, int most, CancellationToken ct);

    /// <summary>Reads entries.</summary>
    /// <param name="log">Which log.</param>
    /// <param name="from">The first index.</param>
    /// <param name="to">The index after the last; what lies beyond the size held is left out.</param>
    /// <param name="maxBytes">Ends before the entries' bytes exceed this, but not before the first entry.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The entries from <paramref name="from"/> on without a hole, blanks included.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="from"/> lies before the start from which the log is held.</exception>
    ValueTask<IReadOnlyList<LogEntry>> Read(LogId log, ulong from, ulong to, int maxBytes, CancellationToken ct);

    /// <summary>The log's tiles; it follows the log as it grows.</summary>
    /// <param name="log">Which log.</param>
    /// <returns>The source, valid as long as the store.</returns>
    ITileSource Tiles(LogId log);

    /// <summary>Takes the bytes of entries away for ever and keeps their hashes; proofs still hold. When it returns the bytes are gone from the store's files as far as the store can reach.</summary>
    /// <param name="log">Which log.</param>
    /// <param name="from">The first index.</param>
    /// <param name="to">The index after the last; what is not held is left out.</param>
    /// <param name="ct">Ends the wait; once the write has begun it is carried to its end.</param>
    ValueTask Blank(LogId log, ulong from, ulong to, CancellationToken ct);

    /// <summary>As <see cref="Blank"/>, by order of the authority: the entries are marked as erased, for good, and count as held in <see cref="LogState.HeldFrom"/>. Evidence of forks loses its entries at these indexes too. Again it changes nothing, but finishes what a crash cut off.</summary>
    /// <param name="log">Which log.</param>
    /// <param name="from">The first index.</param>
    /// <param name="to">The index after the last; what is not held is left out.</param>
    /// <param name="ct">Ends the wait; once the write has begun it is carried to its end.</param>
    ValueTask Erase(LogId log, ulong from, ulong to, CancellationToken ct);

    /// <summary>Reads a note.</summary>
    /// <param name="log">Which log.</param>
    /// <param name="name">Its name.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The value, or null if there is none.</returns>
    ValueTask<byte[]?> Note(LogId log, string name, CancellationToken ct);

    /// <summary>Reads all notes whose names begin alike.</summary>
    /// <param name="log">Which log.</param>
    /// <param name="prefix">How the names begin; empty for all.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The notes, by name.</returns>
    ValueTask<IReadOnlyList<Note>> Notes(LogId log, string prefix, CancellationToken ct);

    /// <summary>Keeps the evidence of a fork. The same pair of heads is kept once, and of one log no more than <see cref="MaxForks"/>: one is proof enough, and a mad writer shall not fill the disk.</summary>
    /// <param name="fork">Both sides.</param>
    /// <param name="ct">Ends the wait; once the write has begun it is carried to its end.</param>
    ValueTask PutFork(ForkEvidence fork, CancellationToken ct);

    /// <summary>The forks of a log, in the order in which they were found.</summary>
    /// <param name="log">Which log.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The evidence.</returns>
    ValueTask<IReadOnlyList<ForkEvidence>> Forks(LogId log, CancellationToken ct);

    /// <summary>How many forks of one log are kept.</summary>
    const int MaxForks = 16;
}
