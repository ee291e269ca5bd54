namespace Sealway.Gateway.Tests.Home;

using Sealway.Gateway.Tests.Heating;
using Sealway.Gateway.Tests.Sealing;
using Sealway.Links;
using Sealway.Log;
using Sealway.Messages;
using Sealway.Testing;
using Xunit;

/// <summary>A home's gateway, sealing for its members, whose file system really has no room.</summary>
public sealed class HomeNoRoomTests
{
    [Fact]
    public async Task A_full_disk_spends_no_step_twice_loses_no_slot_and_heating_goes_off_all_the_same()
    {
        await using SmallDisk disk = await SmallDisk.MountAsync(2_048);
        await using TestHome home = await TestHome.CreateAsync(TimeProvider.System);
        RecordedActuator actuator = new();
        HomeOptions options = new()
        {
            Identity = home.Gateway,
            FleetFolder = home.FleetFolder,
            DataFolder = Path.Combine(disk.Path, "data"),
            CloudHttps = HostPort.Parse("127.0.0.1:9"),
            Pairing = HostPort.Parse("127.0.0.1:0"),
            Sealing = new SealingOptions { SlotBytes = 1_024, Tick = TimeSpan.FromMilliseconds(50) },
            Heating = new ThermostatOptions
            {
                Rooms = [new HeatedRoom(TestHome.Room, actuator, Number.From(20)) { LeastOff = TimeSpan.Zero, LeastOn = TimeSpan.Zero, BlindAfter = TimeSpan.FromSeconds(1) }],
                CheckEvery = TimeSpan.FromMilliseconds(50),
            },
        };
        await using HomeParts parts = await HomeParts.OpenAsync(options, default, home.Time, new TestLoggers("home"), Patience.Soon);
        GatewayOptions gateway = new()
        {
            Identity = home.Gateway,
            DataFolder = options.DataFolder,
            Cloud = HostPort.Parse("127.0.0.1:9"),
            SensorListeners = [HostPort.Parse("127.0.0.1:0")],
            StopTime = TimeSpan.Zero,
        };
        await using GatewayRole role = await GatewayRole.OpenAsync(gateway, parts.Parts, home.Time, new TestLoggers("gateway"), Patience.Soon);
        using CancellationTokenSource stop = new();
        Task running = Task.WhenAll(role.RunAsync(stop.Token), parts.RunAsync(stop.Token));
        TestMember anna = await home.EnrolAsync(parts.Authority);
        await using (TestSensor sensor = await TestSensor.ConnectAsync(home.Policy(home.Sensor), home.Sensor, role.SensorAddresses[0], TestHome.GatewayName))
        {
            await sensor.SaysAsync<SensorChallenge>();
            await sensor.SendAsync(0, 15);
            await sensor.StoredAsync(1);
            while (!parts.Thermostat.Rooms[0].IsOn)
            {
                await role.Writer.RunAsync(_ => { }, Patience.Soon);
            }

            disk.Fill();
            while (role.Health()["diskFull"] is false)
            {
                await role.Writer.RunAsync(_ => { }, Patience.Soon);
            }

            // Cold, and known before the disk was full; then nobody says anything any more.
            while (parts.Thermostat.Rooms[0].IsOn)
            {
                await role.Writer.RunAsync(_ => { }, Patience.Soon);
            }

            Assert.Equal(true, role.Health()["diskFull"]);
            await sensor.SendAsync(1);
            while ((long)role.Health()["accepted"] < 2)
            {
                await role.Writer.RunAsync(_ => { }, Patience.Soon);
            }

            Assert.False(sensor.HasSaid<StoredReadings>());
            disk.MakeRoom();
            Assert.Equal([new ReadingNumber(1, 1)], await sensor.StoredAsync(1));
        }

        await stop.CancelAsync();
        await running.Come();
        Entry[] entries = [.. (await role.Store.Read(role.Log, 0, Merkle.MaxSize, int.MaxValue, Patience.Soon)).Select(entry => Entry.FromUntrusted(entry.Bytes))];
        OpenedLog opened = OpenedLog.Of(role.Log, entries, anna.Agreement);
        Assert.Equal([0u, 1u], opened.Readings.Select(reading => reading.Number.Sequence));
        Assert.All(opened.Slots.GroupBy(slot => slot.Epoch), epoch => Assert.Equal(Enumerable.Range(0, epoch.Count()), epoch.Select(slot => (int)slot.Step)));
        ulong[] slots = [.. entries.Where(entry => entry.Kind == EntryKind.Sealed).Select(entry => entry.At)];
        Assert.All(slots.Zip(slots.Skip(1)), pair => Assert.Equal(50ul, pair.Second - pair.First));
        Assert.Contains(entries.Where(entry => entry.Kind == EntryKind.Event).Select(entry => GatewayEvent.FromUntrusted(entry.Body)), statement => statement is LostEvent { Count: 0 });
    }
}
