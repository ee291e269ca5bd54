namespace Sealway.Gateway;

using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sealway.Links;
using Sealway.Messages;

/// <summary>Where an app pairs: HTTPS over TLS 1.3 under a key made for this one pairing, which the code names by its hash. The app has no certificate yet; the code's secret is what lets it in.</summary>
internal sealed class PairingListener : IAsyncDisposable
{
    private static readonly TimeSpan _stopTime = TimeSpan.FromSeconds(5);

    private readonly WebApplication _application;
    private readonly X509Certificate2 _certificate;

    private PairingListener(WebApplication application, X509Certificate2 certificate)
    {
        _application = application;
        _certificate = certificate;
        KeyHash = SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo());
    }

    /// <summary>SHA-256 of the key's SubjectPublicKeyInfo.</summary>
    public byte[] KeyHash { get; }

    /// <summary>Where it listens.</summary>
    public HostPort Address { get; private set; }

    /// <summary>Begins to listen.</summary>
    /// <exception cref="LinkException"><see cref="LinkRefusal.Unreachable"/>: the address cannot be listened on.</exception>
    public static async Task<PairingListener> StartAsync(HostPort address, Func<PairingRequest, CancellationToken, Task<PairingAnswer>> answer, TimeProvider time, CancellationToken cancellation)
    {
        IPEndPoint at = address.ToListen();
        X509Certificate2 certificate = Certificate(time);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = 16;
            kestrel.Limits.MaxRequestBodySize = PairingRequest.MostBytes;
            kestrel.Limits.RequestHeadersTimeout = LinkLimits.HeadersTime;
            kestrel.Listen(at, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.UseHttps(new TlsHandshakeCallbackOptions
                {
                    HandshakeTimeout = LinkLimits.HandshakeTime,
                    OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
                    {
                        ServerCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true),
                        EnabledSslProtocols = SslProtocols.Tls13,
                        AllowTlsResume = false,
                        AllowRenegotiation = false,
                        ApplicationProtocols = [SslApplicationProtocol.Http11],
                    }),
                });
            });
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = _stopTime);
        builder.Services.AddSingleton<IHostLifetime, QuietLifetime>();
        WebApplication application = builder.Build();
        application.Run(context => ServeAsync(context, answer));
        PairingListener listener = new(application, certificate);
        try
        {
            await application.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await listener.DisposeAsync().ConfigureAwait(false);
            throw e is IOException ? new LinkException(LinkRefusal.Unreachable, $"cannot listen on {address}: {e.Message}", e) : e;
        }

        string bound = application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        listener.Address = HostPort.Parse(new Uri(bound).Authority);
        return listener;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync().ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
        _certificate.Dispose();
    }

    private static X509Certificate2 Certificate(TimeProvider time)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=sealway-pairing", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        DateTimeOffset now = time.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private static async Task ServeAsync(HttpContext context, Func<PairingRequest, CancellationToken, Task<PairingAnswer>> answer)
    {
        if (context.Request.Path != "/pair" || !HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        byte[] body;
        try
        {
            using MemoryStream read = new();
            await context.Request.Body.CopyToAsync(read, context.RequestAborted).ConfigureAwait(false);
            PairingRequest request = PairingJson.Read<PairingRequest>(read.GetBuffer().AsSpan(0, (int)read.Length));

            // Once it has begun the enrolment is carried to its end, also when the app goes away.
            body = PairingJson.Write(await answer(request, CancellationToken.None).ConfigureAwait(false));
            context.Response.ContentType = "application/json";
        }
        catch (Exception e) when (e is MessageException or LinkException)
        {
            context.Response.StatusCode = e is LinkException ? StatusCodes.Status403Forbidden : StatusCodes.Status400BadRequest;
            context.Response.ContentType = "text/plain; charset=utf-8";
            body = Encoding.UTF8.GetBytes(e.Message);
        }

        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }
}
