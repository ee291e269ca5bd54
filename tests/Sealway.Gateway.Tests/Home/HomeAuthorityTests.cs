namespace Sealway.Gateway.Tests.Home;

using System.Security.Cryptography.X509Certificates;
using Sealway.Fleet;
using Sealway.Messages;
using Sealway.Testing;
using Xunit;

public sealed class HomeAuthorityTests : IAsyncLifetime
{
    private TestHome _home = null!;

    public async ValueTask InitializeAsync() => _home = await TestHome.CreateAsync();

    public async ValueTask DisposeAsync() => await _home.DisposeAsync();

    [Fact]
    public async Task The_first_app_is_the_owner_and_each_has_an_opaque_name()
    {
        TestMember anna = _home.Keys();
        TestMember ben = _home.Keys();
        EnrolledApp first = await _home.Authority.EnrolAppAsync(anna.Signing.PublicKey, anna.Agreement.PublicKey, anna.CertificateRequest, Patience.Soon);
        EnrolledApp second = await _home.Authority.EnrolAppAsync(ben.Signing.PublicKey, ben.Agreement.PublicKey, ben.CertificateRequest, Patience.Soon);
        Assert.True(first.IsOwner);
        Assert.False(second.IsOwner);
        Assert.NotEqual(first.Party.Name, second.Party.Name);
        Assert.Matches("^app-[0-9a-f]{16}$", first.Party.Name);
        Assert.Equal(anna.Agreement.PublicKey, first.Party.Agreement);
        using X509Certificate2 certificate = X509Certificate2.CreateFromPem(first.Certificate);
        Assert.Equal(first.Party.Name, certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false));
    }

    [Fact]
    public async Task Each_change_is_announced_and_survives_a_restart()
    {
        int moved = 0;
        _home.Authority.Moved += () => moved++;
        TestMember anna = await _home.MemberAsync();
        Assert.Equal(1, moved);
        await _home.Authority.RemoveAppAsync(anna.Kid, "moved out", 3, Patience.Soon);
        Assert.Equal(2, moved);
        ulong size = _home.Authority.Current.Size;
        await _home.Authority.DisposeAsync();
        await using HomeAuthority again = await HomeAuthority.OpenAsync(_home.FleetFolder, default, _home.Time, Patience.Soon);
        Assert.Equal(size, again.Current.Size);
        Assert.Equal(3UL, again.Current.WithdrawalOf(anna.Kid)!.Last!.Command);
        Assert.NotEqual(0UL, again.SignedAt);
    }

    [Fact]
    public async Task A_key_is_enrolled_once_ever()
    {
        TestMember anna = await _home.MemberAsync();
        await _home.Authority.RemoveAppAsync(anna.Kid, "moved out", null, Patience.Soon);
        MessageException refused = await Assert.ThrowsAsync<MessageException>(
            () => _home.Authority.EnrolAppAsync(anna.Signing.PublicKey, anna.Agreement.PublicKey, anna.CertificateRequest, Patience.Soon));
        Assert.Equal(Refusal.AlreadyEnrolled, refused.Reason);
    }

    [Fact]
    public async Task Only_a_member_that_stands_can_be_removed()
    {
        TestMember anna = await _home.MemberAsync();
        await _home.Authority.RemoveAppAsync(anna.Kid, "moved out", null, Patience.Soon);
        foreach (Kid kid in new[] { anna.Kid, _home.Gateway.Kid, _home.Sensor.Kid, _home.Keys().Kid })
        {
            MessageException refused = await Assert.ThrowsAsync<MessageException>(() => _home.Authority.RemoveAppAsync(kid, "no", null, Patience.Soon));
            Assert.Equal(Refusal.UnknownKey, refused.Reason);
        }
    }

    [Fact]
    public async Task After_the_owner_the_next_oldest_member_is_the_owner()
    {
        TestMember anna = await _home.MemberAsync();
        TestMember ben = await _home.MemberAsync();
        await _home.MemberAsync();
        Assert.Equal(anna.Kid, Members.Owner(_home.Authority.Current)!.Kid);
        await _home.Authority.RemoveAppAsync(anna.Kid, "moved out", null, Patience.Soon);
        Assert.Equal(ben.Kid, Members.Owner(_home.Authority.Current)!.Kid);
    }

    [Fact]
    public async Task A_wrong_certificate_request_enrols_nobody()
    {
        TestMember anna = _home.Keys();
        ulong size = _home.Authority.Current.Size;
        await Assert.ThrowsAsync<MessageException>(() => _home.Authority.EnrolAppAsync(anna.Signing.PublicKey, anna.Agreement.PublicKey, "nonsense", Patience.Soon));
        Assert.Equal(size, _home.Authority.Current.Size);
    }

    [Fact]
    public void Members_labels_are_kept_privately_and_settings_win()
    {
        HomeLabels labels = new(_home.File("fleet"), new Dictionary<string, string> { ["r-1"] = "Kitchen" });
        labels.Add("app-1", "Anna's phone");
        labels.Add("r-1", "Cellar");
        HomeLabels again = new(_home.File("fleet"), new Dictionary<string, string> { ["r-1"] = "Kitchen" });
        Assert.Equal("Anna's phone", again.All["app-1"]);
        Assert.Equal("Kitchen", again.All["r-1"]);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_home.File("fleet/labels.json")));
        }
    }
}
