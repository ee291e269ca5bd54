namespace Sealway.Testing;

using Sealway.Log;
using Sealway.Messages;

/// <summary>A log store whose writes fail as told. Run a scenario once for each write and each fault, and check all of the log after each.</summary>
public sealed class FaultyStore(ILogStore inner) : ILogStore
{
    private int _writes;

    /// <summary>How the n-th write fails, counted from 0 over the life of this store.</summary>
    public Func<int, Fault> Plan { get; set; } = _ => Fault.None;

    /// <summary>Writes begun so far.</summary>
    public int Writes => _writes;

    /// <summary>Lets one write fail.</summary>
    /// <param name="number">Which, counted from 0 from now on.</param>
    /// <param name="fault">How.</param>
    public void FailWrite(int number, Fault fault)
    {
        int at = _writes + number;
        Plan = write => write == at ? fault : Fault.None;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<LogId>> Logs(CancellationToken ct) => inner.Logs(ct);

    /// <inheritdoc/>
    public ValueTask<LogState?> State(LogId log, CancellationToken ct) => inner.State(log, ct);

    /// <inheritdoc/>
    public ValueTask Start(LogId log, Frontier frontier, SignedHead head, CancellationToken ct) =>
        Write(() => inner.Start(log, frontier, head, ct));

    /// <inheritdoc/>
    public ValueTask Append(LogId log, ulong from, IReadOnlyList<LogEntry> entries, SignedHead? head, IReadOnlyList<Note>? notes, CancellationToken ct) =>
        Write(() => inner.Append(log, from, entries, head, notes, ct));

    /// <inheritdoc/>
    public ValueTask PutHead(LogId log, SignedHead head, CancellationToken ct) => Write(() => inner.PutHead(log, head, ct));

    /// <inheritdoc/>
    public ValueTask<SignedHead?> HeadAt(LogId log, ulong size, CancellationToken ct) => inner.HeadAt(log, size, ct);

    /// <inheritdoc/>
    public ValueTask<SignedHead?> LatestHead(LogId log, CancellationToken ct) => inner.LatestHead(log, ct);

    /// <inheritdoc/>
    public ValueTask<SignedHead?> HeadAtOrAfter(LogId log, ulong size, Kid? countersignedBy, CancellationToken ct) => inner.HeadAtOrAfter(log, size, countersignedBy, ct);

    /// <inheritdoc/>
    public ValueTask<SignedHead?> HeadAtOrBefore(LogId log, ulong size, Kid? countersignedBy, CancellationToken ct) => inner.HeadAtOrBefore(log, size, countersignedBy, ct);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<SignedHead>> Heads(LogId log, ulong from, ulong to, int most, CancellationToken ct) => inner.Heads(log, from, to, most, ct);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<LogEntry>> Read(LogId log, ulong from, ulong to, int maxBytes, CancellationToken ct) => inner.Read(log, from, to, maxBytes, ct);

    /// <inheritdoc/>
    public ITileSource Tiles(LogId log) => inner.Tiles(log);

    /// <inheritdoc/>
    public ValueTask Blank(LogId log, ulong from, ulong to, CancellationToken ct) => Write(() => inner.Blank(log, from, to, ct));

    /// <inheritdoc/>
    public ValueTask Erase(LogId log, ulong from, ulong to, CancellationToken ct) => Write(() => inner.Erase(log, from, to, ct));

    /// <inheritdoc/>
    public ValueTask<byte[]?> Note(LogId log, string name, CancellationToken ct) => inner.Note(log, name, ct);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Note>> Notes(LogId log, string prefix, CancellationToken ct) => inner.Notes(log, prefix, ct);

    /// <inheritdoc/>
    public ValueTask PutFork(ForkEvidence fork, CancellationToken ct) => Write(() => inner.PutFork(fork, ct));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ForkEvidence>> Forks(LogId log, CancellationToken ct) => inner.Forks(log, ct);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private async ValueTask Write(Func<ValueTask> write)
    {
        Fault fault = Plan(Interlocked.Increment(ref _writes) - 1);
        if (fault != Fault.NotStored)
        {
            await write().ConfigureAwait(false);
        }

        if (fault != Fault.None)
        {
            throw new IOException("a fault was injected");
        }
    }
}
