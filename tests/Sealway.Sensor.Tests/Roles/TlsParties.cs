namespace Sealway.Sensor.Tests.Roles;

using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sealway.Links;
using Sealway.Messages;

/// <summary>A fleet's certificate authority, and the TLS identities it issued.</summary>
internal sealed class TlsParties : IDisposable
{
    private static readonly DateTimeOffset From = DateTimeOffset.UtcNow.AddDays(-1);

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _authority;
    private readonly List<TlsIdentity> _issued = [];

    public TlsParties()
    {
        CertificateRequest request = new("CN=authority", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        _authority = request.CreateSelfSigned(From, From.AddDays(10));
    }

    public TlsPolicy Policy(string name, Kid kid, Role role)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=" + name, key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddUri(new Uri($"urn:sealway:kid:{kid}"));
        names.AddUri(new Uri($"urn:sealway:role:{role.ToString().ToLowerInvariant()}"));
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        using X509Certificate2 certificate = request.Create(_authority, From, From.AddDays(9), RandomNumberGenerator.GetBytes(16));
        TlsIdentity identity = TlsIdentity.FromPem(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem(), _authority.ExportCertificatePem());
        _issued.Add(identity);
        return new TlsPolicy(identity, _ => null);
    }

    public void Dispose()
    {
        _issued.ForEach(identity => identity.Dispose());
        _authority.Dispose();
        _key.Dispose();
    }
}
