namespace Sealway.Cloud.Tests.Judging;

using Sealway.Alarms;
using Sealway.Log;

public sealed class JudgingTests
{
    private const ulong Begin = 1_800_000_000_000;

    [Fact]
    public async Task Verdicts_are_counted_and_a_refused_entry_holds_nothing_up()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        TestGateway gateway = await rig.GatewayAsync("ward");
        TestSensor sensor = await rig.SensorAsync("s1", "ward");
        await rig.GatewayAsync("elsewhere");
        TestSensor stranger = await rig.SensorAsync("s2", "elsewhere");
        await rig.PublishAsync();
        await gateway.ConnectAsync(rig.Tenant.Mqtt);
        await gateway.BeginAsync(rig.Authority.Registry.Size, Begin);
        Entry first = sensor.Reading(Begin);
        Held held = await gateway.PushAsync(
            first,
            sensor.Reading(Begin + 1),
            Entry.Create(EntryKind.Reading, Begin + 2, new byte[] { 1, 2, 3 }),
            Entry.Create(EntryKind.Reading, Begin + 3, first.Body),
            stranger.Reading(Begin + 4),
            Entry.Create((EntryKind)99, Begin + 5, new byte[] { 0 }),
            sensor.Numbered(Begin + 6, 5));
        Assert.Equal(10ul, held.Size);
        Assert.Single(held.Countersignatures);
        await rig.JudgedAsync(gateway.Log, 10);
        Assert.Equal(6ul, rig.Count("received"));
        Assert.Equal(3ul, rig.Count("verified"));
        Assert.Equal(3ul, rig.Count("verdicts", "valid"));
        Assert.Equal(3ul, rig.Count("verdicts", "refused"));
        Assert.Equal(0ul, rig.Count("verdicts", "pending"));
        Assert.Equal(1ul, rig.Count("refusedBy", nameof(Refusal.NotRising)));
        Assert.Equal(1ul, rig.Count("refusedBy", nameof(Refusal.NotAssigned)));
        Assert.Equal(1ul, rig.Count("refusedBy", nameof(Refusal.WrongKind)));
        Assert.Equal(1ul, rig.Count("gaps"));
        Assert.Equal(3ul, rig.Count("missing"));
        Assert.Equal(3ul, rig.Count("freshness", "unproven"));
        Assert.True(rig.Count("lagMs", "p99") >= rig.Count("lagMs", "p50"));
        Assert.Equal(true, rig.Health["healthy"]);
    }

    [Fact]
    public async Task An_alarm_is_raised_listed_and_cleared()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        TestGateway gateway = await rig.GatewayAsync("ward");
        TestSensor sensor = await rig.SensorAsync("s1", "ward");
        await rig.PublishAsync();
        await gateway.ConnectAsync(rig.Tenant.Mqtt);
        await gateway.BeginAsync(rig.Authority.Registry.Size, Begin);
        await gateway.PushAsync(sensor.Reading(Begin, 125), sensor.Reading(Begin + 5_000, 126), sensor.Reading(Begin + 10_000, 127));
        await rig.JudgedAsync(gateway.Log, 6);
        CloudAlarm alarm = Assert.Single(rig.Tenant.Alarms);
        Assert.Equal(new CloudAlarm(gateway.Log, "hr-high", AlarmPriority.Medium, sensor.Kid, "hr", 127, 5, Begin + 10_000, null), alarm);
        Assert.Equal((1ul, 1ul), (rig.Count("alarmsRaised"), rig.Count("alarmsActive")));

        await gateway.PushAsync(sensor.Reading(Begin + 11_000, 80));
        await rig.JudgedAsync(gateway.Log, 7);
        Assert.Equal(Begin + 11_000, Assert.Single(rig.Tenant.Alarms).ClearedAt);
        Assert.Equal((1ul, 0ul), (rig.Count("alarmsRaised"), rig.Count("alarmsActive")));
        OrderedDictionary<string, object> listed = Assert.Single((OrderedDictionary<string, object>[])rig.Health["alarms"]);
        Assert.Equal(("hr-high", "ward/0", 5ul, sensor.Kid.ToString(), "hr", false), (listed["rule"], listed["log"], listed["index"], listed["sensor"], listed["metric"], listed["raised"]));
        Assert.DoesNotContain("value", listed.Keys);
    }

    [Fact]
    public async Task A_gateways_alarm_that_follows_from_its_log_is_in_order_and_any_other_is_told()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        TestGateway gateway = await rig.GatewayAsync("ward");
        TestSensor sensor = await rig.SensorAsync("s1", "ward");
        await rig.PublishAsync();
        await gateway.ConnectAsync(rig.Tenant.Mqtt);
        await gateway.BeginAsync(rig.Authority.Registry.Size, Begin);
        AlarmEvent stated = new(true, "hr-high", sensor.Kid, "hr", Number.From(127));
        AlarmEvent invented = new(true, "spo2-low", sensor.Kid, "spo2", Number.From(80));
        await gateway.PushAsync(
            sensor.Reading(Begin, 125), sensor.Reading(Begin + 10_000, 127), TestGateway.Event(Begin + 10_000, stated), TestGateway.Event(Begin + 11_000, invented), sensor.Reading(Begin + 60_000, 127));
        await rig.JudgedAsync(gateway.Log, 8);
        Assert.Equal(1ul, rig.Count("alarmsDiffer"));
    }

    [Fact]
    public async Task An_alarm_that_the_gateway_does_not_state_is_told()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        TestGateway gateway = await rig.GatewayAsync("ward");
        TestSensor sensor = await rig.SensorAsync("s1", "ward");
        await rig.PublishAsync();
        await gateway.ConnectAsync(rig.Tenant.Mqtt);
        await gateway.BeginAsync(rig.Authority.Registry.Size, Begin);
        await gateway.PushAsync(sensor.Reading(Begin, 125), sensor.Reading(Begin + 10_000, 127), sensor.Reading(Begin + 20_000, 127));
        await rig.JudgedAsync(gateway.Log, 6);
        Assert.Equal(0ul, rig.Count("alarmsDiffer"));
        await gateway.PushAsync(sensor.Reading(Begin + 20_001, 127));
        await rig.JudgedAsync(gateway.Log, 7);
        Assert.Equal(1ul, rig.Count("alarmsDiffer"));
    }

    [Fact]
    public async Task A_restart_goes_on_where_it_had_judged_and_counts_nothing_twice()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        TestGateway gateway = await rig.GatewayAsync("ward");
        TestSensor sensor = await rig.SensorAsync("s1", "ward");
        await rig.PublishAsync();
        await gateway.ConnectAsync(rig.Tenant.Mqtt);
        await gateway.BeginAsync(rig.Authority.Registry.Size, Begin);
        await gateway.PushAsync(sensor.Reading(Begin, 125), sensor.Reading(Begin + 10_000, 127));
        await rig.JudgedAsync(gateway.Log, 5);
        await gateway.DisconnectAsync();
        await rig.StopAsync();

        await rig.StartAsync();
        Assert.Equal(5ul, rig.Tenant.Watch.ViewOf(gateway.Log)!.Judged);
        Assert.Equal((2ul, 1ul, 1ul), (rig.Count("verified"), rig.Count("alarmsRaised"), rig.Count("alarmsActive")));
        Assert.Equal("hr-high", Assert.Single(rig.Tenant.Alarms).Rule);
        await gateway.ConnectAsync(rig.Tenant.Mqtt);
        await gateway.PushAsync(sensor.Reading(Begin + 11_000, 128));
        await rig.JudgedAsync(gateway.Log, 6);
        Assert.Equal((3ul, 1ul, 0ul), (rig.Count("verified"), rig.Count("alarmsRaised"), rig.Count("gaps")));
    }

    [Fact]
    public async Task What_was_concluded_is_made_again_when_it_is_lost()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        TestGateway gateway = await rig.GatewayAsync("ward");
        TestSensor sensor = await rig.SensorAsync("s1", "ward");
        await rig.PublishAsync();
        await gateway.ConnectAsync(rig.Tenant.Mqtt);
        await gateway.BeginAsync(rig.Authority.Registry.Size, Begin);
        await gateway.PushAsync(sensor.Reading(Begin, 125), sensor.Reading(Begin + 10_000, 127));
        await rig.JudgedAsync(gateway.Log, 5);
        await gateway.DisconnectAsync();
        await rig.StopAsync();
        foreach (string file in rig.DataFiles("watch.db*"))
        {
            File.Delete(file);
        }

        await rig.StartAsync();
        await rig.JudgedAsync(gateway.Log, 5);
        Assert.Equal((2ul, 1ul, 1ul), (rig.Count("verified"), rig.Count("alarmsRaised"), rig.Count("alarmsActive")));
    }

    [Fact]
    public async Task A_log_that_was_lost_and_came_back_is_judged_anew()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        TestGateway gateway = await rig.GatewayAsync("ward");
        TestSensor sensor = await rig.SensorAsync("s1", "ward");
        await rig.PublishAsync();
        await gateway.ConnectAsync(rig.Tenant.Mqtt);
        await gateway.BeginAsync(rig.Authority.Registry.Size, Begin);
        await gateway.PushAsync(sensor.Reading(Begin), sensor.Reading(Begin + 1));
        await rig.JudgedAsync(gateway.Log, 5);
        await gateway.DisconnectAsync();
        await rig.StopAsync();
        foreach (string file in rig.DataFiles("logs.db*"))
        {
            File.Delete(file);
        }

        await rig.StartAsync();
        Assert.Equal(0ul, rig.Count("verified"));
        await rig.PublishAsync();
        await gateway.ConnectAsync(rig.Tenant.Mqtt);

        // Three entries first, of which none is the one that was judged last.
        await gateway.SendAsync(new Append(gateway.Log, 0, [.. (await gateway.Store.Read(gateway.Log, 0, 3, int.MaxValue, default)).Select(entry => AppendEntry.Full(entry.Bytes))], await gateway.Writer.SignPrefixAsync(3), []));
        await gateway.NextAsync<Held>();
        await rig.JudgedAsync(gateway.Log, 3);
        Assert.Equal(0ul, rig.Count("verified"));
        await gateway.PushAsync();
        await rig.JudgedAsync(gateway.Log, 5);
        Assert.Equal((2ul, 2ul), (rig.Count("verified"), rig.Count("received")));
    }

    [Fact]
    public async Task What_is_pending_is_judged_again_when_the_registry_has_grown()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        TestGateway gateway = await rig.GatewayAsync("ward");
        TestSensor known = await rig.SensorAsync("s1", "ward");
        await rig.PublishAsync();
        TestSensor unknown = await rig.SensorAsync("s2", "ward");
        await gateway.ConnectAsync(rig.Tenant.Mqtt);
        await gateway.BeginAsync(rig.Authority.Registry.Size, Begin);
        await gateway.PushAsync(known.Reading(Begin), unknown.Reading(Begin + 1, 125), known.Reading(Begin + 2), unknown.Reading(Begin + 10_001, 126));
        await rig.JudgedAsync(gateway.Log, 7);
        Assert.Equal((2ul, 2ul, 0ul), (rig.Count("verdicts", "valid"), rig.Count("verdicts", "pending"), rig.Count("alarmsRaised")));

        await rig.PublishAsync();
        await Wait.Until(() => rig.Count("verdicts", "pending") == 0);
        await rig.JudgedAsync(gateway.Log, 7);
        Assert.Equal((4ul, 4ul, 1ul), (rig.Count("verified"), rig.Count("received"), rig.Count("alarmsRaised")));
        Assert.Equal(unknown.Kid, Assert.Single(rig.Tenant.Alarms).Sensor);
    }

    [Fact]
    public async Task What_is_pending_survives_a_restart()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        TestGateway gateway = await rig.GatewayAsync("ward");
        await rig.PublishAsync();
        TestSensor unknown = await rig.SensorAsync("s2", "ward");
        await gateway.ConnectAsync(rig.Tenant.Mqtt);
        await gateway.BeginAsync(rig.Authority.Registry.Size, Begin);
        await gateway.PushAsync(unknown.Reading(Begin));
        await rig.JudgedAsync(gateway.Log, 4);
        await gateway.DisconnectAsync();
        await rig.StopAsync();
        await rig.StartAsync();
        await rig.PublishAsync();
        await Wait.Until(() => rig.Count("verified") == 1);
        Assert.Equal((1ul, 0ul), (rig.Count("received"), rig.Count("verdicts", "pending")));
    }

    [Fact]
    public async Task A_revocation_makes_the_cloud_judge_again_what_it_holds()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        TestGateway gateway = await rig.GatewayAsync("ward");
        TestSensor lost = await rig.SensorAsync("s1", "ward");
        TestSensor kept = await rig.SensorAsync("s2", "ward");
        await rig.PublishAsync();
        await gateway.ConnectAsync(rig.Tenant.Mqtt);
        await gateway.BeginAsync(rig.Authority.Registry.Size, Begin);
        await gateway.PushAsync(lost.Reading(Begin, 125), kept.Reading(Begin), lost.Reading(Begin + 10_000, 126), lost.Reading(Begin + 20_000, 126));
        await rig.JudgedAsync(gateway.Log, 7);
        Assert.Equal((4ul, 1ul), (rig.Count("verified"), rig.Count("alarmsRaised")));
        await rig.Authority.RevokeAsync(new Revocation(lost.Kid, Begin + 10_000, "lost"));
        await rig.PublishAsync();
        await Wait.Until(() => rig.Count("reconsidered") == 1);
        Assert.Equal((2ul, 2ul, 2ul), (rig.Count("verified"), rig.Count("verdicts", "refused"), rig.Count("refusedBy", nameof(Refusal.Revoked))));
        Assert.Equal((1ul, 4ul), (rig.Count("alarmsRaised"), rig.Count("received")));
        Assert.Equal(lost.Kid, Assert.Single(rig.Tenant.Alarms).Sensor);

        // It is kept: another start judges nothing again.
        await gateway.DisconnectAsync();
        await rig.StopAsync();
        await rig.StartAsync();
        Assert.Equal((2ul, 2ul, 1ul), (rig.Count("verified"), rig.Count("verdicts", "refused"), rig.Count("reconsidered")));
    }

    [Fact]
    public async Task Of_a_sealed_log_kinds_steps_and_sizes_are_known_and_nothing_else()
    {
        await using FleetRig rig = await FleetRig.OpenAsync("house");
        TestGateway gateway = await rig.GatewayAsync("home");
        await rig.PublishAsync();
        await gateway.ConnectAsync(rig.Tenant.Mqtt);
        await gateway.BeginAsync(rig.Authority.Registry.Size, Begin);
        await gateway.LogAsync(Sealed.Epoch(gateway.Log, Begin, out Sealer sealer));
        using (sealer)
        {
            Entry repeated = Sealed.Slot(sealer, Begin + 1_000);
            await gateway.PushAsync(repeated, Sealed.Slot(sealer, Begin + 2_000), Sealed.Slot(sealer, Begin + 3_000), Entry.Create(EntryKind.Sealed, Begin + 4_000, repeated.Body));
        }

        await rig.JudgedAsync(gateway.Log, 8);
        Assert.Equal(3ul, rig.Count("sealedEntries"));
        int size = Assert.Single((int[])rig.Health["sealedSizes"]);
        Assert.InRange(size, 512, 600);
        Assert.Equal(1ul, rig.Count("refusedBy", nameof(Refusal.StepRepeated)));
        Assert.Equal(0ul, rig.Count("received"));
    }

    [Fact]
    public async Task A_log_that_falls_silent_is_alarmed_until_it_is_heard_again()
    {
        await using FleetRig rig = await FleetRig.OpenAsync(silentAfter: TimeSpan.FromMilliseconds(500));
        TestGateway gateway = await rig.GatewayAsync("ward");
        await rig.PublishAsync();
        await gateway.ConnectAsync(rig.Tenant.Mqtt);
        await gateway.BeginAsync(rig.Authority.Registry.Size, Begin);
        Head head = (await gateway.PushAsync()).Head!;
        await Wait.Until(() => rig.Count("silentLogs") == 1);
        CloudAlarm alarm = Assert.Single(rig.Tenant.Alarms, alarm => alarm.IsActive);
        Assert.Equal((gateway.Log, CloudAlarm.LogSilence, 3ul), (alarm.Log, alarm.Rule, alarm.Index));

        // A repeated head is no news; a new one is, though nothing was logged.
        await gateway.AppendAsync(0);
        Assert.Equal(1ul, rig.Count("alarmsRaised"));
        HeadClaims later = new(head.Claims.Kid, head.Claims.Log, head.Claims.Seconds + 60, 3, head.Claims.RegistrySize);
        await gateway.SendAsync(new Append(gateway.Log, 3, [], Head.Sign(gateway.Identity.Signing, later, head.Root.Span), []));
        await gateway.NextAsync<Held>();
        Assert.Contains(rig.Tenant.Alarms, one => one is { Rule: CloudAlarm.LogSilence, IsActive: false });
    }
}
