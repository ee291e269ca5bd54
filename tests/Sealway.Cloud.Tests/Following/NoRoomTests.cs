namespace Sealway.Cloud.Tests.Following;

using Sealway.Links;
using Sealway.Log;

/// <summary>A cloud whose file system really has no room for one more byte.</summary>
public sealed class NoRoomTests
{
    private const ulong Begin = 1_800_000_000_000;

    [Fact]
    public async Task It_says_that_it_did_not_store_and_takes_all_of_it_once_there_is_room()
    {
        await using SmallDisk disk = await SmallDisk.MountAsync(4_096);
        await using FleetRig rig = await FleetRig.OpenAsync(data: disk.Path);
        TestGateway gateway = await rig.GatewayAsync("ward");
        TestFollower archive = await rig.FollowerAsync(Role.Archive, "archive");
        TestSensor sensor = await rig.SensorAsync("s1", "ward", archive.Identity.Kid);
        await rig.PublishAsync();
        await gateway.ConnectAsync(rig.Tenant.Mqtt);
        await gateway.BeginAsync(rig.Authority.Registry.Size, Begin);
        ulong size = (await gateway.PushAsync(sensor.Reading(Begin))).Size;
        disk.Fill();
        ulong at = Begin;
        Held held;
        do
        {
            // A write-ahead log that has room in its file takes some more.
            await gateway.LogAsync([.. Enumerable.Range(0, 100).Select(_ => sensor.Reading(++at))]);
            held = await gateway.AppendAsync(size);
            Assert.True(held.Size == size || held.Size == size + 100);
        }
        while (held.Size > size && (size = held.Size) > 0);

        Assert.Equal((true, false), ((bool)rig.Health["diskFull"], (bool)rig.Health["healthy"]));
        Assert.Equal(size, (await rig.Tenant.Store.State(gateway.Log, default))!.Size);
        Assert.Equal(LinkRefusal.Failed, (await archive.RefusedAsync(archive.Countersign(held.Head!))).Reason);

        disk.MakeRoom();
        ulong all = (await gateway.Store.State(gateway.Log, default))!.Size;
        held = await gateway.PushAsync();
        Assert.Equal(all, held.Size);
        Assert.False((bool)rig.Health["diskFull"]);
        await archive.AskAsync<Held>(archive.Countersign(held.Head!));
        await rig.JudgedAsync(gateway.Log, all);
        Assert.Equal((all - 3, 0ul), (rig.Count("verified"), rig.Count("gaps")));

        // And it begins on a full disk as soon as there is room.
        await gateway.DisconnectAsync();
        await rig.StopAsync();
        disk.Fill();
        Assert.Throws<LogStoreFullException>(() => SqliteLogStore.Open(Path.Combine(disk.Path, "logs.db")));
        Task starting = rig.StartAsync();
        disk.MakeRoom();
        await Wait.Soon(starting);
        Assert.Equal(all, (await rig.Tenant.Store.State(gateway.Log, default))!.Size);
    }
}
