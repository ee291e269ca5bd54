namespace Sealway.Links;

using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;

/// <summary>An archive's, app's or registrar's way to the cloud: <c>POST /follow</c> over HTTPS, HTTP/2 where the server has it.</summary>
public sealed class FollowClient : IDisposable
{
    private static readonly MediaTypeHeaderValue _cbor = new("application/cbor");
    private static readonly HttpRequestOptionsKey<bool> _fresh = new("sealway-fresh");

    private readonly HostPort _server;
    private readonly TlsPolicy _policy;
    private readonly PeerExpectation _expected;
    private readonly Lock _renewing = new();
    private volatile HttpMessageInvoker _http;
    private HttpMessageInvoker? _before;
    private volatile PeerIdentity? _peer;

    /// <summary>Does not connect yet.</summary>
    /// <param name="server">Where the cloud's HTTPS listens.</param>
    /// <param name="policy">This side's certificate and its checks.</param>
    /// <param name="expected">Whom it must be.</param>
    public FollowClient(HostPort server, TlsPolicy policy, PeerExpectation expected)
    {
        _server = server;
        _policy = policy;
        _expected = expected;
        _http = NewConnections();
        policy.Identity.Changed += Renew;
    }

    /// <summary>The server, as its certificate last named it; null before the first connection.</summary>
    public PeerIdentity? Server => _peer;

    /// <summary>Sends a follow request and gives the answer's bytes, none when the server had nothing to say.</summary>
    /// <param name="body">1 to <see cref="LinkLimits.FollowBytes"/> bytes; with a wait, to <see cref="LinkLimits.LongPollBytes"/>.</param>
    /// <param name="wait">Whole seconds that the server may wait for news, to <see cref="LinkLimits.LongPollTime"/>.</param>
    /// <param name="cancellation">Ends the request.</param>
    /// <exception cref="LinkException">The named reason, the server's own where it gave one.</exception>
    public async Task<byte[]> PostAsync(ReadOnlyMemory<byte> body, TimeSpan wait = default, CancellationToken cancellation = default)
    {
        // Connections are kept; what the registry thinks of their peer may have changed since.
        if (_peer is { } known && _policy.Recheck(known) is { } refusal)
        {
            if (refusal.Reason != LinkRefusal.Expired)
            {
                throw new LinkException(refusal.Reason, refusal.Text);
            }

            // The certificate that the standing connections began with is over; by now the server may have another.
            lock (_renewing)
            {
                if (ReferenceEquals(_peer, known))
                {
                    _peer = null;
                    Renew();
                }
            }
        }

        using HttpRequestMessage request = new(HttpMethod.Post, UriFor(wait))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = _cbor } },
        };
        using CancellationTokenSource late = new(LinkLimits.RequestTime + wait, _policy.Time);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, both.Token).ConfigureAwait(false);
            request.Options.Set(_fresh, false);
            return await AnswerAsync(response, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new LinkException(LinkRefusal.TooSlow, $"{_server} does not answer", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or ObjectDisposedException)
        {
            throw Name(e, request);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _policy.Identity.Changed -= Renew;
        lock (_renewing)
        {
            _before?.Dispose();
            _http.Dispose();
        }
    }

    /// <summary>Later requests go over new connections, with a new look at certificates on both sides; requests under way end on theirs.</summary>
    private void Renew()
    {
        lock (_renewing)
        {
            // A request may just have taken the one that was in use: it is kept until the next time.
            _before?.Dispose();
            _before = _http;
            _http = NewConnections();
        }
    }

    private HttpMessageInvoker NewConnections()
    {
        SocketsHttpHandler handler = new()
        {
            // The whole handshake is ours, so that its reason is.
            ConnectCallback = ConnectAsync,
            ConnectTimeout = LinkLimits.HandshakeTime * 2,
            PooledConnectionLifetime = LinkLimits.HttpsConnectionLife,
            PooledConnectionIdleTimeout = LinkLimits.HttpsIdleTime / 2,
            MaxConnectionsPerServer = 4,
            MaxResponseHeadersLength = LinkLimits.HeadersBytes / 1024,
            MaxResponseDrainSize = 0,
            KeepAlivePingDelay = LinkLimits.MqttKeepAlive,
            KeepAlivePingTimeout = LinkLimits.SendTime,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,

            // Neither the environment nor the server decides where the next request goes or what it carries.
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            Credentials = null,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
        };
        return new HttpMessageInvoker(handler);
    }

    private Uri UriFor(TimeSpan wait)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(wait, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(wait, LinkLimits.LongPollTime);
        string query = wait == TimeSpan.Zero ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"?wait={(int)wait.TotalSeconds}");
        return new Uri($"https://{_server}/follow{query}");
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        context.InitialRequestMessage.Options.Set(_fresh, true);
        Stream stream = await TcpDial.ConnectAsync(_server, _policy.Time, cancellation).ConfigureAwait(false);
        TlsConnection tls = await _policy.ConnectAsync(stream, _server.Host, _expected, [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11], null, cancellation).ConfigureAwait(false);
        _peer = tls.Peer;
        return tls.Stream;
    }

    private LinkException Name(Exception failure, HttpRequestMessage request)
    {
        for (Exception? e = failure; e is not null; e = e.InnerException)
        {
            if (e is LinkException link)
            {
                return new LinkException(link.Reason, link.Text, failure);
            }
        }

        return request.Options.TryGetValue(_fresh, out bool fresh) && fresh
            ? _policy.RefusedByPeer(asServer: false, failure)
            : new LinkException(LinkRefusal.Closed, $"the connection to {_server} broke", failure);
    }

    private async Task<byte[]> AnswerAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.NoContent:
                return [];
            case HttpStatusCode.OK when response.Content.Headers.ContentType?.MediaType == _cbor.MediaType:
                return await ReadAsync(response.Content, LinkLimits.FollowBytes, cancellation).ConfigureAwait(false);
            case HttpStatusCode.OK:
                throw new LinkException(LinkRefusal.WrongProtocol, $"{_server} answered with something that is not CBOR");
            default:
                byte[] said = await ReadAsync(response.Content, LinkLimits.ProblemBytes, cancellation).ConfigureAwait(false);
                LinkRefusal otherwise = response.StatusCode switch
                {
                    HttpStatusCode.BadRequest => LinkRefusal.BadRequest,
                    HttpStatusCode.Forbidden => LinkRefusal.Forbidden,
                    HttpStatusCode.ServiceUnavailable => LinkRefusal.TooMany,
                    _ => LinkRefusal.Failed,
                };
                throw LinkException.FromPeer(System.Text.Encoding.UTF8.GetString(said), otherwise, string.Create(CultureInfo.InvariantCulture, $"{_server} ({(int)response.StatusCode})"));
        }
    }

    private static async Task<byte[]> ReadAsync(HttpContent content, int limit, CancellationToken cancellation)
    {
        Stream stream = await content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        using MemoryStream read = new();
        byte[] part = new byte[16 * 1024];
        int count;
        while ((count = await stream.ReadAsync(part, cancellation).ConfigureAwait(false)) > 0)
        {
            if (read.Length + count > limit)
            {
                throw new LinkException(LinkRefusal.WrongLength, $"the server's answer is longer than {limit} bytes");
            }

            read.Write(part, 0, count);
        }

        return read.ToArray();
    }
}
