namespace Sealway.Gateway;

using Sealway.Links;
using Sealway.Messages;

/// <summary>One sensor's link while it stands, and what is told to it.</summary>
internal sealed class SensorSession(ISensorLink link) : IAsyncDisposable
{
    // More than a sensor's readings under way can ever call for.
    private const int MostWaiting = 64;

    private readonly CancellationTokenSource _end = new();
    private Task _sending = Task.CompletedTask;
    private int _waiting;

    internal ISensorLink Link => link;

    /// <summary>Set when the link is to end; its receive loop then lets go of it.</summary>
    internal CancellationToken Ended => _end.Token;

    /// <summary>
    /// Tells the sensor something, without waiting for it: a sensor that takes nothing must not hold up the log. One that leaves too
    /// many answers untaken loses its link, and asks again on the next.
    /// </summary>
    internal void Tell(SensorLinkMessage message)
    {
        if (Volatile.Read(ref _waiting) >= MostWaiting)
        {
            End();
            return;
        }

        Interlocked.Increment(ref _waiting);
        _sending = SendAsync(_sending, message);
    }

    /// <summary>Ends the link and tells the sensor why, without waiting for it.</summary>
    internal void Refuse(LinkException cause) => _ = RefuseAsync(cause);

    internal void End()
    {
        try
        {
            _end.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The receive loop has let go of the link already.
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await link.DisposeAsync().ConfigureAwait(false);
        _end.Dispose();
    }

    private async Task RefuseAsync(LinkException cause)
    {
        await link.RefuseAsync(cause).ConfigureAwait(false);
        End();
    }

    private async Task SendAsync(Task before, SensorLinkMessage message)
    {
        try
        {
            await before.ConfigureAwait(false);
            await link.SendAsync(message.ToArray()).ConfigureAwait(false);
        }
        catch (LinkException)
        {
            // The receive loop learns the same cause; what was not told the sensor asks for again.
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
