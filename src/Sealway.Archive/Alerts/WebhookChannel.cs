namespace Sealway.Archive;

using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Authentication;

/// <summary>
/// Posts each alert as JSON; any answer of 200 to 299 means delivered. Over TLS 1.3 or 1.2 with the machine's trusted
/// authorities; in clear only to this machine. No redirects, no proxy from the environment.
/// </summary>
internal sealed class WebhookChannel : IAlertChannel
{
    /// <summary>How long a delivery may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Uri _uri;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _http;

    public WebhookChannel(Uri uri, TimeProvider time)
    {
        _uri = uri;
        _time = time;
        SslClientAuthenticationOptions tls = new() { EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13, CertificateRevocationCheckMode = System.Security.Cryptography.X509Certificates.X509RevocationMode.Online };
        if (OperatingSystem.IsLinux())
        {
            // Forward secret and authenticated; elsewhere the system's policy decides.
            tls.CipherSuitesPolicy = new CipherSuitesPolicy(
            [
                TlsCipherSuite.TLS_AES_256_GCM_SHA384,
                TlsCipherSuite.TLS_AES_128_GCM_SHA256,
                TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
                TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
                TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
                TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
                TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
            ]);
        }

        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            SslOptions = tls,
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        });
    }

    /// <summary>Whether alerts may be sent there: <c>https</c>, or <c>http</c> to this machine.</summary>
    public static bool Allows(Uri uri) => uri.IsAbsoluteUri && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));

    public async Task DeliverAsync(ReadOnlyMemory<byte> json, CancellationToken ct)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, _uri)
        {
            Content = new ReadOnlyMemoryContent(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        using CancellationTokenSource late = new(Patience, _time);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(late.Token, ct);
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, both.Token).ConfigureAwait(false);
            if (response.StatusCode is < HttpStatusCode.OK or >= HttpStatusCode.MultipleChoices)
            {
                throw new AlertNotDeliveredException($"the webhook answered {(int)response.StatusCode}");
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new AlertNotDeliveredException($"the webhook took longer than {Patience.TotalSeconds} s");
        }
        catch (Exception inner) when (inner is HttpRequestException or IOException)
        {
            throw new AlertNotDeliveredException($"the webhook cannot be reached: {inner.Message}", inner);
        }
    }

    public void Dispose() => _http.Dispose();
}
