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
    /// <param name="own">When this side's certificate ends, as it was before the handshake began.</param>
    /// <param name="peer">Who is at the other end.</param>
    /// <param name="cancellation">Ends the wait.</param>
    internal static async Task EndAsync(TlsPolicy policy, DateTimeOffset own, PeerIdentity peer, CancellationToken cancellation)
    {
        TlsIdentitySource identity = policy.Identity;
        DateTimeOffset due = Part(policy.Time.GetUtcNow(), peer.NotAfter, PeersShare);
        TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        void Change() => changed.TrySetResult();
        identity.Changed += Change;
        try
        {
            if (identity.Current.Self.NotAfter != own)
            {
                // Replaced while the link was being made.
                Change();
            }

            if (await UntilAsync(policy.Time, due, changed.Task, cancellation).ConfigureAwait(false))
            {
#pragma warning disable CA5394 // Spreading attempts needs no secrecy.
                DateTimeOffset moved = Part(policy.Time.GetUtcNow(), own, 0.25 + (Random.Shared.NextDouble() / 2));
#pragma warning restore CA5394
                await UntilAsync(policy.Time, moved < due ? moved : due, Task.Delay(Timeout.Infinite, cancellation), cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            identity.Changed -= Change;
        }
    }

    // A certificate with next to nothing left that nobody has renewed: the link ends with it.
    private static DateTimeOffset Part(DateTimeOffset now, DateTimeOffset end, double share) => end - now is var left && left > _shortest ? now + (left * share) : end + _shortest;

    // Whether the other came first. Timers take no more than some weeks at once.
    private static async Task<bool> UntilAsync(TimeProvider time, DateTimeOffset due, Task other, CancellationToken cancellation)
    {
        while (due - time.GetUtcNow() is { Ticks: > 0 } wait)
        {
            using CancellationTokenSource waited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            await Task.WhenAny(other, Task.Delay(wait < TimeSpan.FromDays(1) ? wait : TimeSpan.FromDays(1), time, waited.Token)).ConfigureAwait(false);
            await waited.CancelAsync().ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            if (other.IsCompleted)
            {
                return true;
            }
        }

        return false;
    }
}
