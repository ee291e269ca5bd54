namespace Sealway.Links.Tests.Enrolment;

using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sealway.Fleet;
using Sealway.Messages;
using Sealway.Testing;
using ManualTime = Sealway.Testing.ManualTime;

/// <summary>A fleet, a factory with one device, and a real enrolment server on loopback, all by one clock that the test moves.</summary>
internal sealed class EnrolmentRig : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TimeSpan _validity;
    private Authority _authority = null!;
    private EstIdentity? _own;
    private FactoryAuthority _factory = null!;
    private HostPort _address = HostPort.Parse("127.0.0.1:0");

    private EnrolmentRig(TimeSpan validity) => _validity = validity;

    public ManualTime Time { get; } = new();

    public EstServer? Server { get; private set; }

    public List<LinkException> Refused { get; } = [];

    public MadeDevice Made { get; private set; } = null!;

    public string Device => _folder.File("made/devices/SN-1");

    public HostPort Address => new("localhost", _address.Port);

    public Authority Authority => _authority;

    public string Ca => _authority.Issuer.Certificate.ExportCertificatePem();

    public static async Task<EnrolmentRig> OpenAsync(TimeSpan? validity = null, bool admit = true)
    {
        EnrolmentRig rig = new(validity ?? TimeSpan.FromDays(30));
        rig._authority = await Authority.InitAsync("hospital", rig._folder.File("fleet"), default, rig.Time);
        rig._factory = FactoryAuthority.Create("acme", rig._folder.File("acme"), default, rig.Time);
        using (FactoryLine line = FactoryLine.Open(rig._factory, rig._folder.File("made"), _ => []))
        {
            line.Make(new FactoryOrder(2, "SN-1", Role.Gateway, "ward-3", null, ["localhost", "127.0.0.1"]), default);
            rig.Made = line.Made.Single();
        }

        if (admit)
        {
            new FactoryAuthorities(rig.Fleet.Factories).Trust("acme", rig._factory.Certificate.ExportCertificatePem());
            await new Admission(rig._authority, rig.Fleet, rig.Time).AdmitAsync(rig.Made);
        }

        await rig.StartAsync();
        return rig;
    }

    public FleetFolder Fleet => new(_folder.File("fleet"));

    /// <summary>Starts the server, where it was before if it ran.</summary>
    public async Task StartAsync()
    {
        _own = EstIdentity.Create(Fleet.Serve, _authority.Issuer, new CertificateSubject("hospital", _authority.Registry.Authority.Kid, Role.Authority), TimeSpan.FromDays(365), Time);
        PeerCheck check = new(() => _authority.Registry, Time, sources: Enum.GetValues<Role>());
        Server = new EstServer(new EstServerOptions
        {
            Address = _address,
            Policy = new TlsPolicy(_own.Source, RegistryCheck.Of(check), Time),
            Desk = new EnrolmentDesk(_ => Task.FromResult(_authority.Registry), new AdmittedDevices(Fleet.Devices), _authority.Issuer, new EnrolmentRules(_validity, TimeSpan.FromDays(2)), Time),
            Factories = new FactoryAuthorities(Fleet.Factories),
            Time = Time,
            Every = _validity / 12,
            Refused = (cause, _) =>
            {
                lock (Refused)
                {
                    Refused.Add(cause);
                }
            },
        });
        await Server.StartAsync();
        _address = Server.Address;
    }

    public async Task StopAsync()
    {
        if (Server is { } server)
        {
            Server = null;
            await server.DisposeAsync();
            _own!.Dispose();
        }
    }

    public Task<PeerIdentity> EnrolAsync() => DeviceEnrolment.EnrolAsync(Device, () => [], Address, Ca, _authority.Pin, Time);

    public CertificateRenewal Renewal(TlsIdentitySource identity) => new(new RenewalOptions { Folder = Device, Server = Address, Fleet = "hospital", Time = Time }, identity);

    /// <summary>Asks as another client would, with a certificate of one's own choice.</summary>
    public async Task<(HttpStatusCode Status, string Text)> AskAsync(string operation, X509Certificate2? shown, byte[]? body = null, string type = "application/pkcs10")
    {
        using HttpClientHandler handler = new() { CheckCertificateRevocationList = false, ServerCertificateCustomValidationCallback = (_, _, _, _) => true };
        if (shown is not null)
        {
            handler.ClientCertificates.Add(shown);
        }

        using HttpClient http = new(handler);
        using HttpRequestMessage request = new(body is null ? HttpMethod.Get : HttpMethod.Post, new Uri($"https://{Address}/.well-known/est/{operation}"));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        using HttpResponseMessage response = await http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public X509Certificate2 FactoryCertificate() => X509CertificateLoader.LoadPkcs12(FactoryDevice.LoadCertificate(Device, default).Export(X509ContentType.Pkcs12), null);

    public X509Certificate2 PartyCertificate()
    {
        using Identity identity = Identity.Load(Device);
        return X509CertificateLoader.LoadPkcs12(identity.Certificate.Export(X509ContentType.Pkcs12), null);
    }

    public static byte[] Request()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(new CertificateRequest("CN=anything", key, HashAlgorithmName.SHA256).CreateSigningRequest()));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _authority.DisposeAsync();
        _factory.Dispose();
        _folder.Dispose();
    }
}
