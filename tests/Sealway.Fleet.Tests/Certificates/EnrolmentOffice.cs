namespace Sealway.Fleet.Tests.Certificates;

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sealway.Fleet.Tests;
using Sealway.Testing;

/// <summary>A fleet with a trusted factory and one admitted device, and the desk that issues.</summary>
internal sealed class EnrolmentOffice : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<IDisposable> _opened = [];

    private EnrolmentOffice(Clock clock) => Clock = clock;

    public Clock Clock { get; }

    public Authority Authority { get; private set; } = null!;

    public FleetFolder Fleet => new(_folder.File("fleet"));

    public FactoryAuthority Factory { get; private set; } = null!;

    public FactoryLine Line { get; private set; } = null!;

    public MadeDevice Made { get; private set; } = null!;

    public EnrolmentDesk Desk { get; private set; } = null!;

    public X509Certificate2 Shown => X509CertificateLoader.LoadCertificate(Made.Certificate.Span);

    public FactoryIdentity Device => new("acme", Made.Serial, Made.Signing.Kid);

    public static async Task<EnrolmentOffice> OpenAsync(Role role = Role.Gateway)
    {
        EnrolmentOffice office = new(new Clock());
        office.Authority = await Authority.InitAsync("hospital", office.Fleet.Root, default, office.Clock);
        office.Factory = FactoryAuthority.Create("acme", office._folder.File("acme"), default, office.Clock);
        office.Line = FactoryLine.Open(office.Factory, office._folder.File("made"), _ => []);
        office._opened.AddRange([office.Line, office.Factory]);
        office.Line.Make(new FactoryOrder(2, "SN-1", role, "ward-3", null, role == Role.Gateway ? ["ward-3.example", "192.0.2.7"] : []), default);
        office.Made = office.Line.Made.Single();
        new FactoryAuthorities(office.Fleet.Factories).Trust("acme", office.Factory.Certificate.ExportCertificatePem());
        await office.AdmitAsync(office.Made);
        office.Desk = new EnrolmentDesk(_ => Task.FromResult(office.Authority.Registry), new AdmittedDevices(office.Fleet.Devices), office.Authority.Issuer, EnrolmentRules.Default, office.Clock);
        return office;
    }

    public Task<bool> AdmitAsync(MadeDevice device) => new Admission(Authority, Fleet, Clock).AdmitAsync(device);

    /// <summary>A request as a device makes it.</summary>
    public static byte[] Request(ECDsa key, X509Certificate2? like = null, string subject = "CN=anything", params AsnEncodedData[] attributes)
    {
        CertificateRequest request = like is null ? new CertificateRequest(subject, key, HashAlgorithmName.SHA256) : new CertificateRequest(like.SubjectName, key, HashAlgorithmName.SHA256);
        foreach (X509Extension extension in like?.Extensions.Where(one => one.Oid!.Value == "2.5.29.17") ?? [])
        {
            request.CertificateExtensions.Add(extension);
        }

        foreach (AsnEncodedData attribute in attributes)
        {
            request.OtherRequestAttributes.Add(attribute);
        }

        return request.CreateSigningRequest();
    }

    /// <summary>The device's first certificate, for a new key.</summary>
    public async Task<X509Certificate2> EnrolAsync()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 shown = Shown;
        X509Certificate2 issued = await Desk.EnrolAsync(Device, shown, Request(key));
        _opened.Add(issued);
        return issued;
    }

    public async ValueTask DisposeAsync()
    {
        _opened.ForEach(one => one.Dispose());
        await Authority.DisposeAsync();
        _folder.Dispose();
    }
}
