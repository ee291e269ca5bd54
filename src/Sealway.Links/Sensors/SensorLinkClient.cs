namespace Sealway.Links;

/// <summary>A sensor's side: connects to its gateway.</summary>
public static class SensorLinkClient
{
    /// <summary>Connects over TLS 1.3, certificates on both sides.</summary>
    /// <param name="address">The gateway.</param>
    /// <param name="policy">The sensor's own certificate and checks.</param>
    /// <param name="gateway">Whom it must be.</param>
    /// <param name="idleTime">How long the gateway may stay silent; it sends a challenge every minute. Endless when null.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="LinkException">The named reason.</exception>
    public static async Task<ISensorLink> ConnectTlsAsync(HostPort address, TlsPolicy policy, PeerExpectation gateway, TimeSpan? idleTime = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(policy);
        Stream stream = await TcpDial.ConnectAsync(address, policy.Time, cancellation).ConfigureAwait(false);
        DateTimeOffset own = policy.Self.NotAfter;
        TlsConnection tls = await policy.ConnectAsync(stream, address.Host, gateway, [], Farewell.SensorAsync, cancellation).ConfigureAwait(false);
        SensorLink link = new(tls.Stream, Settings(address.ToString(), idleTime, policy.Time) with
        {
            Peer = tls.Peer,
            Encrypted = true,
            ClosedAtOnce = e => policy.RefusedByPeer(asServer: false, e),
        });
        _ = EndWithCertificateAsync(link, policy, own, tls.Peer);
        return link;
    }

    // The sensor then connects anew, and sends again what was not acknowledged.
    private static async Task EndWithCertificateAsync(SensorLink link, TlsPolicy policy, DateTimeOffset own, PeerIdentity gateway)
    {
        try
        {
            await LinkTerm.EndAsync(policy, own, gateway, link.Ended).ConfigureAwait(false);
            link.End(LinkRefusal.Renewed, "a certificate was renewed, and the link begins anew with it");
        }
        catch (OperationCanceledException)
        {
            // The link has ended before.
        }
    }

    /// <summary>Connects to a Unix socket of this machine, in plaintext.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="idleTime">How long the gateway may stay silent; endless when null.</param>
    /// <param name="time">The clock of the idle time.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="LinkException">The named reason.</exception>
    public static async Task<ISensorLink> ConnectPlaintextUnixAsync(string path, TimeSpan? idleTime = null, TimeProvider? time = null, CancellationToken cancellation = default) =>
        new SensorLink(await UnixPath.ConnectAsync(path, cancellation).ConfigureAwait(false), Settings(path, idleTime, time ?? TimeProvider.System));

    private static SensorLinkSettings Settings(string remote, TimeSpan? idleTime, TimeProvider time) =>
        new() { Remote = remote, IdleTime = idleTime ?? Timeout.InfiniteTimeSpan, Time = time };
}
