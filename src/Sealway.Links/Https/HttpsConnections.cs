namespace Sealway.Links;

using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Sealway.Messages;

/// <summary>
/// The connections of a web server, each from before its handshake to its end: the handshake is the policy's own and not the web server's, those that are not
/// known yet take no place from those that are, and whoever is refused is refused by name.
/// </summary>
/// <param name="policy">Shakes hands and judges.</param>
/// <param name="connections">How many that are known may stand at once.</param>
/// <param name="protocols">The versions of HTTP that are offered.</param>
/// <param name="begin">What is kept of a new connection.</param>
/// <param name="refused">Told of every refused connection with its named reason and address.</param>
internal sealed class HttpsConnections(TlsPolicy policy, int connections, HttpProtocols protocols, Func<HttpsConnection> begin, Action<LinkException, string> refused)
{
    private readonly List<SslApplicationProtocol> _offered =
        protocols.HasFlag(HttpProtocols.Http2) ? [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11] : [SslApplicationProtocol.Http11];

    private readonly ConcurrentDictionary<ConnectionContext, HttpsConnection> _connections = new();
    private readonly HandshakeGate _handshakes = new(LinkLimits.HandshakesAtOnce, LinkLimits.HandshakesOfOneAddress);
    private int _standing;

    /// <summary>Sets the bounds that every web server of Sealway has, and listens.</summary>
    internal void Listen(KestrelServerOptions kestrel, HostPort address)
    {
        kestrel.AddServerHeader = false;
        KestrelServerLimits limits = kestrel.Limits;

        // Those that are known, and beside them those that are not known yet: these can take no place from those.
        limits.MaxConcurrentConnections = connections + LinkLimits.HandshakesAtOnce;

        // No upgrades: nothing here leaves HTTP.
        limits.MaxConcurrentUpgradedConnections = 0;
        limits.MaxRequestHeaderCount = LinkLimits.Headers;
        limits.MaxRequestHeadersTotalSize = LinkLimits.HeadersBytes;
        limits.MaxRequestLineSize = LinkLimits.HeadersBytes / 4;
        limits.RequestHeadersTimeout = LinkLimits.HeadersTime;
        limits.MinRequestBodyDataRate = new MinDataRate(LinkLimits.SlowestBytesPerSecond, LinkLimits.SlowGrace);
        limits.MinResponseDataRate = new MinDataRate(LinkLimits.SlowestBytesPerSecond, LinkLimits.SlowGrace);
        kestrel.Listen(address.ToListen(), listen =>
        {
            listen.Protocols = protocols;
            listen.Use(next => connection => WatchAsync(connection, next));
        });
    }

    /// <summary>Ends every live connection of a key: requests on it are answered with the reason.</summary>
    /// <returns>How many were ended.</returns>
    internal int Drop(Kid kid, LinkRefusal reason)
    {
        int dropped = 0;
        foreach ((ConnectionContext connection, HttpsConnection known) in _connections)
        {
            if (known.Verdict.Peer is { } peer && peer.Kid == kid)
            {
                End(connection, known, new LinkException(reason, $"{peer} was dropped"));
                dropped++;
            }
        }

        return dropped;
    }

    /// <summary>Asks the policy's check about every live connection again, and ends those that it now refuses.</summary>
    internal void Recheck()
    {
        foreach ((ConnectionContext connection, HttpsConnection known) in _connections)
        {
            if (Late(known) is { } cause)
            {
                End(connection, known, cause);
            }
        }
    }

    /// <summary>A connection may outlive the registry's good opinion of its peer: each request is judged.</summary>
    /// <param name="request">The request; one of a listener without the policy passes, and has no name.</param>
    /// <param name="next">Answers who is not refused.</param>
    /// <param name="refuse">Answers who is.</param>
    internal async Task JudgeAsync(HttpContext request, RequestDelegate next, Func<HttpContext, LinkRefusal, string, Task> refuse)
    {
        if (request.Features.Get<HttpsConnection>() is not { } known)
        {
            await next(request).ConfigureAwait(false);
            return;
        }

        known.Begin();
        try
        {
            LinkException? cause = known.Refused ?? (known.Holder is null ? new LinkException(LinkRefusal.NoCertificate, "no certificate was judged") : Late(known));
            if (cause is not null)
            {
                known.Refuse(cause);

                // Whoever asks again must shake hands again, and is judged anew: the reason may be gone by then.
                request.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
                await refuse(request, cause.Reason, cause.Text).ConfigureAwait(false);
                return;
            }

            await next(request).ConfigureAwait(false);
        }
        finally
        {
            known.End();
        }
    }

    /// <summary>Why a party that was let in would not be now: revoked, or expired; null if it would.</summary>
    internal LinkException? Late(HttpsConnection known) =>
        known.Verdict.Peer is { } peer && policy.Recheck(peer) is { } refusal ? new LinkException(refusal.Reason, refusal.Text) : null;

    private static string RemoteOf(ConnectionContext connection) => connection.RemoteEndPoint?.ToString() ?? "unknown";

    private async Task WatchAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        using HttpsConnection known = begin();
        connection.Features.Set(known);
        LinkException? gaveWay = null;
        using IDisposable handshake = _handshakes.Enter((connection.RemoteEndPoint as IPEndPoint)?.Address, cause =>
        {
            gaveWay = cause;
            connection.Abort(new ConnectionAbortedException(cause.Message));
        });
        SslStream tls;
        try
        {
            tls = await policy.ShakeAsServerAsync(new TransportStream(connection.Transport), known.Verdict, known.Judge, _offered, CancellationToken.None).ConfigureAwait(false);
        }
        catch (LinkException e)
        {
            refused(gaveWay ?? e, RemoteOf(connection));
            connection.Abort(new ConnectionAbortedException(e.Message));
            return;
        }

        await using (tls.ConfigureAwait(false))
        {
            await ServeAsync(connection, known, tls, handshake, next).ConfigureAwait(false);
        }
    }

    private async Task ServeAsync(ConnectionContext connection, HttpsConnection known, SslStream tls, IDisposable handshake, ConnectionDelegate next)
    {
        LinkException? cause = known.Verdict.Refused;
        if (cause is null && known.Holder is null)
        {
            cause = new LinkException(LinkRefusal.Failed, "the TLS handshake came to no verdict");
        }

        if (cause?.Reason is LinkRefusal.Untrusted or LinkRefusal.NoCertificate or LinkRefusal.Failed)
        {
            // Of a stranger not even a request is read.
            refused(cause, RemoteOf(connection));
            await policy.RefuseAsync(tls, cause, Farewell.HttpAsync).ConfigureAwait(false);
            return;
        }

        bool counted = cause is null;
        bool stands = counted && Interlocked.Increment(ref _standing) <= connections;
        try
        {
            if (stands)
            {
                handshake.Dispose();
            }
            else
            {
                cause ??= new LinkException(LinkRefusal.TooMany, "as many connections stand here as may; try again later");
            }

            _connections[connection] = known;

            // A revocation between the handshake and the entry into the list would have ended everything but this one.
            cause ??= Greedy(known.Holder!) ?? Late(known);
            if (cause is not null)
            {
                known.Refuse(cause);
            }

            connection.Transport = new TlsTransport(tls);
            TlsFeatures features = new(tls);
            connection.Features.Set<ITlsConnectionFeature>(features);
            connection.Features.Set<ITlsApplicationProtocolFeature>(features);
            connection.Features.Set<ITlsHandshakeFeature>(features);

            // A refused party of the fleet is answered one request with the reason, within the time of one, and no second one.
            using ITimer? late = cause is null ? null : policy.Time.CreateTimer(
                static one => ((ConnectionContext)one!).Abort(new ConnectionAbortedException("refused")), connection, LinkLimits.HeadersTime, Timeout.InfiniteTimeSpan);
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            _connections.TryRemove(connection, out _);
            if (counted)
            {
                Interlocked.Decrement(ref _standing);
            }

            if (!known.Used)
            {
                refused(cause ?? policy.RefusedByPeer(asServer: true), RemoteOf(connection));
            }
        }
    }

    private LinkException? Greedy(string holder) =>
        _connections.Values.Count(one => one.Refused is null && one.Holder == holder) > LinkLimits.HttpsConnectionsOfOneParty
            ? new LinkException(LinkRefusal.TooMany, $"{holder} has {LinkLimits.HttpsConnectionsOfOneParty} connections here already")
            : null;

    /// <summary>Ends a connection that stood: what is being answered is answered with the reason, if the peer takes it in time.</summary>
    private void End(ConnectionContext connection, HttpsConnection known, LinkException cause)
    {
        if (!known.Refuse(cause))
        {
            return;
        }

        refused(cause, RemoteOf(connection));
        if (known.Busy)
        {
            _ = AbortSoonAsync(connection, cause);
        }
        else
        {
            connection.Abort(new ConnectionAbortedException(cause.Message));
        }
    }

    private static async Task AbortSoonAsync(ConnectionContext connection, LinkException cause)
    {
        await Task.Delay(LinkLimits.FarewellTime, CancellationToken.None).ConfigureAwait(false);
        connection.Abort(new ConnectionAbortedException(cause.Message));
    }
}
