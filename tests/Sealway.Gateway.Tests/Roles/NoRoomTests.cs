namespace Sealway.Gateway.Tests.Roles;

using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;
using Sealway.Testing;
using Xunit;

/// <summary>A gateway whose file system really has no room for one more byte.</summary>
public sealed class NoRoomTests : IAsyncLifetime
{
    private TestFleet _fleet = null!;
    private TestCloud _cloud = null!;
    private Identity _sensor = null!;
    private SmallDisk _disk = null!;
    private GatewayOptions _options = null!;

    public async ValueTask InitializeAsync()
    {
        _disk = await SmallDisk.MountAsync(2_048);
        _fleet = await TestFleet.CreateAsync();
        _sensor = await _fleet.SensorAsync("s1");
        _cloud = await TestCloud.StartAsync(_fleet);
        _options = TestGateway.Options(_fleet, _cloud.Address) with { DataFolder = Path.Combine(_disk.Path, "gateway"), AnswerTime = TimeSpan.FromMilliseconds(500), StopTime = TimeSpan.Zero };
    }

    public async ValueTask DisposeAsync()
    {
        await _cloud.DisposeAsync();
        await _fleet.DisposeAsync();
        await _disk.DisposeAsync();
    }

    [Fact]
    public async Task It_acknowledges_nothing_says_so_and_goes_on_by_itself_once_there_is_room()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(_fleet, _options);
        await gateway.KnowsRegistryAsync();
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        uint sent = await UntilFullAsync(gateway, sensor, 0);
        int stored = await StoredSoFarAsync(gateway);
        Assert.True(stored < sent);

        // What came since is judged in memory, and no answer is given.
        await sensor.SendAsync(sent++);
        while ((long)gateway.Health["accepted"] < sent)
        {
            await gateway.Role.Writer.RunAsync(_ => { }, Patience.Soon);
        }

        Assert.Equal(true, gateway.Health["diskFull"]);
        Assert.False(gateway.Running.IsCompleted);
        Assert.Equal(stored, await StoredSoFarAsync(gateway));

        _disk.MakeRoom();
        Assert.Equal(Enumerable.Range(0, (int)sent).Select(i => (uint)i), (await sensor.StoredAsync((int)sent)).Select(number => number.Sequence));
        Assert.Equal(false, gateway.Health["diskFull"]);
        await _cloud.HoldsReadingsAsync((int)sent);
        Assert.Equal(Enumerable.Range(0, (int)sent).Select(i => (uint)i), (await _cloud.ReadingsAsync()).Select(one => one.Number.Sequence));
        await _cloud.UntilAsync(async () => (await _cloud.EventsAsync<LostEvent>()).Count > 0);
        Assert.All(await _cloud.EventsAsync<LostEvent>(), lost => Assert.Equal(0ul, lost.Count));
        Assert.All(await _cloud.JudgedAsync(), one => Assert.True(one.Verdict.IsValid, one.Verdict.Reason.ToString()));
        Assert.All(_cloud.Roots.Values, roots => Assert.Single(roots));
        Assert.Equal(TestCloud.Log(), gateway.Role.Log);
    }

    [Fact]
    public async Task It_ends_and_begins_without_room_and_what_was_acknowledged_is_there_once()
    {
        uint sent;
        int stored;
        await using (TestGateway gateway = await TestGateway.StartAsync(_fleet, _options))
        {
            await gateway.KnowsRegistryAsync();
            await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
            sent = await UntilFullAsync(gateway, sensor, 0);
            stored = await StoredSoFarAsync(gateway);
            await gateway.StopAsync();
        }

        // What SQLite kept beside the file is gone with its process.
        _disk.Fill();
        Assert.Throws<LogStoreFullException>(() => SqliteLogStore.Open(Path.Combine(_options.DataFolder, "log.db")));
        Task<TestGateway> starting = TestGateway.StartAsync(_fleet, _options);
        _disk.MakeRoom();
        await using TestGateway second = await starting;
        Assert.Equal(stored, await StoredSoFarAsync(second));
        await using TestSensor again = await second.ConnectAsync(_sensor);
        for (uint sequence = 0; sequence < sent; sequence++)
        {
            await again.SendAsync(sequence);
        }

        await again.StoredAsync((int)sent);
        await _cloud.HoldsReadingsAsync((int)sent);
        Assert.Equal(Enumerable.Range(0, (int)sent).Select(i => (uint)i), (await _cloud.ReadingsAsync()).Select(one => one.Number.Sequence));
        Assert.Equal(TestCloud.Log(), second.Role.Log);
    }

    /// <summary>Fills the disk and sends until the gateway has noticed: a write-ahead log that has room in its file takes some more.</summary>
    /// <returns>How many readings were sent.</returns>
    private async Task<uint> UntilFullAsync(TestGateway gateway, TestSensor sensor, uint sent)
    {
        await sensor.SendAsync(sent++);
        await _cloud.HoldsReadingsAsync((int)sent);
        _disk.Fill();
        while (gateway.Health["diskFull"] is false)
        {
            await sensor.SendAsync(sent++);
            while ((long)gateway.Health["accepted"] < sent)
            {
                await gateway.Role.Writer.RunAsync(_ => { }, Patience.Soon);
            }
        }

        return sent;
    }

    private static async Task<int> StoredSoFarAsync(TestGateway gateway) =>
        (await gateway.EntriesAsync()).Count(entry => Entry.FromUntrusted(entry.Bytes).Kind == EntryKind.Reading);
}
