namespace Sealway.Links;

using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sealway.Messages;

/// <summary>
/// The cloud's HTTPS side: HTTP/1.1 and 2 over TLS 1.3 with client certificates, and one endpoint, <c>POST /follow[?wait=SECONDS]</c>, bodies and answers
/// <c>application/cbor</c>. A refusal is plain text, <c>Reason: what to do</c>. Every request asks the policy's check again.
/// </summary>
public sealed class FollowServer : IAsyncDisposable
{
    private const string Cbor = "application/cbor";
    private static readonly TimeSpan _stopTime = TimeSpan.FromSeconds(5);

    private readonly FollowServerOptions _options;
    private readonly ILogger _logger;
    private readonly WebApplication _application;
    private readonly ConcurrentDictionary<ConnectionContext, FollowConnection> _connections = new();
    private readonly HandshakeGate _handshakes = new(LinkLimits.HandshakesAtOnce, LinkLimits.HandshakesOfOneAddress);
    private int _standing;
    private readonly SemaphoreSlim _bodies = new(LinkLimits.FollowBodiesAtOnce, LinkLimits.FollowBodiesAtOnce);
    private readonly ConcurrentDictionary<Kid, SemaphoreSlim> _bodiesOf = new();
    private HostPort? _address;

    /// <summary>Does not listen yet.</summary>
    public FollowServer(FollowServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _logger = options.Logging.CreateLogger<FollowServer>();

        // Empty: no settings from the environment or the working directory reach what listens.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Configure);
        builder.Services.AddSingleton(options.Logging);
        builder.Services.AddSingleton<IHostLifetime, NoHostLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = _stopTime);
        builder.Services.AddRouting();
        options.Services?.Invoke(builder.Services);
        _application = builder.Build();
        _application.Use(JudgeAsync);
        _application.UseRouting();
        _application.MapPost("/follow", FollowAsync);
        options.Routes?.Invoke(_application);
    }

    /// <summary>Where it listens, once started.</summary>
    public HostPort Address => _address ?? _options.Address;

    /// <summary>Who made a request: the party of its connection's certificate; null over a listener without the policy.</summary>
    public static PeerIdentity? PeerOf(HttpContext request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Features.Get<FollowConnection>()?.Verdict.Peer;
    }

    /// <summary>Begins to listen.</summary>
    /// <exception cref="LinkException"><see cref="LinkRefusal.Unreachable"/>: the address cannot be listened on.</exception>
    public async Task StartAsync(CancellationToken cancellation = default)
    {
        try
        {
            await _application.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw new LinkException(LinkRefusal.Unreachable, $"cannot listen on {_options.Address}: {e.Message}", e);
        }

        string bound = _application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        _address = HostPort.Parse(new Uri(bound).Authority);
    }

    /// <summary>Ends every live connection of a key, such as one just revoked: requests on it are answered with the reason.</summary>
    /// <returns>How many were ended.</returns>
    public int Drop(Kid kid, LinkRefusal reason = LinkRefusal.Revoked)
    {
        int dropped = 0;
        foreach ((ConnectionContext connection, FollowConnection known) in _connections)
        {
            if (known.Verdict.Peer is { } peer && peer.Kid == kid)
            {
                End(connection, known, new LinkException(reason, $"{peer} was dropped"));
                dropped++;
            }
        }

        return dropped;
    }

    /// <summary>Asks the policy's check about every live connection again, and ends those that it now refuses: to be called when the registry has moved.</summary>
    public void Recheck()
    {
        foreach ((ConnectionContext connection, FollowConnection known) in _connections)
        {
            if (known.Verdict.Peer is { } peer && _options.Policy.Recheck(peer) is { } refusal)
            {
                End(connection, known, new LinkException(refusal.Reason, refusal.Text));
            }
        }
    }

    /// <summary>Stops: long polls are answered with nothing, other requests get a few seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync().ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
        _bodies.Dispose();
    }

    private static string RemoteOf(ConnectionContext connection) => connection.RemoteEndPoint?.ToString() ?? "unknown";

    private static int StatusOf(LinkRefusal reason) => reason switch
    {
        LinkRefusal.BadRequest or LinkRefusal.WrongProtocol or LinkRefusal.WrongLength => StatusCodes.Status400BadRequest,
        LinkRefusal.TooMany or LinkRefusal.ClosedHere => StatusCodes.Status503ServiceUnavailable,
        LinkRefusal.Failed => StatusCodes.Status500InternalServerError,
        _ => StatusCodes.Status403Forbidden,
    };

    private void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        KestrelServerLimits limits = kestrel.Limits;
        // Those that are known, and beside them those that are not known yet: these can take no place from those.
        limits.MaxConcurrentConnections = _options.Connections + LinkLimits.HandshakesAtOnce;

        // No upgrades: nothing here leaves HTTP.
        limits.MaxConcurrentUpgradedConnections = 0;
        limits.MaxRequestBodySize = LinkLimits.FollowBytes;
        limits.MaxRequestHeaderCount = LinkLimits.Headers;
        limits.MaxRequestHeadersTotalSize = LinkLimits.HeadersBytes;
        limits.MaxRequestLineSize = LinkLimits.HeadersBytes / 4;
        limits.RequestHeadersTimeout = LinkLimits.HeadersTime;
        limits.KeepAliveTimeout = LinkLimits.HttpsIdleTime;
        limits.MinRequestBodyDataRate = new MinDataRate(LinkLimits.SlowestBytesPerSecond, LinkLimits.SlowGrace);
        limits.MinResponseDataRate = new MinDataRate(LinkLimits.SlowestBytesPerSecond, LinkLimits.SlowGrace);
        limits.Http2.MaxStreamsPerConnection = LinkLimits.StreamsPerConnection;
        limits.Http2.MaxRequestHeaderFieldSize = LinkLimits.HeadersBytes;

        // Kestrel buffers at most this much of bodies that nobody reads yet, for each connection and each of its streams.
        limits.Http2.InitialConnectionWindowSize = 128 * 1024;
        limits.Http2.InitialStreamWindowSize = 96 * 1024;
        limits.Http2.KeepAlivePingDelay = LinkLimits.MqttKeepAlive;
        limits.Http2.KeepAlivePingTimeout = LinkLimits.SendTime;
        kestrel.Listen(_options.Address.ToListen(), listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.Use(next => connection => WatchAsync(connection, next));
        });
        _options.Listeners?.Invoke(kestrel);
    }

    /// <summary>Keeps a connection in sight from before its handshake to its end. The handshake is the policy's own, as everywhere, and not the web server's.</summary>
    private async Task WatchAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        using FollowConnection known = new();
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
            tls = await _options.Policy.ShakeAsServerAsync(
                new TransportStream(connection.Transport), known.Verdict, [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11], CancellationToken.None).ConfigureAwait(false);
        }
        catch (LinkException e)
        {
            Refused(gaveWay ?? e, RemoteOf(connection));
            connection.Abort(new ConnectionAbortedException(e.Message));
            return;
        }

        await using (tls.ConfigureAwait(false))
        {
            await ServeAsync(connection, known, tls, handshake, next).ConfigureAwait(false);
        }
    }

    private async Task ServeAsync(ConnectionContext connection, FollowConnection known, SslStream tls, IDisposable handshake, ConnectionDelegate next)
    {
        LinkException? refused = known.Verdict.Refused;
        if (refused is null && known.Verdict.Peer is null)
        {
            refused = new LinkException(LinkRefusal.Failed, "the TLS handshake came to no verdict");
        }

        if (refused?.Reason is LinkRefusal.Untrusted or LinkRefusal.NoCertificate or LinkRefusal.Failed)
        {
            // Of a stranger not even a request is read.
            Refused(refused, RemoteOf(connection));
            await _options.Policy.RefuseAsync(tls, refused, Farewell.HttpAsync).ConfigureAwait(false);
            return;
        }

        bool counted = refused is null;
        bool stands = counted && Interlocked.Increment(ref _standing) <= _options.Connections;
        try
        {
            if (stands)
            {
                handshake.Dispose();
            }
            else
            {
                refused ??= new LinkException(LinkRefusal.TooMany, "as many connections stand here as may; try again later");
            }

            _connections[connection] = known;
            refused ??= Greedy(known.Verdict.Peer!) ?? Late(known.Verdict.Peer!);
            if (refused is not null)
            {
                known.Refuse(refused);
            }

            connection.Transport = new TlsTransport(tls);
            TlsFeatures features = new(tls);
            connection.Features.Set<ITlsConnectionFeature>(features);
            connection.Features.Set<ITlsApplicationProtocolFeature>(features);
            connection.Features.Set<ITlsHandshakeFeature>(features);

            // A refused party of the fleet is answered one request with the reason, within the time of one, and no second one.
            using ITimer? late = refused is null ? null : _options.Policy.Time.CreateTimer(
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

            if (refused is not null && !known.Used)
            {
                Refused(refused, RemoteOf(connection));
            }
            else if (!known.Used)
            {
                Refused(_options.Policy.RefusedByPeer(asServer: true), RemoteOf(connection));
            }
        }
    }

    private LinkException? Greedy(PeerIdentity peer) =>
        _connections.Values.Count(one => one.Refused is null && one.Verdict.Peer?.Kid == peer.Kid) > LinkLimits.HttpsConnectionsOfOneParty
            ? new LinkException(LinkRefusal.TooMany, $"{peer} has {LinkLimits.HttpsConnectionsOfOneParty} connections here already")
            : null;

    // A revocation between the handshake and the entry into the list would have ended everything but this one.
    private LinkException? Late(PeerIdentity peer) => _options.Policy.Recheck(peer) is { } refusal ? new LinkException(refusal.Reason, refusal.Text) : null;

    /// <summary>Ends a connection that stood: what is being answered is answered with the reason, if the peer takes it in time.</summary>
    private void End(ConnectionContext connection, FollowConnection known, LinkException cause)
    {
        if (!known.Refuse(cause))
        {
            return;
        }

        Refused(cause, RemoteOf(connection));
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

    /// <summary>A connection may outlive the registry's good opinion of its peer: each request is judged.</summary>
    private async Task JudgeAsync(HttpContext request, RequestDelegate next)
    {
        if (request.Features.Get<FollowConnection>() is not { } known)
        {
            await next(request).ConfigureAwait(false);
            return;
        }

        known.Begin();
        try
        {
            LinkException? refused = known.Refused
                ?? (known.Verdict.Peer is { } peer ? Late(peer) : new LinkException(LinkRefusal.NoCertificate, "no certificate was judged"));
            if (refused is not null)
            {
                known.Refuse(refused);

                // Whoever asks again must shake hands again, and is judged anew: the reason may be gone by then.
                request.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
                await RefuseAsync(request, refused.Reason, refused.Text).ConfigureAwait(false);
                return;
            }

            await next(request).ConfigureAwait(false);
        }
        finally
        {
            known.End();
        }
    }

    private async Task FollowAsync(HttpContext request)
    {
        if (PeerOf(request) is not { } peer)
        {
            await RefuseAsync(request, LinkRefusal.NoCertificate, "this takes a certificate of the fleet").ConfigureAwait(false);
            return;
        }

        FollowConnection known = request.Features.GetRequiredFeature<FollowConnection>();
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(request.RequestAborted, _application.Lifetime.ApplicationStopping, known.Ended);
        try
        {
            TimeSpan wait = Wait(request);
            if (wait != TimeSpan.Zero)
            {
                await FollowAsync(request, peer, wait, end.Token).ConfigureAwait(false);
                return;
            }

            // First among its own, then among all: who waits for its own holds nobody else up.
            SemaphoreSlim own = _bodiesOf.GetOrAdd(peer.Kid, _ => new SemaphoreSlim(LinkLimits.FollowBodiesOfOneParty, LinkLimits.FollowBodiesOfOneParty));
            await own.WaitAsync(end.Token).ConfigureAwait(false);
            try
            {
                await _bodies.WaitAsync(end.Token).ConfigureAwait(false);
                try
                {
                    await FollowAsync(request, peer, wait, end.Token).ConfigureAwait(false);
                }
                finally
                {
                    _bodies.Release();
                }
            }
            finally
            {
                own.Release();
            }
        }
        catch (LinkException e)
        {
            await RefuseAsync(request, e.Reason, e.Text).ConfigureAwait(false);
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException e)
        {
            await RefuseAsync(request, e.StatusCode == StatusCodes.Status413PayloadTooLarge ? LinkRefusal.WrongLength : LinkRefusal.BadRequest, "the body is too long, too slow or broken").ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (request.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for an answer any more.
        }
        catch (OperationCanceledException) when (known.Refused is { } refused)
        {
            await RefuseAsync(request, refused.Reason, refused.Text).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await RefuseAsync(request, LinkRefusal.ClosedHere, "the server is stopping").ConfigureAwait(false);
        }
        catch (Exception e) when (e is not IOException)
        {
            _logger.LogError(e, "a follow request of {Peer} could not be handled", peer);
            await RefuseAsync(request, LinkRefusal.Failed, "the server could not handle the request").ConfigureAwait(false);
        }
    }

    private async Task FollowAsync(HttpContext request, PeerIdentity peer, TimeSpan wait, CancellationToken cancellation)
    {
        ReadOnlyMemory<byte> body = await BodyAsync(request, wait, cancellation).ConfigureAwait(false);
        FollowAnswer answer = await _options.Handler(peer, body, wait, cancellation).ConfigureAwait(false);

        // What it waited for may be the news of its own revocation.
        if ((request.Features.Get<FollowConnection>()?.Refused ?? Late(peer)) is { } refused)
        {
            throw refused;
        }

        await AnswerAsync(request, answer).ConfigureAwait(false);
    }

    private static TimeSpan Wait(HttpContext request)
    {
        if (!request.Request.Query.TryGetValue("wait", out Microsoft.Extensions.Primitives.StringValues text))
        {
            return TimeSpan.Zero;
        }

        return text.Count == 1 && int.TryParse(text[0], NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds <= LinkLimits.LongPollTime.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new LinkException(LinkRefusal.BadRequest, $"wait is whole seconds from 0 to {LinkLimits.LongPollTime.TotalSeconds}");
    }

    private static async Task<ReadOnlyMemory<byte>> BodyAsync(HttpContext request, TimeSpan wait, CancellationToken cancellation)
    {
        if (request.Request.ContentType != Cbor)
        {
            throw new LinkException(LinkRefusal.BadRequest, $"the body must be {Cbor}");
        }

        int limit = wait == TimeSpan.Zero ? LinkLimits.FollowBytes : LinkLimits.LongPollBytes;
        request.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = limit;
        if (request.Request.ContentLength > limit)
        {
            throw new LinkException(LinkRefusal.WrongLength, $"the body is longer than {limit} bytes");
        }

        // Grows with what came, not with what was announced.
        using MemoryStream body = new();
        await request.Request.Body.CopyToAsync(body, cancellation).ConfigureAwait(false);
        return body.Length > 0 ? body.GetBuffer().AsMemory(0, (int)body.Length) : throw new LinkException(LinkRefusal.WrongLength, "the body is empty");
    }

    private async Task AnswerAsync(HttpContext request, FollowAnswer answer)
    {
        if (answer.Reason is { } reason)
        {
            await RefuseAsync(request, reason, answer.Text).ConfigureAwait(false);
            return;
        }

        if (answer.Body.IsEmpty)
        {
            request.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        request.Response.ContentType = Cbor;
        request.Response.ContentLength = answer.Body.Length;
        await request.Response.BodyWriter.WriteAsync(answer.Body, request.RequestAborted).ConfigureAwait(false);
    }

    private async Task RefuseAsync(HttpContext request, LinkRefusal reason, string text)
    {
        LinkException refusal = new(reason, text);
        Refused(refusal, $"{request.Connection.RemoteIpAddress}:{request.Connection.RemotePort}");
        if (request.Response.HasStarted || request.RequestAborted.IsCancellationRequested)
        {
            request.Abort();
            return;
        }

        request.Response.Clear();
        request.Response.StatusCode = StatusOf(reason);
        request.Response.ContentType = "text/plain; charset=utf-8";
        await request.Response.WriteAsync(refusal.Message, request.RequestAborted).ConfigureAwait(false);
    }

    private void Refused(LinkException cause, string remote)
    {
        _logger.LogWarning("refused {Remote}: {Cause}", remote, cause.Message);
        _options.Refused?.Invoke(cause, remote);
    }
}
