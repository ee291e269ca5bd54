namespace Sealway.Cloud.Tests;

using Sealway.Fleet;
using Sealway.Links;

public sealed class RoleTests
{
    [Fact]
    public async Task A_cloud_serves_several_fleets_and_reports_each_under_its_name()
    {
        await using FleetRig hospital = await FleetRig.OpenAsync();
        await using FleetRig home = await FleetRig.OpenAsync("home");
        await using CloudRole role = await CloudRole.OpenAsync(new CloudOptions([hospital.Options("a"), home.Options("b"), home.Options("c")]));
        using CancellationTokenSource stop = new();
        Task running = role.RunAsync(stop.Token);
        IReadOnlyDictionary<string, object> health = role.Health();
        Assert.Equal(["healthy", "fleets", "hospital", "home", "home-2"], health.Keys);
        Assert.Equal(true, health["healthy"]);
        IReadOnlyDictionary<string, object> section = Assert.IsType<IReadOnlyDictionary<string, object>>(health["hospital"], exactMatch: false);
        string[] names = ["received", "verified", "gaps", "alarmsRaised", "alarmsActive", "logs", "archived", "lagMs", "registrySize", "gatewaysConnected", "sealedEntries", "sealedSizes"];
        Assert.Superset(names.ToHashSet(), section.Keys.ToHashSet());
        Assert.All(section.Keys, name => Assert.True(char.IsAsciiLetterLower(name[0])));

        await stop.CancelAsync();
        await Wait.Soon(running);
        Assert.Equal(health.Keys, role.Health().Keys);
    }

    [Fact]
    public async Task Two_clouds_cannot_have_one_folder()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        IOException refused = await Assert.ThrowsAsync<IOException>(() => Tenant.OpenAsync(rig.Options("data")));
        Assert.Contains("in use", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_in_use_is_named_and_leaves_nothing_open()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        TenantOptions mqtt = rig.Options("other") with { Mqtt = rig.Tenant.Mqtt };
        Assert.Equal(LinkRefusal.Unreachable, (await Assert.ThrowsAsync<LinkException>(() => Tenant.OpenAsync(mqtt))).Reason);
        TenantOptions https = rig.Options("other") with { Https = rig.Tenant.Https };
        Assert.Equal(LinkRefusal.Unreachable, (await Assert.ThrowsAsync<LinkException>(() => Tenant.OpenAsync(https))).Reason);
        await using Tenant opened = await Tenant.OpenAsync(rig.Options("other"));
        Assert.NotEqual(rig.Tenant.Mqtt, opened.Mqtt);
    }

    [Fact]
    public async Task Only_a_clouds_keys_make_a_cloud()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        Identity archive = await rig.EnrolAsync(Role.Archive, "archive");
        await Assert.ThrowsAsync<ArgumentException>(() => Tenant.OpenAsync(rig.Options("other") with { Identity = archive }));
        await Assert.ThrowsAsync<ArgumentException>(() => CloudRole.OpenAsync(new CloudOptions([])));
    }
}
