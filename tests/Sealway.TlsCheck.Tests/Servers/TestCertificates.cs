namespace Sealway.TlsCheck.Tests.Servers;

using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

/// <summary>An authority with an intermediate, and certificates under them.</summary>
internal sealed class TestCertificates : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;
    private readonly List<X509Certificate2> _made = [];

    public TestCertificates()
    {
        Root = Authority("CN=Test Root", null);
        Intermediate = Authority("CN=Test Intermediate", Root);
    }

    public X509Certificate2 Root { get; }

    public X509Certificate2 Intermediate { get; }

    public X509Certificate2Collection Trusted => [Root];

    /// <summary>A server's certificate with its key.</summary>
    public X509Certificate2 Server(string name = "localhost", bool rsa = false, int bits = 2048, int fromDays = -1, int toDays = 30, X509Certificate2? issuer = null, bool selfSigned = false, HashAlgorithmName? hash = null)
    {
        using ECDsa ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using RSA big = RSA.Create(bits);
        CertificateRequest request = rsa
            ? new CertificateRequest($"CN={name}", big, hash ?? HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest($"CN={name}", ecdsa, hash ?? HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        if (name == "localhost")
        {
            names.AddIpAddress(IPAddress.Loopback);
        }

        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        if (selfSigned)
        {
            return Keep(request.CreateSelfSigned(Now.AddDays(fromDays), Now.AddDays(toDays)));
        }

        X509Certificate2 signer = issuer ?? Root;
        using ECDsa key = signer.GetECDsaPrivateKey()!;
        using X509Certificate2 made = request.Create(signer.SubjectName, X509SignatureGenerator.CreateForECDsa(key), Now.AddDays(fromDays), Now.AddDays(toDays), RandomNumberGenerator.GetBytes(8));
        return Keep(rsa ? made.CopyWithPrivateKey(big) : made.CopyWithPrivateKey(ecdsa));
    }

    /// <summary>Writes a certificate, its key and its chain as PEM files.</summary>
    public static (string Certificate, string Key, string Chain) Write(string folder, X509Certificate2 certificate, params X509Certificate2[] chain)
    {
        string at = Path.Combine(folder, Guid.NewGuid().ToString("N"));
        File.WriteAllText(at + ".crt", certificate.ExportCertificatePem());
        using ECDsa? ecdsa = certificate.GetECDsaPrivateKey();
        using RSA? rsa = certificate.GetRSAPrivateKey();
        File.WriteAllText(at + ".key", ecdsa?.ExportPkcs8PrivateKeyPem() ?? rsa!.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(at + ".chain", string.Join('\n', chain.Select(one => one.ExportCertificatePem())));
        return (at + ".crt", at + ".key", at + ".chain");
    }

    public void Dispose() => _made.ForEach(one => one.Dispose());

    private X509Certificate2 Authority(string name, X509Certificate2? issuer)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        if (issuer is null)
        {
            return Keep(request.CreateSelfSigned(Now.AddDays(-2), Now.AddDays(60)));
        }

        using X509Certificate2 made = request.Create(issuer, Now.AddDays(-2), Now.AddDays(50), RandomNumberGenerator.GetBytes(8));
        return Keep(made.CopyWithPrivateKey(key));
    }

    private X509Certificate2 Keep(X509Certificate2 certificate)
    {
        _made.Add(certificate);
        return certificate;
    }
}
