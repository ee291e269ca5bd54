namespace Sealway.Fleet.Tests.Identities;

using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sealway.Testing;

public sealed class TlsFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Clock _clock = new();
    private readonly CertificateIssuer _issuer;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public TlsFilesTests() => _issuer = CertificateIssuer.Create("hospital", _clock);

    public void Dispose()
    {
        _issuer.Dispose();
        _key.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    public async Task After_a_power_cut_at_any_step_key_and_certificate_fit(int steps, bool replaced)
    {
        // The steps of a replacement, cut after some of them; each is one rename, and so done or not done.
        string folder = await PartyAsync();
        using X509Certificate2 next = Next();
        string[] whole = await ReplacedAsync(next);
        string key = Path.Combine(folder, "tls.key");
        string certificate = Path.Combine(folder, "tls.crt");
        Action[] all =
        [
            () => File.Copy(whole[0], key + ".next"),
            () => File.Copy(whole[1], certificate + ".next"),
            () => File.Move(key + ".next", key, overwrite: true),
            () => File.Move(certificate + ".next", certificate, overwrite: true),
        ];
        foreach (Action step in all[..steps])
        {
            step();
        }

        // Loading fails where key and certificate are not of one pair.
        using Identity identity = Identity.Load(folder);

        Assert.Equal(replaced, identity.Certificate.SerialNumber == next.SerialNumber);
        Assert.False(File.Exists(certificate + ".next"));
    }

    [Fact]
    public async Task A_key_that_was_left_without_its_certificate_is_written_over_by_the_next()
    {
        string folder = await PartyAsync();
        await File.WriteAllTextAsync(Path.Combine(folder, "tls.key.next"), "half");
        using X509Certificate2 next = Next();
        TlsFiles.Replace(folder, _key, default, next);
        using Identity identity = Identity.Load(folder);
        Assert.Equal(next.SerialNumber, identity.Certificate.SerialNumber);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder, "tls.key")));
    }

    [Fact]
    public async Task The_new_key_is_locked_as_the_others_are()
    {
        string folder = await PartyAsync("secret");
        using X509Certificate2 next = Next();
        TlsFiles.Replace(folder, _key, "secret", next);
        Assert.Throws<FleetFileException>(() => Identity.Load(folder));
        using Identity identity = Identity.Load(folder, "secret");
        Assert.Equal(next.SerialNumber, identity.Certificate.SerialNumber);
    }

    private async Task<string> PartyAsync(string passphrase = "")
    {
        string folder = _folder.File("ward-3");
        Authority authority = await Authority.InitAsync("hospital", _folder.File("fleet"), default, _clock);
        await using (authority)
        {
            await authority.EnrolAsync(new NewParty(Role.Gateway, "ward-3", Addresses: [IPAddress.Loopback]), folder, passphrase);
        }

        return folder;
    }

    private X509Certificate2 Next() => _issuer.Issue(_key, new CertificateSubject("ward-3", Kid.Parse("0123456789abcdef"), Role.Gateway));

    private Task<string[]> ReplacedAsync(X509Certificate2 next)
    {
        string aside = _folder.File("aside");
        PrivateFile.CreateFolder(aside);
        TlsFiles.Replace(aside, _key, default, next);
        return Task.FromResult(new[] { Path.Combine(aside, "tls.key"), Path.Combine(aside, "tls.crt") });
    }
}
