namespace Sealway.Links;

using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Sealway.Messages;

/// <summary>
/// The one place where a TLS connection between Sealway's parts is decided: TLS 1.3 only (or the named profile for others' equipment), certificates on both sides, the fleet's authority and no other,
/// names, purposes and roles checked, the registry asked, no resumption and no renegotiation. Every listener and client of every role uses it.
/// </summary>
/// <param name="identity">This side's certificate and the authorities, asked for each handshake; not owned.</param>
/// <param name="check">Asks the registry.</param>
/// <param name="time">The clock that certificates are judged by; the system's when null.</param>
public sealed class TlsPolicy(TlsIdentitySource identity, CheckPeer check, TimeProvider? time = null)
{
    private readonly TlsIdentitySource _identity = identity;
    private readonly CheckPeer _check = check;
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>With an identity that stays as it is.</summary>
    /// <param name="identity">This side's certificate and the authorities; not owned.</param>
    /// <param name="check">Asks the registry.</param>
    /// <param name="time">The clock that certificates are judged by; the system's when null.</param>
    public TlsPolicy(TlsIdentity identity, CheckPeer check, TimeProvider? time = null)
        : this(TlsIdentitySource.Of(identity), check, time)
    {
    }

    /// <summary>Who this side is.</summary>
    public PeerIdentity Self => _identity.Current.Self;

    /// <summary>Versions and suites; <see cref="TlsProfile.Modern"/> unless others' equipment is at the other end.</summary>
    public TlsProfile Profile { get; init; } = TlsProfile.Modern;

    /// <summary>The roles that a listener lets in; null for any.</summary>
    public IReadOnlyCollection<Role>? Accepts { get; init; }

    internal TimeProvider Time => _time;

    internal TlsIdentitySource Identity => _identity;

    /// <summary>Options for one handshake as the server.</summary>
    /// <param name="verdict">Where who it was, or why not, is kept; one for each handshake.</param>
    public SslServerAuthenticationOptions Server(TlsVerdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        DateTimeOffset now = _time.GetUtcNow();
        TlsIdentity own = _identity.Current;
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = own.Context,
            ClientCertificateRequired = true,
            EnabledSslProtocols = Profile.Protocols,
            CipherSuitesPolicy = Profile.Policy,
            EncryptionPolicy = EncryptionPolicy.RequireEncryption,
            AllowTlsResume = false,
            AllowRenegotiation = false,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            CertificateChainPolicy = PartyCertificate.ChainPolicy(own, PartyCertificate.ClientPurpose, now),
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Judge(certificate, chain, errors, PartyCertificate.ClientPurpose, null, now, verdict),
        };
    }

    /// <summary>Options for one handshake as the client.</summary>
    /// <param name="host">The host that was dialled: it must be among the certificate's DNS names or IP addresses.</param>
    /// <param name="expected">Whom it must be.</param>
    /// <param name="verdict">Where who it was, or why not, is kept; one for each handshake.</param>
    public SslClientAuthenticationOptions Client(string host, PeerExpectation expected, TlsVerdict verdict)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(verdict);
        DateTimeOffset now = _time.GetUtcNow();
        TlsIdentity own = _identity.Current;
        return new SslClientAuthenticationOptions
        {
            TargetHost = host,
            ClientCertificateContext = own.Context,
            EnabledSslProtocols = Profile.Protocols,
            CipherSuitesPolicy = Profile.Policy,
            EncryptionPolicy = EncryptionPolicy.RequireEncryption,
            AllowTlsResume = false,
            AllowRenegotiation = false,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            CertificateChainPolicy = PartyCertificate.ChainPolicy(own, PartyCertificate.ServerPurpose, now),
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Judge(certificate, chain, errors, PartyCertificate.ServerPurpose, expected, now, verdict),
        };
    }

    /// <summary>Shakes hands as the server. The stream is owned from here on, also when this throws.</summary>
    /// <exception cref="LinkException">The named reason.</exception>
    public Task<TlsConnection> AcceptAsync(Stream stream, CancellationToken cancellation = default) => AcceptAsync(stream, null, [], cancellation);

    /// <summary>Shakes hands as the client. The stream is owned from here on, also when this throws.</summary>
    /// <exception cref="LinkException">The named reason. A server that refuses this side does so after this returns, by closing: see <see cref="RefusedByPeer"/>.</exception>
    public Task<TlsConnection> ConnectAsync(Stream stream, string host, PeerExpectation expected, CancellationToken cancellation = default) =>
        ConnectAsync(stream, host, expected, [], null, cancellation);

    /// <summary>
    /// The check again, for a link that stands: has the registry turned against its peer, or the certificate expired? That the registry has become stale is no
    /// reason: it closes new links, not those that stand.
    /// </summary>
    public PeerRefusal? Recheck(PeerIdentity peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        PeerRefusal? refusal = peer.NotAfter <= _time.GetUtcNow()
            ? new PeerRefusal(LinkRefusal.Expired, $"the certificate of {peer} expired at {peer.NotAfter.UtcDateTime:u}")
            : Ask(peer);
        return refusal?.Reason == LinkRefusal.RegistryStale ? null : refusal;
    }

    /// <summary>
    /// The reason for a link that the peer closed before it sent a first byte. Under TLS 1.3 the client's part of the handshake is over before the server
    /// judges the client's certificate, and the platform then closes without an alert.
    /// </summary>
    /// <param name="asServer">Whether this side was the server.</param>
    /// <param name="inner">What the platform said.</param>
    public LinkException RefusedByPeer(bool asServer, Exception? inner = null) => TlsFailure.Alert(inner) is { } alert
        ? alert
        : _identity.Current.Check(asServer, _time.GetUtcNow()) is { } own
        ? new LinkException(own.Reason, $"the peer closed the link at once, and this side's own certificate would not do: {own.Text}", inner)
        : new LinkException(LinkRefusal.RefusedByPeer, $"the peer closed the link at once; it has most likely refused {Self}, and its log says why (revoked, not enrolled there yet, another role or authority)", inner);

    /// <summary>The same for a listener of a protocol that can tell a refused peer why.</summary>
    internal Task<TlsConnection> AcceptAsync(Stream stream, SayFarewell? farewell, List<SslApplicationProtocol> protocols, CancellationToken cancellation)
    {
        TlsVerdict verdict = new() { Tells = farewell is not null };
        SslServerAuthenticationOptions options = Server(verdict);
        options.ApplicationProtocols = protocols;
        return HandshakeAsync(stream, verdict, asServer: true, (tls, token) => tls.AuthenticateAsServerAsync(options, token), farewell, cancellation);
    }

    /// <summary>Tells a peer that has shaken hands why it is refused, waits a little until it has heard, and closes.</summary>
    internal async Task RefuseAsync(SslStream tls, LinkException cause, SayFarewell farewell)
    {
        try
        {
            using CancellationTokenSource late = new(LinkLimits.FarewellTime, _time);
            await farewell(tls, Farewell.Words(cause), late.Token).ConfigureAwait(false);
            await tls.ShutdownAsync().WaitAsync(late.Token).ConfigureAwait(false);

            // Closing with bytes unread would take the words away from under the peer's eyes (a TCP reset).
            byte[] ignored = new byte[1_024];
            int left = LinkLimits.FarewellBytes;
            int read;
            while (left > 0 && (read = await tls.ReadAsync(ignored, late.Token).ConfigureAwait(false)) > 0)
            {
                left -= read;
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException or AuthenticationException)
        {
            // It did not listen; it is refused all the same.
        }

        await tls.DisposeAsync().ConfigureAwait(false);
    }

    internal Task<TlsConnection> ConnectAsync(
        Stream stream, string host, PeerExpectation expected, List<SslApplicationProtocol> protocols, SayFarewell? farewell, CancellationToken cancellation)
    {
        TlsVerdict verdict = new() { Tells = farewell is not null };
        SslClientAuthenticationOptions options = Client(host, expected, verdict);
        options.ApplicationProtocols = protocols;
        return HandshakeAsync(stream, verdict, asServer: false, (tls, token) => tls.AuthenticateAsClientAsync(options, token), farewell, cancellation);
    }

    /// <summary>
    /// Shakes hands as the server and lets the handshake come to its end whatever the verdict is: who calls this must look at the verdict before anything else,
    /// and refuse by the protocol that follows. The stream is owned from here on, also when this throws.
    /// </summary>
    /// <param name="stream">The connection.</param>
    /// <param name="verdict">Where who it was, or why not, is kept.</param>
    /// <param name="judge">Makes who judges the peer's certificate of the policy's own judging.</param>
    /// <param name="protocols">The protocols offered (ALPN).</param>
    /// <param name="cancellation">Ends the handshake.</param>
    /// <exception cref="LinkException">The named reason; nobody is there to be told any more.</exception>
    internal Task<SslStream> ShakeAsServerAsync(
        Stream stream, TlsVerdict verdict, Func<RemoteCertificateValidationCallback, RemoteCertificateValidationCallback> judge, List<SslApplicationProtocol> protocols, CancellationToken cancellation)
    {
        SslServerAuthenticationOptions options = Server(verdict);
        options.RemoteCertificateValidationCallback = judge(options.RemoteCertificateValidationCallback!);
        options.ApplicationProtocols = protocols;
        return ShakeAsync(stream, verdict, asServer: true, (tls, token) => tls.AuthenticateAsServerAsync(options, token), cancellation);
    }

    private async Task<TlsConnection> HandshakeAsync(
        Stream stream, TlsVerdict verdict, bool asServer, Func<SslStream, CancellationToken, Task> authenticate, SayFarewell? farewell, CancellationToken cancellation)
    {
        SslStream tls = await ShakeAsync(stream, verdict, asServer, authenticate, cancellation).ConfigureAwait(false);

        // The handshake's success is not enough: only the verdict says who it is.
        if (verdict is { Refused: null, Peer: { } peer })
        {
            return new TlsConnection(tls, peer);
        }

        LinkException cause = verdict.Refused ?? new LinkException(LinkRefusal.Failed, "the TLS handshake came to no verdict");
        if (farewell is not null)
        {
            await RefuseAsync(tls, cause, farewell).ConfigureAwait(false);
        }

        await tls.DisposeAsync().ConfigureAwait(false);
        throw cause;
    }

    private async Task<SslStream> ShakeAsync(Stream stream, TlsVerdict verdict, bool asServer, Func<SslStream, CancellationToken, Task> authenticate, CancellationToken cancellation)
    {
        HandshakeStream counted = new(stream);
        SslStream tls = new(counted, leaveInnerStreamOpen: false);
        try
        {
            using CancellationTokenSource late = new(LinkLimits.HandshakeTime, _time);
            using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
            await authenticate(tls, both.Token).ConfigureAwait(false);
            counted.Done();
            return tls;
        }
        catch (Exception e)
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw e switch
            {
                _ when verdict.Refused is { } refused => refused,
                _ when counted.Exceeded => new LinkException(LinkRefusal.WrongLength, $"the peer sent more than {LinkLimits.HandshakeBytes} bytes without coming to the end of the TLS handshake", e),
                OperationCanceledException when cancellation.IsCancellationRequested => e,
                OperationCanceledException => new LinkException(LinkRefusal.TooSlow, $"the TLS handshake took longer than {LinkLimits.HandshakeTime.TotalSeconds} s", e),
                IOException when verdict.Peer is not null => RefusedByPeer(asServer, e),
                _ => TlsFailure.Name(e, counted.Heard),
            };
        }
    }

    private bool Judge(X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors, string purpose, PeerExpectation? expected, DateTimeOffset now, TlsVerdict verdict)
    {
        if (shown is not X509Certificate2 certificate || chain is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return verdict.Refuse(LinkRefusal.NoCertificate, "the peer showed no certificate; both sides of a link need one of the fleet");
        }

        (PeerIdentity? peer, PeerRefusal refusal) = PartyCertificate.Judge(certificate, chain, purpose, now);
        if (peer is null)
        {
            return verdict.Refuse(refusal.Reason, refusal.Text);
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return verdict.Refuse(LinkRefusal.WrongName, $"the certificate of {peer} is not for the address that was dialled; enrol it with that name or address");
        }

        if (expected?.Name is { } name && name != peer.Name)
        {
            return verdict.Refuse(LinkRefusal.WrongName, $"expected '{name}', found {peer}");
        }

        if (expected is not null ? peer.Role != expected.Role : Accepts?.Contains(peer.Role) == false)
        {
            return verdict.Refuse(LinkRefusal.WrongRole, $"{peer} has a role that is not expected here");
        }

        // Whatever else the platform found, though none of the above: refused.
        if (errors != SslPolicyErrors.None)
        {
            return verdict.Refuse(LinkRefusal.Untrusted, $"the certificate of {peer} was refused ({errors})");
        }

        return Ask(peer) is { } no ? verdict.Refuse(no.Reason, no.Text) : verdict.Accept(peer);
    }

    private PeerRefusal? Ask(PeerIdentity peer)
    {
        try
        {
            return _check(peer);
        }
#pragma warning disable CA1031 // A check that cannot answer refuses, whatever went wrong in it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return new PeerRefusal(LinkRefusal.Failed, $"{peer} could not be checked against the registry: {e.GetType().Name}");
        }
    }
}
