namespace Sealway.Gateway;

using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>The registry as it comes through the cloud, checked against the pinned authority key.</summary>
internal sealed class FollowedRegistry : IRegistrySource, IDisposable
{
    private readonly ILogStore _store;
    private readonly RegistryFollower _follower;
    private ulong _signedAt;

    private FollowedRegistry(ILogStore store, RegistryFollower follower)
    {
        _store = store;
        _follower = follower;
    }

    /// <inheritdoc/>
    public event Action? Moved;

    /// <inheritdoc/>
    public LogId Log => _follower.Log;

    /// <inheritdoc/>
    public RegistryView Current => _follower.Current;

    /// <inheritdoc/>
    public ulong SignedAt => Volatile.Read(ref _signedAt);

    /// <summary>The request for what is not held yet.</summary>
    internal EntriesRequest Next => _follower.Next;

    internal static async Task<FollowedRegistry> OpenAsync(ILogStore store, Identity identity, TimeProvider time, CancellationToken cancellation)
    {
        RegistryFollower follower = await RegistryFollower.OpenAsync(store, identity.Authority, identity.RegistryLog, null, time, cancellation).ConfigureAwait(false);
        FollowedRegistry registry = new(store, follower);
        await registry.NoteHeadAsync(cancellation).ConfigureAwait(false);
        return registry;
    }

    /// <summary>Takes entries that the cloud relays.</summary>
    /// <returns>Whether the registry grew, and why not otherwise.</returns>
    internal async Task<Followed> AcceptAsync(Append append, CancellationToken cancellation)
    {
        ulong before = Current.Size;
        Followed followed = await _follower.AcceptAsync(append, cancellation).ConfigureAwait(false);
        await NoteHeadAsync(cancellation).ConfigureAwait(false);
        if (Current.Size > before)
        {
            Moved?.Invoke();
        }

        return followed;
    }

    /// <inheritdoc/>
    public void Dispose() => _follower.Dispose();

    private async Task NoteHeadAsync(CancellationToken cancellation)
    {
        if (await _store.LatestHead(Log, cancellation).ConfigureAwait(false) is { } head)
        {
            Volatile.Write(ref _signedAt, head.Head.Claims.Seconds * 1000);
        }
    }
}
