namespace Sealway.Cloud.Tests.Judging;

using Sealway.Fleet;

public sealed class WitnessTests
{
    private const ulong Begin = 1_800_000_000_000;

    [Fact]
    public async Task A_sensor_that_moves_to_another_gateway_leaves_no_gap_but_what_both_logs_miss()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        (TestGateway first, TestGateway second, TestSensor sensor) = await MoveAsync(rig, [0, 1, 2, 3]);
        await second.PushAsync(sensor.Numbered(Begin + 10, 6), sensor.Numbered(Begin + 11, 7));
        await rig.JudgedAsync(second.Log, 5);
        Assert.Equal((1ul, 2ul, 6ul), (rig.Count("gaps"), rig.Count("missing"), rig.Count("verified")));

        // The first gateway was off the network, and sends late what it had.
        await first.PushAsync(sensor.Numbered(Begin + 5, 4), sensor.Numbered(Begin + 6, 5));
        await rig.JudgedAsync(first.Log, 9);
        Assert.Equal((0ul, 0ul, 8ul), (rig.Count("gaps"), rig.Count("missing"), rig.Count("verified")));
        Assert.Equal((0ul, 0ul, 0ul), (rig.Count("witnessedAgain"), rig.Count("cloned"), rig.Count("uncompared")));
    }

    [Fact]
    public async Task The_same_reading_in_two_logs_is_one_reading_with_two_witnesses()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        (TestGateway _, TestGateway second, TestSensor sensor) = await MoveAsync(rig, [0, 1, 2, 3]);
        await second.PushAsync(sensor.Numbered(Begin + 10, 2), sensor.Numbered(Begin + 11, 3), sensor.Numbered(Begin + 12, 4));
        await rig.JudgedAsync(second.Log, 6);
        Assert.Equal((5ul, 2ul, 0ul), (rig.Count("verified"), rig.Count("witnessedAgain"), rig.Count("missing")));
        Assert.Equal((0ul, 0ul), (rig.Count("cloned"), rig.Count("uncompared")));
        Assert.Equal(7ul, rig.Count("verdicts", "valid"));
    }

    [Fact]
    public async Task Entries_logged_again_in_a_later_generation_are_the_same_readings()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        TestGateway gateway = await rig.GatewayAsync("ward");
        TestSensor sensor = await rig.SensorAsync("s1", "ward");
        await rig.PublishAsync();
        await gateway.ConnectAsync(rig.Tenant.Mqtt);
        await gateway.BeginAsync(rig.Authority.Registry.Size, Begin);
        await gateway.PushAsync([.. Enumerable.Range(0, 4).Select(i => sensor.Numbered(Begin + 1, (uint)i))]);
        await rig.JudgedAsync(gateway.Log, 7);
        await gateway.DisconnectAsync();
        TestGateway next = rig.Twin(gateway, 1);
        await next.ConnectAsync(rig.Tenant.Mqtt);
        await next.BeginAsync(rig.Authority.Registry.Size, Begin + 2, new PreviousGeneration(gateway.Log, 5, new byte[32]));
        await next.PushAsync([.. Enumerable.Range(2, 4).Select(i => sensor.Numbered(Begin + 3, (uint)i))]);
        await rig.JudgedAsync(next.Log, 7);
        Assert.Equal((6ul, 2ul, 0ul, 0ul), (rig.Count("verified"), rig.Count("witnessedAgain"), rig.Count("missing"), rig.Count("cloned")));
    }

    [Fact]
    public async Task Other_content_under_a_number_of_another_log_is_a_cloned_key_and_stays_so_after_a_restart()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        (TestGateway first, TestGateway second, TestSensor sensor) = await MoveAsync(rig, [.. Enumerable.Range(0, 1_000).Select(i => (uint)i)]);
        await second.PushAsync(sensor.Numbered(Begin + 10, 701, 81), sensor.Numbered(Begin + 11, 702), sensor.Numbered(Begin + 12, 703, 82));
        await rig.JudgedAsync(second.Log, 6);
        await Cloned();
        await first.DisconnectAsync();
        await second.DisconnectAsync();
        await rig.StopAsync();
        await rig.StartAsync();
        await Cloned();

        async Task Cloned()
        {
            await Wait.Until(() => rig.Count("cloned") == 2);
            Assert.Equal((1_002ul, 1ul, 0ul), (rig.Count("verified"), rig.Count("witnessedAgain"), rig.Count("uncompared")));
            OrderedDictionary<string, object> one = (OrderedDictionary<string, object>)((object[])rig.Health["clones"])[0];
            Assert.Equal((sensor.Kid.ToString(), "1.701", "ward-a/0", 704ul, "ward-b/0", 3ul), (one["sensor"], one["number"], one["log"], one["index"], one["otherLog"], one["otherIndex"]));
        }
    }

    [Fact]
    public async Task What_a_gateway_makes_up_under_a_sensors_name_is_no_evidence_of_a_cloned_key()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        TestSensor stranger = new(SigningKey.Generate());
        (TestGateway first, TestGateway second, TestSensor sensor) = await MoveAsync(rig, [0, 1]);

        // Under the sensor's kid and number, and not signed by it.
        byte[] forged = sensor.Numbered(Begin + 2, 2, 99).Body.ToArray();
        forged[^1] ^= 1;
        await first.PushAsync(Entry.Create(EntryKind.Reading, Begin + 2, forged), stranger.Numbered(Begin + 2, 2), sensor.Numbered(Begin + 3, 2), sensor.Numbered(Begin + 4, 3));
        await second.PushAsync(sensor.Numbered(Begin + 10, 2), sensor.Numbered(Begin + 11, 3));
        await rig.JudgedAsync(first.Log, 9);
        await rig.JudgedAsync(second.Log, 5);
        Assert.Equal((4ul, 2ul, 0ul, 0ul), (rig.Count("verified"), rig.Count("witnessedAgain"), rig.Count("cloned"), rig.Count("uncompared")));
    }

    private static async Task<(TestGateway First, TestGateway Second, TestSensor Sensor)> MoveAsync(FleetRig rig, uint[] before)
    {
        TestGateway first = await rig.GatewayAsync("ward-a");
        TestGateway second = await rig.GatewayAsync("ward-b");
        TestSensor sensor = await rig.SensorAsync("s1", "ward-a");
        await rig.PublishAsync();
        await first.ConnectAsync(rig.Tenant.Mqtt);
        await first.BeginAsync(rig.Authority.Registry.Size, Begin);
        await first.PushAsync([.. before.Select(number => sensor.Numbered(Begin + 1, number))]);
        await rig.JudgedAsync(first.Log, 3 + (ulong)before.Length);
        await rig.Authority.AssignAsync(new Assignment(sensor.Kid, "ward-b", "patient-s1", Begin + 8));
        await rig.PublishAsync();
        await second.ConnectAsync(rig.Tenant.Mqtt);
        await second.BeginAsync(rig.Authority.Registry.Size, Begin + 9);
        return (first, second, sensor);
    }
}
