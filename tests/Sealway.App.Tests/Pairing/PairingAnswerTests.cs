namespace Sealway.App.Tests.Pairing;

using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sealway.App;
using Sealway.App.Tests.Homes;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Messages;
using Xunit;

public sealed class PairingAnswerTests : IAsyncLifetime
{
    private Household _home = null!;
    private PairingGateway _gateway = null!;

    private static CancellationToken Soon => TestContext.Current.CancellationToken;

    private string Folder => _home.File("phone");

    public async ValueTask InitializeAsync()
    {
        _home = await Household.FoundAsync(Soon);
        _gateway = await PairingGateway.StartAsync(_home, Soon);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _home.DisposeAsync();
    }

    [Fact]
    public async Task Another_key_than_the_codes_is_refused_before_anything_is_sent()
    {
        PairingCode other = _gateway.Code with { KeyHash = RandomNumberGenerator.GetBytes(32) };
        LinkException refused = await Assert.ThrowsAsync<LinkException>(() => AppPairing.PairAsync(other, Folder, "phone", default, Soon));
        Assert.Equal(LinkRefusal.Untrusted, refused.Reason);
        Assert.Equal(0, _gateway.Requests);
        Assert.False(File.Exists(Path.Combine(Folder, "party.json")));

        // The same folder serves the next attempt.
        await AppPairing.PairAsync(_gateway.Code, Folder, "phone", default, Soon);
    }

    [Fact]
    public async Task What_speaks_an_older_TLS_or_none_is_refused()
    {
        await using PairingGateway old = await PairingGateway.StartAsync(_home, Soon, SslProtocols.Tls12);
        await Assert.ThrowsAsync<LinkException>(() => AppPairing.PairAsync(old.Code, Folder, "phone", default, Soon));
        Assert.Equal(0, old.Requests);
    }

    [Fact]
    public async Task A_label_that_is_too_long_is_refused_before_anything_is_sent()
    {
        await Assert.ThrowsAsync<MessageException>(() => AppPairing.PairAsync(_gateway.Code, Folder, new string('x', 65), default, Soon));
        Assert.Equal(0, _gateway.Requests);
    }

    public static TheoryData<string> Lies => ["name", "otherKey", "kid", "role", "issuer", "log", "registry", "fleet", "cloud", "authority", "pem"];

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task An_answer_that_is_not_in_order_is_refused_whole(string lie)
    {
        using SigningKey other = SigningKey.Generate();
        using ECDsa tls = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using CertificateIssuer stranger = CertificateIssuer.Create("elsewhere", TimeProvider.System);
        string otherCsr = new CertificateRequest("CN=x", tls, HashAlgorithmName.SHA256).CreateSigningRequestPem();
        _gateway.Lie = answer =>
        {
            Kid kid = _gateway.Request!.ReadSigningKey().Kid;
            string csr = _gateway.Request.TlsCsr;
            return lie switch
            {
                "name" => answer with { Name = "app-0012" },
                "otherKey" => answer with { TlsCrt = Pem(_gateway.Issue(otherCsr, kid, answer.Name)) },
                "kid" => answer with { TlsCrt = Pem(_gateway.Issue(csr, other.PublicKey.Kid, answer.Name)) },
                "role" => answer with { TlsCrt = Pem(_gateway.Issue(csr, kid, answer.Name, Role.Archive)) },
                "issuer" => answer with { CaCrt = stranger.Certificate.ExportCertificatePem() },
                "log" => answer with { Log = "other/0" },
                "registry" => answer with { Registry = "house/1" },
                "fleet" => answer with { Fleet = "mouse" },
                "cloud" => answer with { CloudHttps = "127.0.0.1" },
                "authority" => answer with { AuthorityPub = "-----BEGIN PUBLIC KEY-----" },
                _ => answer with { TlsCrt = "no certificate" },
            };
        };
        Exception refused = await Assert.ThrowsAnyAsync<Exception>(() => AppPairing.PairAsync(_gateway.Code, Folder, "phone", default, Soon));
        Assert.True(refused is MessageException or LinkException { Reason: LinkRefusal.Untrusted }, refused.ToString());
        Assert.False(File.Exists(Path.Combine(Folder, "party.json")));
    }

    private static string Pem(X509Certificate2 certificate)
    {
        using (certificate)
        {
            return certificate.ExportCertificatePem();
        }
    }
}
