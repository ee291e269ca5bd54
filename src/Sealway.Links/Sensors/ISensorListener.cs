namespace Sealway.Links;

/// <summary>Where sensors connect to a gateway.</summary>
public interface ISensorListener : IAsyncDisposable
{
    /// <summary>Where it listens, for logs and for whoever asked for any free port.</summary>
    string Address { get; }

    /// <summary>The next sensor's link, handshake done. Links that are refused before are logged and never seen here.</summary>
    /// <exception cref="LinkException"><see cref="LinkRefusal.ClosedHere"/>: the listener was disposed.</exception>
    ValueTask<ISensorLink> AcceptAsync(CancellationToken cancellation = default);
}
