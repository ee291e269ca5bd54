namespace Sealway.Links;

using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sealway.Messages;

/// <summary>A party's or device's side of enrolment (RFC 7030): one connection for each request, over the one TLS policy; nothing else than the fleet's own authority is believed.</summary>
/// <param name="server">Where the authority's EST server listens.</param>
/// <param name="policy">The certificate to show, and the authorities.</param>
/// <param name="fleet">The fleet's name, which the server's certificate bears; null: that of any fleet of this authority.</param>
public sealed class EstClient(HostPort server, TlsPolicy policy, string? fleet = null)
{
    private static readonly MediaTypeHeaderValue _pkcs10 = new(EstPath.Request);

    /// <summary>The fleet's name, as the server's certificate gave it; null before the first answer.</summary>
    public string? Fleet { get; private set; }

    /// <summary>Asks for a first certificate with a factory certificate.</summary>
    /// <param name="request">PKCS#10 in DER.</param>
    /// <param name="cancellation">Ends the request.</param>
    /// <returns>The certificate; only that it is one is checked here.</returns>
    /// <exception cref="LinkException">The named reason, the server's own where it gave one.</exception>
    public Task<X509Certificate2> EnrolAsync(byte[] request, CancellationToken cancellation = default) => PostAsync(EstPath.Enrol, request, cancellation);

    /// <summary>Asks for the next certificate with the present one.</summary>
    /// <param name="request">PKCS#10 in DER, of the present subject and alternative names.</param>
    /// <param name="cancellation">Ends the request.</param>
    /// <returns>The certificate; only that it is one is checked here.</returns>
    /// <exception cref="LinkException">The named reason, the server's own where it gave one.</exception>
    public Task<X509Certificate2> RenewAsync(byte[] request, CancellationToken cancellation = default) => PostAsync(EstPath.Renew, request, cancellation);

    private async Task<X509Certificate2> PostAsync(string path, byte[] request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        using SocketsHttpHandler handler = new()
        {
            // The whole handshake is ours, so that its reason is.
            ConnectCallback = ConnectAsync,
            ConnectTimeout = LinkLimits.HandshakeTime * 2,
            MaxResponseHeadersLength = LinkLimits.HeadersBytes / 1024,
            MaxResponseDrainSize = 0,
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            Credentials = null,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
        };
        using HttpMessageInvoker http = new(handler, disposeHandler: false);
        using HttpRequestMessage message = new(HttpMethod.Post, new Uri($"https://{server}{path}"))
        {
            Version = HttpVersion.Version11,
            Content = new StringContent(CertsOnly.Lines(request), Encoding.ASCII, _pkcs10),
        };
        using CancellationTokenSource late = new(LinkLimits.RequestTime, policy.Time);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            using HttpResponseMessage response = await http.SendAsync(message, both.Token).ConfigureAwait(false);
            string body = Encoding.ASCII.GetString(await ReadAsync(response.Content, response.IsSuccessStatusCode ? LinkLimits.EnrolmentAnswerBytes : LinkLimits.ProblemBytes, both.Token).ConfigureAwait(false));
            return response.StatusCode == HttpStatusCode.OK ? One(response, body) : throw Refused(response, body);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new LinkException(LinkRefusal.TooSlow, $"{server} does not answer", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            for (Exception? inner = e; inner is not null; inner = inner.InnerException)
            {
                if (inner is LinkException link)
                {
                    throw new LinkException(link.Reason, link.Text, e);
                }
            }

            throw policy.RefusedByPeer(asServer: false, e);
        }
    }

    private static X509Certificate2 One(HttpResponseMessage response, string body)
    {
        if (response.Content.Headers.ContentType?.MediaType != EstPath.CertificatesType)
        {
            throw new LinkException(LinkRefusal.WrongProtocol, "the server answered with something that is no certificate");
        }

        X509Certificate2Collection certificates = CertsOnly.FromBase64(body);
        if (certificates.Count == 1)
        {
            return certificates[0];
        }

        foreach (X509Certificate2 certificate in certificates)
        {
            certificate.Dispose();
        }

        throw new LinkException(LinkRefusal.WrongProtocol, $"the server answered with {certificates.Count} certificates instead of the one asked for");
    }

    private LinkException Refused(HttpResponseMessage response, string said) => LinkException.FromPeer(
        said.Trim(),
        response.StatusCode switch
        {
            HttpStatusCode.BadRequest => LinkRefusal.BadRequest,
            HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized => LinkRefusal.Forbidden,
            HttpStatusCode.ServiceUnavailable or HttpStatusCode.Accepted => LinkRefusal.TooMany,
            _ => LinkRefusal.Failed,
        },
        string.Create(CultureInfo.InvariantCulture, $"{server} ({(int)response.StatusCode})"));

    private static async Task<byte[]> ReadAsync(HttpContent content, int limit, CancellationToken cancellation)
    {
        Stream stream = await content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        using MemoryStream read = new();
        byte[] part = new byte[4 * 1024];
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

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        Stream stream = await TcpDial.ConnectAsync(server, policy.Time, cancellation).ConfigureAwait(false);
        TlsConnection tls = await policy.ConnectAsync(stream, server.Host, new PeerExpectation(fleet, Role.Authority), cancellation).ConfigureAwait(false);
        Fleet = tls.Peer.Name;
        return tls.Stream;
    }
}
