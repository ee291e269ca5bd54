namespace Sealway.Links;

/// <summary>
/// One sensor's link, at either end: whole messages as bytes in both directions, in order, at most once. What the messages mean lies elsewhere. Receiving has
/// one caller at a time; sending may have many. The first thing that goes wrong ends the link for good, and every later call throws that first cause.
/// </summary>
public interface ISensorLink : IAsyncDisposable
{
    /// <summary>Who is at the other end, where the link shows it; null on a plaintext link.</summary>
    PeerIdentity? Peer { get; }

    /// <summary>Whether the link is encrypted; a plaintext link shows in the threat report.</summary>
    bool Encrypted { get; }

    /// <summary>The other end's address, for logs.</summary>
    string Remote { get; }

    /// <summary>
    /// Waits for at least one message and gives all whole ones that came together. Each is 1 to <see cref="LinkLimits.SensorMessageBytes"/> bytes and valid
    /// until the next call. While this is not called nothing more than one buffer is taken from the peer.
    /// </summary>
    /// <param name="messages">Cleared, then filled.</param>
    /// <param name="cancellation">Ends the wait, and with it the link: a read that is broken off inside TLS cannot be taken up again.</param>
    /// <returns>False when the peer has closed the link between two messages.</returns>
    /// <exception cref="LinkException">The first cause of the link's end.</exception>
    ValueTask<bool> ReceiveAsync(IList<ReadOnlyMemory<byte>> messages, CancellationToken cancellation = default);

    /// <summary>
    /// Takes a message for sending; what is taken while an earlier write is under way goes out together. Waits only while more than
    /// <see cref="LinkLimits.SensorSendBytes"/> lie unsent. That it returns says nothing about arrival.
    /// </summary>
    /// <exception cref="LinkException">The first cause of the link's end, or <see cref="LinkRefusal.WrongLength"/> (the link then stays whole).</exception>
    ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellation = default);

    /// <summary>Ends the link from this side: nothing more is received from now on, and the peer is told why, if it listens within <see cref="LinkLimits.FarewellTime"/>.</summary>
    /// <param name="cause">The named reason, which every later call throws.</param>
    ValueTask RefuseAsync(LinkException cause);
}
