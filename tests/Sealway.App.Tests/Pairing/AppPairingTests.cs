namespace Sealway.App.Tests.Pairing;

using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Messages;
using Xunit;

public sealed class AppPairingTests : IAsyncLifetime
{
    private TestHome _home = null!;

    private string Folder => _home.File("new-app");

    public async ValueTask InitializeAsync() => _home = await TestHome.CreateAsync();

    public async ValueTask DisposeAsync() => await _home.DisposeAsync();

    [Fact]
    public async Task A_paired_app_has_a_whole_folder()
    {
        await using TestPairingServer server = new(request => (200, PairingJson.Write(Answer(request))));
        AppFile file = await AppPairing.PairAsync(server.Code, Folder, "Anna's phone", default, Patience.Soon);
        Assert.Equal(file, AppFile.Load(Folder));
        Assert.True(file.Owner);
        using Identity identity = Identity.Load(Folder);
        Assert.Equal(("app-x", Role.App, "house-7f"), (identity.Name, identity.Role, identity.Fleet));
        Assert.NotNull(identity.Agreement);
        Assert.Equal(_home.Authority.Pin, identity.Authority);
        new AppOptions { Identity = identity, Home = file, DataFolder = _home.File("data") }.Check();
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Folder, "agreement.key")));
        }
    }

    [Fact]
    public async Task Keys_are_locked_with_a_passphrase()
    {
        await using TestPairingServer server = new(request => (200, PairingJson.Write(Answer(request))));
        await AppPairing.PairAsync(server.Code, Folder, "Anna's phone", "correct horse", Patience.Soon);
        Assert.Throws<FleetFileException>(() => Identity.Load(Folder));
        Identity.Load(Folder, "correct horse").Dispose();
    }

    [Fact]
    public async Task Keys_are_on_disk_before_anybody_hears_of_them()
    {
        bool were = false;
        await using TestPairingServer server = new(request =>
        {
            string pem = File.ReadAllText(Path.Combine(Folder, "signing.key"));
            using SigningKey key = SigningKey.FromPem(pem);
            were = Convert.ToHexStringLower(key.PublicKey.ToCoseKey()) == request.SigningKey;
            return (200, PairingJson.Write(Answer(request)));
        });
        await AppPairing.PairAsync(server.Code, Folder, "Anna's phone", default, Patience.Soon);
        Assert.True(were);
    }

    [Fact]
    public async Task Somebody_else_than_who_made_the_code_is_told_nothing()
    {
        await using TestPairingServer server = new(request => (200, PairingJson.Write(Answer(request))));
        PairingCode code = server.Code with { KeyHash = new byte[32] };
        LinkException refused = await Assert.ThrowsAsync<LinkException>(() => AppPairing.PairAsync(code, Folder, "Anna's phone", default, Patience.Soon));
        Assert.Equal(LinkRefusal.Untrusted, refused.Reason);
        Assert.Equal(0, server.Requests);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Folder));
    }

    [Theory]
    [InlineData("Forbidden: the code is wrong", LinkRefusal.Forbidden)]
    [InlineData("Expired: the code is used", LinkRefusal.Expired)]
    [InlineData("what?", LinkRefusal.Forbidden)]
    public async Task A_refused_code_leaves_no_keys_behind(string said, LinkRefusal reason)
    {
        await using TestPairingServer server = new(_ => (403, Encoding.UTF8.GetBytes(said)));
        LinkException refused = await Assert.ThrowsAsync<LinkException>(() => AppPairing.PairAsync(server.Code, Folder, "Anna's phone", default, Patience.Soon));
        Assert.Equal(reason, refused.Reason);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Folder));
    }

    [Fact]
    public async Task An_answer_for_another_key_is_refused()
    {
        using SigningKey other = SigningKey.Generate();
        await using TestPairingServer server = new(request => (200, PairingJson.Write(Answer(request, other.PublicKey.Kid))));
        await Assert.ThrowsAsync<MessageException>(() => AppPairing.PairAsync(server.Code, Folder, "Anna's phone", default, Patience.Soon));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Folder));
    }

    [Fact]
    public async Task An_answer_that_contradicts_itself_is_refused()
    {
        Func<PairingAnswer, PairingAnswer>[] changes =
        [
            answer => answer with { Log = "other/0" },
            answer => answer with { Registry = "other/0" },
            answer => answer with { Name = "../x" },
            answer => answer with { CloudHttps = "nowhere" },
            answer => answer with { TlsCrt = "nonsense" },
            answer => answer with { AuthorityPub = "nonsense" },
        ];
        foreach (Func<PairingAnswer, PairingAnswer> change in changes)
        {
            await using TestPairingServer server = new(request => (200, PairingJson.Write(change(Answer(request)))));
            await Assert.ThrowsAsync<MessageException>(() => AppPairing.PairAsync(server.Code, Folder, "Anna's phone", default, Patience.Soon));
        }
    }

    [Fact]
    public async Task A_folder_in_use_is_left_alone()
    {
        Directory.CreateDirectory(Folder);
        await File.WriteAllTextAsync(Path.Combine(Folder, "signing.key"), "mine", Patience.Soon);
        await using TestPairingServer server = new(request => (200, PairingJson.Write(Answer(request))));
        await Assert.ThrowsAsync<FleetFileException>(() => AppPairing.PairAsync(server.Code, Folder, "Anna's phone", default, Patience.Soon));
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(Folder, "signing.key"), Patience.Soon));
    }

    [Fact]
    public async Task Nobody_there_is_said()
    {
        PairingCode code;
        await using (TestPairingServer server = new(_ => (500, [])))
        {
            code = server.Code;
        }

        LinkException refused = await Assert.ThrowsAsync<LinkException>(() => AppPairing.PairAsync(code, Folder, "Anna's phone", default, Patience.Soon));
        Assert.Equal(LinkRefusal.Unreachable, refused.Reason);
    }

    private PairingAnswer Answer(PairingRequest request, Kid? kid = null)
    {
        CertificateSubject subject = new("app-x", kid ?? request.ReadSigningKey().Kid, Role.App);
        using X509Certificate2 certificate = _home.Authority.Issuer.IssueForRequest(request.TlsCsr, subject);
        return new PairingAnswer(
            "app-x",
            _home.Authority.Name,
            _home.Authority.Pin.ToPem(),
            _home.Authority.Issuer.Certificate.ExportCertificatePem(),
            certificate.ExportCertificatePem(),
            "home/0",
            "house-7f/0",
            "127.0.0.1:8443",
            TestHome.GatewayName,
            true);
    }
}
