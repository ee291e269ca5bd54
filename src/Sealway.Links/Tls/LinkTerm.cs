namespace Sealway.Links;

/// <summary>
/// When a link that stands should be made anew: it is as good as the certificates that it began with, and ends with them. Who dialled it moves it before that, at a
/// moment of its own choice, so that nobody has to drop it.
/// </summary>
internal static class LinkTerm
{
    // Of what the peer's certificate has left when the link begins. A server renews at two thirds of the life, so that the next handshake sees the new one.
    private const double PeersShare = 7.0 / 8;

    private static readonly TimeSpan _shortest = TimeSpan.FromSeconds(1);

    /// <summary>Waits until the link should be made anew: this side's certificate was renewed, and half of what the old one had left is over; or the peer's runs out.</summary>
    /// <param name="policy">By which the link was made just now.</param>
    /// <param name="peer">Who is at the other end.</param>
    /// <param name="cancellation">Ends the wait.</param>
    internal static async Task EndAsync(TlsPolicy policy, PeerIdentity peer, CancellationToken cancellation)
    {
        TlsIdentitySource identity = policy.Identity;
        DateTimeOffset own = identity.Current.Self.NotAfter;
        TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        void Change() => changed.TrySetResult();
        identity.Changed += Change;
        try
        {
            using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            try
            {
                await Task.WhenAny(changed.Task, UntilAsync(policy.Time, peer.NotAfter, PeersShare, ended.Token)).WaitAsync(cancellation).ConfigureAwait(false);
            }
            finally
            {
                await ended.CancelAsync().ConfigureAwait(false);
            }

            if (changed.Task.IsCompleted)
            {
#pragma warning disable CA5394 // Spreading attempts needs no secrecy.
                await UntilAsync(policy.Time, own, 0.25 + (Random.Shared.NextDouble() / 2), cancellation).ConfigureAwait(false);
#pragma warning restore CA5394
            }
        }
        finally
        {
            identity.Changed -= Change;
        }
    }

    // Timers take no more than some weeks at once.
    private static async Task UntilAsync(TimeProvider time, DateTimeOffset end, double share, CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();

        // A certificate with next to nothing left that nobody has renewed: the link ends with it.
        TimeSpan left = end - now;
        DateTimeOffset due = left > _shortest ? now + (left * share) : end + _shortest;
        while (due - time.GetUtcNow() is { Ticks: > 0 } wait)
        {
            await Task.Delay(wait < TimeSpan.FromDays(1) ? wait : TimeSpan.FromDays(1), time, cancellation).ConfigureAwait(false);
        }
    }
}
