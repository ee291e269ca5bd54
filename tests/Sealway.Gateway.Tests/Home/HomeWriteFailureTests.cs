namespace Sealway.Gateway.Tests.Home;

using Sealway.Fleet;
using Sealway.Gateway.Tests.Heating;
using Sealway.Gateway.Tests.Sealing;
using Sealway.Links;
using Sealway.Log;
using Sealway.Messages;
using Sealway.Testing;
using Xunit;

/// <summary>Each write of a sealed log fails once, in its two ways, at an epoch, a slot, a command's event or a head; the gateway is started again.</summary>
public sealed class HomeWriteFailureTests
{
    private const int Readings = 2;

    [Theory]
    [InlineData(Fault.NotStored)]
    [InlineData(Fault.StoredButReportedFailed)]
    public async Task Whichever_write_fails_the_next_start_has_every_reading_once_and_spends_no_step_twice(Fault fault)
    {
        await using TestHome home = await TestHome.CreateAsync(TimeProvider.System);
        TestMember anna = await home.MemberAsync();
        int write = 0;
        for (bool failed = true; failed; write++)
        {
            string folder = home.File($"data-{fault}-{write}");
            List<Reading> waiting = [];
            int at = write;
            List<LogEntry> before = await RunAsync(home, folder, store => store.FailWrite(at, fault), waiting);
            failed = waiting.Count > 0 || before.Count == 0;
            if (before.Count == 0)
            {
                continue;
            }

            // The sensor has what was not acknowledged, and sends it again.
            List<LogEntry> after = await RunAsync(home, folder, _ => { }, waiting, again: true);
            Assert.Empty(waiting);
            Assert.Equal(before.Select(entry => entry.Hash), after.Take(before.Count).Select(entry => entry.Hash));
            Entry[] entries = [.. after.Select(entry => Entry.FromUntrusted(entry.Bytes))];
            OpenedLog opened = OpenedLog.Of(new LogId(TestHome.GatewayName, 0), entries, anna.Agreement);
            Assert.Equal(Enumerable.Range(0, Readings).Select(i => (uint)i), opened.Readings.Select(reading => reading.Number.Sequence));
            Assert.All(opened.Slots.GroupBy(slot => slot.Epoch), epoch => Assert.Equal(epoch.Count(), epoch.Select(slot => slot.Step).Distinct().Count()));
            Assert.Single(entries.Where(entry => entry.Kind == EntryKind.Sealed).Select(entry => entry.Bytes.Length).Distinct());
            Assert.Single(opened.Events<CommandDoneEvent>());
        }

        Assert.InRange(write, 5, 60);
    }

    /// <summary>Runs until all is acknowledged or a write fails.</summary>
    /// <param name="home">The household.</param>
    /// <param name="folder">The gateway's data.</param>
    /// <param name="plan">What fails.</param>
    /// <param name="waiting">What the sensor still has; at first filled here.</param>
    /// <param name="again">Whether this is the start after the failure.</param>
    /// <returns>What is on disk at the end; nothing where the gateway could not even begin.</returns>
    private static async Task<List<LogEntry>> RunAsync(TestHome home, string folder, Action<FaultyStore> plan, List<Reading> waiting, bool again = false)
    {
        HomeOptions options = new()
        {
            Identity = home.Gateway,
            FleetFolder = home.FleetFolder,
            DataFolder = folder,
            CloudHttps = HostPort.Parse("127.0.0.1:9"),
            Pairing = HostPort.Parse("127.0.0.1:0"),
            Sealing = new SealingOptions { SlotBytes = 1_024, Tick = TimeSpan.FromMilliseconds(50) },
            Heating = new ThermostatOptions { Rooms = [new HeatedRoom(TestHome.Room, new RecordedActuator(), Number.From(20))] },
        };
        GatewayOptions gateway = new()
        {
            Identity = home.Gateway,
            DataFolder = folder,
            Cloud = HostPort.Parse("127.0.0.1:9"),
            SensorListeners = [HostPort.Parse("127.0.0.1:0")],
            StopTime = TimeSpan.Zero,
        };
        await using HomeParts parts = await HomeParts.OpenAsync(options, default, home.Time, new TestLoggers("home"), Patience.Soon);
        FaultyStore? store = null;
        GatewayRole role;
        try
        {
            role = await GatewayRole.OpenAsync(
                gateway,
                parts.Parts,
                home.Time,
                new TestLoggers("gateway"),
                inner =>
                {
                    plan(store = new FaultyStore(inner));
                    return store;
                },
                Patience.Soon);
        }
        catch (IOException)
        {
            // Its first entry.
            return [];
        }

        await using (role)
        {
            using CancellationTokenSource stop = new();
            Task running = role.RunAsync(stop.Token);
            try
            {
                await using TestSensor sensor = await TestSensor.ConnectAsync(home.Policy(home.Sensor), home.Sensor, role.SensorAddresses[0], TestHome.GatewayName);
                if (!again)
                {
                    waiting.AddRange(Enumerable.Range(0, Readings).Select(i => sensor.Sign((uint)i)));
                }

                // A member's command is logged in the same slots.
                if (!again || !(await role.Store.Notes(role.Log, "recorder/", Patience.Soon)).Any(note => note.Name == Note))
                {
                    SealedRecorder recorder = (SealedRecorder)parts.Parts.Recorder;
                    Task command = role.Writer.DoAsync(turn => recorder.Event(new CommandDoneEvent(new byte[32], Refusal.None), turn.Now, new Note(Note, [1])), Patience.Soon);
                    await Task.WhenAny(command, running);
                }

                foreach (Reading reading in waiting.ToArray())
                {
                    await sensor.SendAsync(reading.Bytes);
                    Task<IReadOnlyList<ReadingNumber>> stored = sensor.StoredAsync(1);
                    if (await Task.WhenAny(stored, running) != stored || !stored.IsCompletedSuccessfully)
                    {
                        break;
                    }

                    IReadOnlyList<ReadingNumber> numbers = await stored;
                    waiting.RemoveAll(one => numbers.Contains(one.Number));
                }
            }
            catch (LinkException)
            {
                // The gateway has ended.
            }

            await stop.CancelAsync();
            await running.WaitAsync(Patience.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return [.. await role.Store.Read(role.Log, 0, Merkle.MaxSize, int.MaxValue, Patience.Soon)];
        }
    }

    private const string Note = "recorder/test-command";
}
