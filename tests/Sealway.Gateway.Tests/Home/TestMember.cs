namespace Sealway.Gateway.Tests.Home;

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sealway.Messages;

/// <summary>An app's keys, as it makes them itself.</summary>
internal sealed class TestMember : IDisposable
{
    private readonly ECDsa _tls = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    internal SigningKey Signing { get; } = SigningKey.Generate();

    internal AgreementKey Agreement { get; } = AgreementKey.Generate();

    internal Kid Kid => Signing.PublicKey.Kid;

    internal string CertificateRequest => new CertificateRequest("CN=app", _tls, HashAlgorithmName.SHA256).CreateSigningRequestPem();

    public void Dispose()
    {
        Signing.Dispose();
        Agreement.Dispose();
        _tls.Dispose();
    }
}
