namespace Sealway.App.Tests.Pairing;

using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Sealway.App.Tests.Homes;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Messages;

/// <summary>A gateway that shows a code and pairs: a real listener, TLS 1.3, a key made for this one pairing.</summary>
public sealed class PairingGateway : IAsyncDisposable
{
    private readonly Household _home;
    private readonly X509Certificate2 _certificate;
    private readonly WebApplication _application;

    private PairingGateway(Household home, SslProtocols protocols)
    {
        _home = home;
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=sealway-pairing", key, HashAlgorithmName.SHA256);
        _certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.UseHttps(new TlsHandshakeCallbackOptions
            {
                OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificate = _certificate, EnabledSslProtocols = protocols }),
            });
        }));
        _application = builder.Build();
        _application.Run(ServeAsync);
    }

    public byte[] Secret { get; } = RandomNumberGenerator.GetBytes(PairingCode.SecretSize);

    public int Requests { get; private set; }

    /// <summary>Changes the answer.</summary>
    public Func<PairingAnswer, PairingAnswer> Lie { get; set; } = answer => answer;

    public PairingCode Code { get; private set; } = null!;

    public static async Task<PairingGateway> StartAsync(Household home, CancellationToken ct, SslProtocols protocols = SslProtocols.Tls13)
    {
        PairingGateway gateway = new(home, protocols);
        await gateway._application.StartAsync(ct);
        string bound = gateway._application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        byte[] hash = SHA256.HashData(gateway._certificate.PublicKey.ExportSubjectPublicKeyInfo());
        gateway.Code = new PairingCode(HostPort.Parse(new Uri(bound).Authority), hash, gateway.Secret);
        return gateway;
    }

    public X509Certificate2 Issue(string csr, Kid kid, string name, Role role = Role.App) => _home.Authority.Issuer.IssueForRequest(csr, new CertificateSubject(name, kid, role));

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _certificate.Dispose();
    }

    private async Task ServeAsync(HttpContext context)
    {
        Requests++;
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body);
        PairingRequest request = PairingJson.Read<PairingRequest>(body.ToArray());
        if (context.Request.Path != "/pair" || request.Secret != Convert.ToHexStringLower(Secret))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            await context.Response.WriteAsync("Forbidden: the code is wrong");
            return;
        }

        Enrolment enrolment = new(request.ReadSigningKey(), Role.App, "app-0011", Agreement: request.ReadAgreementKey());
        Party party = await _home.Authority.EnrolAsync(enrolment);
        Request = request;
        using X509Certificate2 certificate = Issue(request.TlsCsr, party.Kid, party.Name);
        PairingAnswer answer = new(
            party.Name,
            "house",
            _home.Authority.Pin.ToPem(),
            _home.Authority.Issuer.Certificate.ExportCertificatePem(),
            certificate.ExportCertificatePem(),
            _home.Log.ToString(),
            "house/0",
            "127.0.0.1:8443",
            Household.GatewayName,
            true);
        await context.Response.Body.WriteAsync(PairingJson.Write(Lie(answer)));
    }

    public PairingRequest? Request { get; private set; }
}
