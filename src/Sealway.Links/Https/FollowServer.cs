namespace Sealway.Links;

using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
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
    private readonly HttpsConnections _connections;
    private readonly SemaphoreSlim _bodies = new(LinkLimits.FollowBodiesAtOnce, LinkLimits.FollowBodiesAtOnce);
    private readonly ConcurrentDictionary<Kid, SemaphoreSlim> _bodiesOf = new();
    private HostPort? _address;

    /// <summary>Does not listen yet.</summary>
    public FollowServer(FollowServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _logger = options.Logging.CreateLogger<FollowServer>();
        _connections = new HttpsConnections(options.Policy, options.Connections, HttpProtocols.Http1AndHttp2, () => new HttpsConnection(), Refused);

        // Empty: no settings from the environment or the working directory reach what listens.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Configure);
        builder.Services.AddSingleton(options.Logging);
        builder.Services.AddSingleton<IHostLifetime, NoHostLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = _stopTime);
        builder.Services.AddRouting();
        options.Services?.Invoke(builder.Services);
        _application = builder.Build();
        _application.Use((HttpContext request, RequestDelegate next) => _connections.JudgeAsync(request, next, RefuseAsync));
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
        return request.Features.Get<HttpsConnection>()?.Verdict.Peer;
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
    public int Drop(Kid kid, LinkRefusal reason = LinkRefusal.Revoked) => _connections.Drop(kid, reason);

    /// <summary>Asks the policy's check about every live connection again, and ends those that it now refuses: to be called when the registry has moved.</summary>
    public void Recheck() => _connections.Recheck();

    /// <summary>Stops: long polls are answered with nothing, other requests get a few seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync().ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
        _bodies.Dispose();
    }

    private static int StatusOf(LinkRefusal reason) => reason switch
    {
        LinkRefusal.BadRequest or LinkRefusal.WrongProtocol or LinkRefusal.WrongLength => StatusCodes.Status400BadRequest,
        LinkRefusal.TooMany or LinkRefusal.ClosedHere => StatusCodes.Status503ServiceUnavailable,
        LinkRefusal.Failed => StatusCodes.Status500InternalServerError,
        _ => StatusCodes.Status403Forbidden,
    };

    private void Configure(KestrelServerOptions kestrel)
    {
        _connections.Listen(kestrel, _options.Address);
        KestrelServerLimits limits = kestrel.Limits;
        limits.MaxRequestBodySize = LinkLimits.FollowBytes;
        limits.KeepAliveTimeout = LinkLimits.HttpsIdleTime;
        limits.Http2.MaxStreamsPerConnection = LinkLimits.StreamsPerConnection;
        limits.Http2.MaxRequestHeaderFieldSize = LinkLimits.HeadersBytes;

        // Kestrel buffers at most this much of bodies that nobody reads yet, for each connection and each of its streams.
        limits.Http2.InitialConnectionWindowSize = 128 * 1024;
        limits.Http2.InitialStreamWindowSize = 96 * 1024;
        limits.Http2.KeepAlivePingDelay = LinkLimits.MqttKeepAlive;
        limits.Http2.KeepAlivePingTimeout = LinkLimits.SendTime;
        _options.Listeners?.Invoke(kestrel);
    }

    private async Task FollowAsync(HttpContext request)
    {
        if (PeerOf(request) is not { } peer)
        {
            await RefuseAsync(request, LinkRefusal.NoCertificate, "this takes a certificate of the fleet").ConfigureAwait(false);
            return;
        }

        HttpsConnection known = request.Features.GetRequiredFeature<HttpsConnection>();
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
        HttpsConnection known = request.Features.GetRequiredFeature<HttpsConnection>();
        if ((known.Refused ?? _connections.Late(known)) is { } refused)
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
