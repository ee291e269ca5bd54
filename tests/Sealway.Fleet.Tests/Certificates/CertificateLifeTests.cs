namespace Sealway.Fleet.Tests.Certificates;

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

public sealed class CertificateLifeTests
{
    [Theory]
    [InlineData(60)]
    [InlineData(3_600)]
    [InlineData(86_400)]
    [InlineData(30 * 86_400)]
    [InlineData(2 * 365 * 86_400)]
    public void A_certificate_tells_when_it_was_issued_however_long_it_lives(int seconds)
    {
        Clock clock = new();
        using CertificateIssuer issuer = CertificateIssuer.Create("hospital", clock);
        clock.Now += TimeSpan.FromDays(1);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = issuer.Issue(key, new CertificateSubject("ward-3", Kid.Parse("0123456789abcdef"), Role.Gateway), TimeSpan.FromSeconds(seconds));

        CertificateLife life = CertificateLife.Of(certificate);

        Assert.Equal(clock.Now, life.Issued);
        Assert.Equal(TimeSpan.FromSeconds(seconds), life.Length);
        Assert.Equal(clock.Now.AddSeconds(seconds * 2 / 3), life.RenewAt);
        Assert.Equal(clock.Now.AddSeconds(seconds * 5 / 6), life.WarnAt);
        Assert.True(certificate.NotBefore.ToUniversalTime() < clock.Now);
    }
}
