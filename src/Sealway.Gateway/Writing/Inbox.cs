namespace Sealway.Gateway;

using System.Threading.Channels;

/// <summary>The one bounded way into the writer loop. What does not fit waits with whoever brings it, so that a loop that falls behind slows its sensors down instead of filling memory.</summary>
internal sealed class Inbox : IWriterQueue
{
    // A reading is at most 4 KiB: 16 MiB of them.
    private const int Capacity = 4_096;

    private readonly Channel<InboxItem> _items = Channel.CreateBounded<InboxItem>(new BoundedChannelOptions(Capacity) { SingleReader = true });

    /// <inheritdoc/>
    public async Task DoAsync(Action<IWriterTurn> action, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(action);
        WriterAction item = new(action);
        try
        {
            await _items.Writer.WriteAsync(InboxItem.Of(item), cancellation).ConfigureAwait(false);
        }
        catch (ChannelClosedException e)
        {
            throw new OperationCanceledException("the gateway has stopped", e);
        }

        await item.Done.WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Brings a sensor's message; waits while the inbox is full.</summary>
    /// <returns>False when the gateway takes nothing any more.</returns>
    internal async ValueTask<bool> BringAsync(Arrival arrival, CancellationToken cancellation)
    {
        try
        {
            await _items.Writer.WriteAsync(InboxItem.Of(arrival), cancellation).ConfigureAwait(false);
            return true;
        }
        catch (ChannelClosedException)
        {
            return false;
        }
    }

    /// <summary>Wakes the loop. A full inbox needs no waking.</summary>
    internal void Wake() => _items.Writer.TryWrite(default);

    /// <summary>Takes nothing any more; what is there is still given out.</summary>
    internal void Close() => _items.Writer.TryComplete();

    /// <returns>False once the inbox is closed and empty.</returns>
    internal ValueTask<bool> WaitAsync(CancellationToken cancellation) => _items.Reader.WaitToReadAsync(cancellation);

    internal bool TryTake(out InboxItem item) => _items.Reader.TryRead(out item);
}
