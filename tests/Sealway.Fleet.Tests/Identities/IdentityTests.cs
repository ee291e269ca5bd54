namespace Sealway.Fleet.Tests.Identities;

public sealed class IdentityTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private Authority _authority = null!;

    public async ValueTask InitializeAsync() => _authority = await Authority.InitAsync("st-anna", _folder.File("fleet"), default, new Clock());

    public async ValueTask DisposeAsync()
    {
        await _authority.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_saved_identity_is_loaded_the_same()
    {
        await _authority.EnrolAsync(new NewParty(Role.Gateway, "ward-3"), _folder.File("g"));
        using Identity first = Identity.Load(_folder.File("g"));
        first.Save(_folder.File("copy"), "secret");
        using Identity second = Identity.Load(_folder.File("copy"), "secret");
        Assert.Equal((first.Name, first.Role, first.Kid, first.Fleet, first.Authority), (second.Name, second.Role, second.Kid, second.Fleet, second.Authority));
        Assert.Equal(first.Agreement!.PublicKey, second.Agreement!.PublicKey);
        Assert.Equal(first.Certificate.RawData, second.Certificate.RawData);
        Assert.True(second.Certificate.HasPrivateKey);
        Assert.Equal(first.Ca.RawData, second.Ca.RawData);
        Assert.Equal(new LogId("st-anna", 0), second.RegistryLog);
    }

    [Fact]
    public async Task A_passphrase_that_is_missing_or_wrong_is_named_and_an_unneeded_one_does_no_harm()
    {
        await _authority.EnrolAsync(new NewParty(Role.App, "app-1"), _folder.File("a"), "secret");
        Assert.Contains("passphrase", Assert.Throws<FleetFileException>(() => Identity.Load(_folder.File("a"))).Message, StringComparison.Ordinal);
        Assert.Contains("passphrase", Assert.Throws<FleetFileException>(() => Identity.Load(_folder.File("a"), "Secret")).Message, StringComparison.Ordinal);
        await _authority.EnrolAsync(new NewParty(Role.App, "app-2"), _folder.File("b"));
        Identity.Load(_folder.File("b"), "secret").Dispose();
    }

    [Theory]
    [InlineData("signing.key")]
    [InlineData("tls.key")]
    [InlineData("agreement.key")]
    public async Task A_key_that_others_can_read_is_not_loaded(string file)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs Unix modes");
        await _authority.EnrolAsync(new NewParty(Role.App, "app-1"), _folder.File("a"));
        File.SetUnixFileMode(_folder.File($"a/{file}"), UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Assert.Contains("chmod 600", Assert.Throws<FleetFileException>(() => Identity.Load(_folder.File("a"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("signing.key")]
    [InlineData("tls.key")]
    [InlineData("tls.crt")]
    [InlineData("party.json")]
    public async Task Files_of_two_parties_are_not_mixed(string file)
    {
        await _authority.EnrolAsync(new NewParty(Role.App, "app-1"), _folder.File("a"));
        await _authority.EnrolAsync(new NewParty(Role.App, "app-2"), _folder.File("b"));
        File.Copy(_folder.File($"b/{file}"), _folder.File($"a/{file}"), overwrite: true);
        Assert.Throws<FleetFileException>(() => Identity.Load(_folder.File("a")));
    }

    [Theory]
    [InlineData("signing.key")]
    [InlineData("tls.key")]
    [InlineData("tls.crt")]
    [InlineData("ca.crt")]
    [InlineData("authority.pub")]
    [InlineData("party.json")]
    public async Task A_file_that_is_damaged_or_missing_is_named(string file)
    {
        await _authority.EnrolAsync(new NewParty(Role.App, "app-1"), _folder.File("a"));
        PrivateFile.Write(_folder.File($"a/{file}"), "{ nonsense");
        Assert.Contains(file, Assert.Throws<FleetFileException>(() => Identity.Load(_folder.File("a"))).Message, StringComparison.Ordinal);
        File.Delete(_folder.File($"a/{file}"));
        Assert.Contains(file, Assert.Throws<FleetFileException>(() => Identity.Load(_folder.File("a"))).Message, StringComparison.Ordinal);
    }
}
