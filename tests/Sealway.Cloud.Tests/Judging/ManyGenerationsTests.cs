namespace Sealway.Cloud.Tests.Judging;

using Sealway.Log;

/// <summary>A gateway that begins generation after generation.</summary>
public sealed class ManyGenerationsTests
{
    private const ulong Begin = 1_800_000_000_000;
    private const ulong Many = 60;

    [Fact]
    public async Task Closed_generations_are_not_kept_in_memory_and_a_withdrawal_reaches_them_all_the_same()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        TestGateway gateway = await rig.GatewayAsync("ward");
        Fleet.Identity stolen = await rig.EnrolAsync(Role.Sensor, "s1");
        await rig.Authority.AssignAsync(new Assignment(stolen.Kid, "ward", "patient-1", 0), TestContext.Current.CancellationToken);
        await rig.PublishAsync();
        TestSensor sensor = new(stolen.Signing);
        await gateway.ConnectAsync(rig.Tenant.Mqtt);
        for (ulong generation = 0; generation < Many; generation++)
        {
            ulong at = Begin + generation;
            Held held = await GenerationAsync(rig, gateway, generation, sensor.Reading(at));
            Assert.Equal((generation, 3ul), (held.Log.Generation, held.Size));
        }

        await Wait.Until(() => rig.Count("verified") == Many);
        await Wait.Until(() => rig.Tenant.Watch.Open == 1);
        Assert.Equal((int)Many, rig.Tenant.Watch.Views.Count);

        await rig.StopAsync();
        await rig.StartAsync();
        await Wait.Until(() => rig.Tenant.Watch.Open == 1);
        Assert.Equal((Many, 0ul), (rig.Count("verified"), rig.Count("reconsidered")));

        await rig.Authority.RevokeAsync(new Revocation(stolen.Kid, 0, "stolen"), TestContext.Current.CancellationToken);
        await rig.PublishAsync();
        await Wait.Until(() => rig.Count("reconsidered") == Many);
        await Wait.Until(() => rig.Tenant.Watch.Open == 1);
        Assert.Equal(0ul, rig.Count("verified"));
    }

    [Fact]
    public async Task A_generation_beyond_the_most_that_a_log_may_have_is_not_taken_and_told_by_name()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        TestGateway gateway = await rig.GatewayAsync("ward");
        await rig.PublishAsync();
        await gateway.ConnectAsync(rig.Tenant.Mqtt);
        Held last = await GenerationAsync(rig, gateway, Limits.Generations - 1);
        Assert.Equal(2ul, last.Size);
        for (ulong generation = Limits.Generations; generation < Limits.Generations + 3; generation++)
        {
            Held held = await GenerationAsync(rig, gateway, generation);
            Assert.Equal((generation, 0ul), (held.Log.Generation, held.Size));
        }

        Assert.Equal(["ward"], Assert.IsAssignableFrom<IEnumerable<string>>(rig.Health["tooManyGenerations"]));
        Assert.Equal(2, (await rig.Tenant.Store.Logs(TestContext.Current.CancellationToken)).Count);
    }

    private static async Task<Held> GenerationAsync(FleetRig rig, TestGateway gateway, ulong generation, params Entry[] entries)
    {
        PreviousGeneration? previous = null;
        if (generation > 0)
        {
            LogId before = new("ward", generation - 1);
            SignedHead? head = await gateway.Store.LatestHead(before, default);
            previous = new PreviousGeneration(before, head?.Size ?? 0, head?.Head.Root ?? new Frontier().Root());
        }

        using LogWriter writer = new(gateway.Store, new LogId("ward", generation), gateway.Identity.Signing, () => rig.Authority.Registry.Size, TimeProvider.System);
        writer.Confirm();
        await writer.AppendAsync([
            TestGateway.Event(Begin, new GenerationEvent("again", previous)), TestGateway.Event(Begin, new InForceEvent(rig.Authority.Registry.Size)), .. entries]);
        await gateway.SendAsync((await writer.NextAppendAsync(0))!);
        return await gateway.NextAsync<Held>();
    }
}
