namespace Sealway.Gateway;

using System.Threading.Channels;

/// <summary>
/// The one bounded way into the writer loop. What does not fit waits with whoever brings it, so that a loop that falls
/// behind slows its sensors down instead of filling memory. Sensors and actions wait apart: while nothing more can be
/// taken from sensors, heating and commands go on.
/// </summary>
internal sealed class Inbox : IWriterQueue
{
    // A reading is at most 4 KiB: 16 MiB of them.
    private const int Arrivals = 4_096;

    private const int Actions = 1_024;

    private readonly Channel<Arrival> _arrivals = Channel.CreateBounded<Arrival>(new BoundedChannelOptions(Arrivals) { SingleReader = true });
    private readonly Channel<WriterAction> _actions = Channel.CreateBounded<WriterAction>(new BoundedChannelOptions(Actions) { SingleReader = true });
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite });

    /// <inheritdoc/>
    public Task DoAsync(Action<IWriterTurn> action, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(action);
        return DoAsync(new WriterAction(action), cancellation);
    }

    /// <inheritdoc/>
    public Task RunAsync(Action<IWriterTurn> action, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(action);
        return DoAsync(new WriterAction(action, untilDurable: false), cancellation);
    }

    /// <summary>Brings a sensor's message; waits while the inbox is full.</summary>
    /// <returns>False when the gateway takes nothing any more.</returns>
    internal async ValueTask<bool> BringAsync(Arrival arrival, CancellationToken cancellation)
    {
        try
        {
            await _arrivals.Writer.WriteAsync(arrival, cancellation).ConfigureAwait(false);
            Wake();
            return true;
        }
        catch (ChannelClosedException)
        {
            return false;
        }
    }

    /// <summary>Wakes the loop.</summary>
    internal void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>Takes nothing any more; what is there is still given out.</summary>
    internal void Close()
    {
        _arrivals.Writer.TryComplete();
        _actions.Writer.TryComplete();
        _wake.Writer.TryComplete();
    }

    /// <summary>Waits until there is something to do.</summary>
    /// <param name="takes">Whether the loop can take sensors' messages now; else those that are there are nothing to do.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>False once the inbox is closed and nothing that can be taken is left.</returns>
    internal async ValueTask<bool> WaitAsync(bool takes, CancellationToken cancellation)
    {
        if (_actions.Reader.Count > 0 || (takes && _arrivals.Reader.Count > 0))
        {
            return true;
        }

        if (!await _wake.Reader.WaitToReadAsync(cancellation).ConfigureAwait(false))
        {
            return _actions.Reader.Count > 0 || (takes && _arrivals.Reader.Count > 0);
        }

        _wake.Reader.TryRead(out _);
        return true;
    }

    internal bool TryTake(out Arrival arrival) => _arrivals.Reader.TryRead(out arrival);

    internal bool TryTake(out WriterAction? action) => _actions.Reader.TryRead(out action);

    private async Task DoAsync(WriterAction item, CancellationToken cancellation)
    {
        try
        {
            await _actions.Writer.WriteAsync(item, cancellation).ConfigureAwait(false);
        }
        catch (ChannelClosedException e)
        {
            throw new OperationCanceledException("the gateway has stopped", e);
        }

        Wake();
        await item.Done.WaitAsync(cancellation).ConfigureAwait(false);
    }
}
