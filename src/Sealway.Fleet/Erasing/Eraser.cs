namespace Sealway.Fleet;

using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// Carries out the authority's orders to erase: at each start and whenever the registry has moved, so that a crash in between
/// loses none. What comes after an order is erased by the <see cref="Follower"/> as it comes.
/// </summary>
/// <param name="store">Where the logs are; not owned.</param>
/// <param name="registry">Gives what the registry says now.</param>
/// <param name="time">The clock.</param>
/// <param name="done">Is told how many entries of a log were erased.</param>
/// <param name="failed">Is told when the store failed; it is tried again after <see cref="RetryAfter"/>.</param>
public sealed class Eraser(ILogStore store, Func<RegistryView> registry, TimeProvider time, Action<LogId, ulong> done, Action<IOException> failed) : IDisposable
{
    /// <summary>How long to wait after the store has failed.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _news = new(0, 1);

    /// <summary>The registry has moved. Returns at once.</summary>
    public void Wake()
    {
        try
        {
            _news.Release();
        }
        catch (Exception awake) when (awake is SemaphoreFullException or ObjectDisposedException)
        {
            // It is awake already, or all has ended.
        }
    }

    /// <summary>Erases whenever it is woken, until told to stop.</summary>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(CancellationToken stop)
    {
        while (true)
        {
            await _news.WaitAsync(stop).ConfigureAwait(false);
            try
            {
                await EraseAsync(stop).ConfigureAwait(false);
            }
            catch (IOException trouble)
            {
                failed(trouble);
                await Task.Delay(RetryAfter, time, stop).ConfigureAwait(false);
                Wake();
            }
        }
    }

    /// <summary>Erases all that is held and ordered erased. What is erased already stays so, and costs a look.</summary>
    /// <param name="ct">Ends the wait; a write once begun is carried to its end.</param>
    /// <returns>How many entries were erased just now.</returns>
    /// <exception cref="IOException">The store failed: do it again.</exception>
    public async Task<ulong> EraseAsync(CancellationToken ct = default)
    {
        ulong all = 0;
        RegistryView view = registry();
        foreach (LogId log in view.ErasedLogs)
        {
            ulong count = 0;
            foreach (Erased order in view.ErasuresOf(log))
            {
                count += await EraseAsync(log, order.Erasure, ct).ConfigureAwait(false);
            }

            if (count > 0)
            {
                done(log, count);
                all += count;
            }
        }

        return all;
    }

    /// <inheritdoc/>
    public void Dispose() => _news.Dispose();

    private async Task<ulong> EraseAsync(LogId log, Erasure order, CancellationToken ct)
    {
        if (await store.State(log, ct).ConfigureAwait(false) is not { } state)
        {
            return 0;
        }

        ulong from = Math.Max(order.First, state.Start);
        ulong to = Math.Min(order.Last + 1, state.Size);
        ulong left = 0;
        for (ulong at = from; at < to;)
        {
            IReadOnlyList<LogEntry> entries = await store.Read(log, at, to, Limits.AppendEntryBytes, ct).ConfigureAwait(false);
            left += (ulong)entries.Count(entry => !entry.IsErased);
            at += (ulong)entries.Count;
        }

        if (left > 0)
        {
            await store.Erase(log, from, to, ct).ConfigureAwait(false);
        }

        return left;
    }
}
