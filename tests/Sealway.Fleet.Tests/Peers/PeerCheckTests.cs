namespace Sealway.Fleet.Tests.Peers;

using Sealway.Fleet.Tests.Registering;

public sealed class PeerCheckTests
{
    private readonly Clock _clock = new() { Now = DateTimeOffset.FromUnixTimeMilliseconds((long)Paper.Start) };
    private readonly Paper _paper = new();

    [Fact]
    public void An_empty_registry_lets_in_only_whoever_brings_it()
    {
        PeerCheck check = new(() => _paper.View, _clock, sources: [Role.Registrar]);
        Assert.Null(check.Check("registrar", _paper.Registrar.PublicKey.Kid, Role.Registrar));
        Assert.Equal(Refusal.UnknownKey, check.Check("ward-3", _paper.Gateway.PublicKey.Kid, Role.Gateway));
        Assert.Equal(Refusal.UnknownKey, check.Check("cloud", _paper.Gateway.PublicKey.Kid, Role.Cloud));
    }

    [Fact]
    public void A_party_is_let_in_under_its_enrolled_name_and_role_alone()
    {
        _paper.Ward();
        PeerCheck check = new(() => _paper.View, _clock);
        Kid gateway = _paper.Gateway.PublicKey.Kid;
        Assert.Null(check.Check("ward-3", gateway, Role.Gateway));
        Assert.Equal(Refusal.Contradiction, check.Check("ward-4", gateway, Role.Gateway));
        Assert.Equal(Refusal.WrongRole, check.Check("ward-3", gateway, Role.Cloud));
        Assert.Equal(Refusal.UnknownKey, check.Check("ward-3", Kid.Parse("0123456789abcdef"), Role.Gateway));
        Assert.Equal(Refusal.UnknownKey, check.Check("archive", Kid.Parse("0123456789abcdef"), Role.Archive));
    }

    [Fact]
    public void Who_brings_the_registry_is_let_in_under_a_key_that_it_does_not_know_yet()
    {
        _paper.Ward();
        using SigningKey next = SigningKey.Generate();
        PeerCheck cloud = new(() => _paper.View, _clock, sources: [Role.Registrar]);
        Assert.Null(cloud.Check("registrar", next.PublicKey.Kid, Role.Registrar));
        Assert.Equal(Refusal.UnknownKey, cloud.Check("cloud", next.PublicKey.Kid, Role.Cloud));

        // Once it has been brought the old key is out, and the new one in by its own right.
        _paper.State(_paper.Registrar, new Rotation(_paper.Registrar.PublicKey.Kid, next.PublicKey, Paper.Start));
        Assert.Null(cloud.Check("registrar", next.PublicKey.Kid, Role.Registrar));
        Assert.Equal(Refusal.Revoked, cloud.Check("registrar", _paper.Registrar.PublicKey.Kid, Role.Registrar));
    }

    [Fact]
    public void A_withdrawn_key_is_refused_from_its_time_on()
    {
        _paper.Ward();
        _paper.State(_paper.Authority, new Revocation(_paper.Gateway.PublicKey.Kid, Paper.Start + 1000, "gone"));
        PeerCheck check = new(() => _paper.View, _clock);
        Assert.Null(check.Check("ward-3", _paper.Gateway.PublicKey.Kid, Role.Gateway));
        _clock.Now += TimeSpan.FromSeconds(1);
        Assert.Equal(Refusal.Revoked, check.Check("ward-3", _paper.Gateway.PublicKey.Kid, Role.Gateway));
    }

    [Fact]
    public void A_stale_registry_closes_new_sessions_but_not_the_one_that_renews_it()
    {
        _paper.Ward();
        _paper.State(_paper.Registrar, new Status(Paper.Start, []));
        ulong heard = 0;
        PeerCheck check = new(() => _paper.View, _clock, TimeSpan.FromDays(2), () => heard);
        _clock.Now += TimeSpan.FromDays(2);
        Assert.Null(check.Check("ward-3", _paper.Gateway.PublicKey.Kid, Role.Gateway));
        _clock.Now += TimeSpan.FromMilliseconds(1);
        Assert.Equal(Refusal.RegistryStale, check.Check("ward-3", _paper.Gateway.PublicKey.Kid, Role.Gateway));
        Assert.Null(check.Check("registrar", _paper.Registrar.PublicKey.Kid, Role.Registrar));
        heard = (ulong)_clock.Now.ToUnixTimeSeconds();
        Assert.Null(check.Check("ward-3", _paper.Gateway.PublicKey.Kid, Role.Gateway));
    }
}
