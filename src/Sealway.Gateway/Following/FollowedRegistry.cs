namespace Sealway.Gateway;

using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>The registry as it comes through the cloud, checked against the pinned authority key.</summary>
internal sealed class FollowedRegistry : IRegistrySource, IDisposable
{
    private readonly RegistryFollower _follower;

    private FollowedRegistry(RegistryFollower follower)
    {
        _follower = follower;
        follower.Changed += _ => Moved?.Invoke();
    }

    /// <inheritdoc/>
    public event Action? Moved;

    /// <inheritdoc/>
    public LogId Log => _follower.Log;

    /// <inheritdoc/>
    public RegistryView Current => _follower.Current;

    /// <inheritdoc/>
    public ulong SignedAt => _follower.HeardSeconds * 1000;

    /// <summary>The request for what is not held yet.</summary>
    internal EntriesRequest Next => _follower.Next;

    internal static async Task<FollowedRegistry> OpenAsync(ILogStore store, Identity identity, TimeProvider time, CancellationToken cancellation) =>
        new(await RegistryFollower.OpenAsync(store, identity.RegistryLog, identity.Authority, null, time, cancellation).ConfigureAwait(false));

    /// <summary>Takes entries that the cloud relays.</summary>
    internal Task<Followed> AcceptAsync(Append append, CancellationToken cancellation) => _follower.AcceptAsync(append, cancellation);

    /// <inheritdoc/>
    public void Dispose() => _follower.Dispose();
}
