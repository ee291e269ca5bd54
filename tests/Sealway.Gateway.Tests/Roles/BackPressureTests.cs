namespace Sealway.Gateway.Tests.Roles;

using Sealway.Fleet;
using Sealway.Links;
using Sealway.Messages;
using Xunit;

/// <summary>A gateway that has no memory for more lets its sensors wait, and loses nothing.</summary>
public sealed class BackPressureTests : IAsyncLifetime
{
    private TestFleet _fleet = null!;
    private TestCloud _cloud = null!;
    private Identity _sensor = null!;

    public async ValueTask InitializeAsync()
    {
        _fleet = await TestFleet.CreateAsync();
        _sensor = await _fleet.SensorAsync("s1");
        _cloud = await TestCloud.StartAsync(_fleet);
    }

    public async ValueTask DisposeAsync()
    {
        await _cloud.DisposeAsync();
        await _fleet.DisposeAsync();
    }

    [Fact]
    public async Task Readings_for_which_there_is_no_memory_wait_unacknowledged_while_actions_go_on()
    {
        const int Sent = 40;
        NarrowRecorder recorder = new(2);
        await using TestGateway gateway = await TestGateway.StartAsync(_fleet, TestGateway.Options(_fleet, _cloud.Address), new GatewayParts { Recorder = recorder });
        await gateway.KnowsRegistryAsync();
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        for (uint i = 0; i < Sent; i++)
        {
            await sensor.SendAsync(i);
        }

        // What asks the writer loop for something is served although sensors wait.
        while ((long)gateway.Health["received"] < Sent)
        {
            await gateway.SettledAsync();
        }

        await gateway.SettledAsync();
        Assert.Equal(true, gateway.Health["sensorsWait"]);
        Assert.Equal(2L, gateway.Health["accepted"]);
        Assert.False(sensor.HasSaid<StoredReadings>());

        recorder.Give();
        await gateway.SettledAsync();
        Assert.Equal(Enumerable.Range(0, Sent).Select(i => (uint)i), (await sensor.StoredAsync(Sent)).Select(number => number.Sequence));
        Assert.Equal(2, recorder.MostWaiting);
        await _cloud.HoldsReadingsAsync(Sent);
        Assert.Equal(0L, gateway.Health["lost"]);
    }

    [Fact]
    public async Task A_reading_that_is_longer_than_can_be_recorded_is_refused_for_good_and_the_next_is_taken()
    {
        NarrowRecorder recorder = new(1_000) { LongestReading = 150 };
        recorder.Give();
        await using TestGateway gateway = await TestGateway.StartAsync(_fleet, TestGateway.Options(_fleet, _cloud.Address), new GatewayParts { Recorder = recorder });
        await gateway.KnowsRegistryAsync();
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        Measurement[] many = [.. Enumerable.Range(0, 20).Select(i => new Measurement($"temp{i}", "Cel", Number.From(20)))];

        await sensor.SendAsync(Reading.Sign(_sensor.Signing, new ReadingNumber(1, 0), many).Bytes);
        await sensor.SendAsync(1);

        Assert.Equal(new RefusedReading(new(1, 0), Refusal.SlotOverflow), await sensor.SaysAsync<RefusedReading>());
        Assert.Equal([new ReadingNumber(1, 1)], await sensor.StoredAsync(1));
    }
}
