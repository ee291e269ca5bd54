namespace Sealway.Gateway.Tests.Roles;

using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;
using Sealway.Testing;
using Xunit;

/// <summary>A gateway that is cut off, crashes, loses its disk or gets an old one back.</summary>
public sealed class RecoveryTests : IAsyncLifetime
{
    private const int Readings = 3;

    private TestFleet _fleet = null!;
    private Identity _sensor = null!;

    public async ValueTask InitializeAsync()
    {
        _fleet = await TestFleet.CreateAsync();
        _sensor = await _fleet.SensorAsync("s1");
    }

    public ValueTask DisposeAsync() => _fleet.DisposeAsync();

    [Theory]
    [InlineData(Fault.NotStored)]
    [InlineData(Fault.StoredButReportedFailed)]
    public async Task After_a_failed_write_nothing_is_acknowledged_and_the_next_start_loses_and_repeats_nothing(Fault fault)
    {
        await using TestCloud cloud = await TestCloud.StartAsync(_fleet);
        GatewayOptions options = TestGateway.Options(_fleet, cloud.Address);
        FaultyStore? store = null;
        Reading reading;
        await using (TestGateway failing = await TestGateway.StartAsync(_fleet, options, wrap: inner => store = new FaultyStore(inner)))
        {
            await failing.KnowsRegistryAsync();
            await using TestSensor sensor = await failing.ConnectAsync(_sensor);
            await sensor.SaysAsync<SensorChallenge>();
            await cloud.HoldsAllAsync(failing);

            store!.Plan = _ => fault;
            reading = await sensor.SendAsync(0);
            await Assert.ThrowsAsync<IOException>(() => failing.Running.Come());
            Assert.False(sensor.HasSaid<StoredReadings>());
        }

        await using TestGateway gateway = await TestGateway.StartAsync(_fleet, options);
        await using TestSensor again = await gateway.ConnectAsync(_sensor);
        await again.SendAsync(reading.Bytes);
        Assert.Equal([reading.Number], await again.StoredAsync(1));
        await again.SendAsync(1);
        await again.StoredAsync(1);
        await cloud.HoldsReadingsAsync(2);
        Assert.Equal([0u, 1u], (await cloud.ReadingsAsync()).Select(one => one.Number.Sequence));
        Assert.Equal("ward-3/0", gateway.Role.Log.ToString());
    }

    [Theory]
    [InlineData(Fault.NotStored)]
    [InlineData(Fault.StoredButReportedFailed)]
    public async Task Whichever_write_fails_the_next_start_has_every_reading_once_and_no_new_generation(Fault fault)
    {
        int write = 0;
        for (bool failed = true; failed; write++)
        {
            await using TestCloud cloud = await TestCloud.StartAsync(_fleet, _fleet.Folder($"cloud-{fault}-{write}"));
            GatewayOptions options = TestGateway.Options(_fleet, cloud.Address, $"gateway-{fault}-{write}");
            List<Reading> waiting = [];
            failed = await BreakAsync(options, cloud, write, fault, waiting);

            // The sensor has what was not acknowledged, and sends it again.
            await using TestGateway gateway = await TestGateway.StartAsync(_fleet, options);
            await gateway.KnowsRegistryAsync();
            await using TestSensor again = await gateway.ConnectAsync(_sensor);
            foreach (Reading reading in waiting)
            {
                await again.SendAsync(reading.Bytes);
            }

            await again.StoredAsync(waiting.Count);
            await cloud.UntilAsync(async () => (await cloud.ReadingsAsync()).Count >= Readings);
            Assert.Equal(Enumerable.Range(0, Readings).Select(i => (uint)i), (await cloud.ReadingsAsync()).Select(one => one.Number.Sequence));
            Assert.Equal("ward-3/0", gateway.Role.Log.ToString());
            await gateway.StopAsync();
        }

        Assert.InRange(write, 6, 500);
    }

    [Fact]
    public async Task A_number_does_not_go_back_over_a_restart_and_a_lost_answer_is_given_again()
    {
        await using TestCloud cloud = await TestCloud.StartAsync(_fleet);
        GatewayOptions options = TestGateway.Options(_fleet, cloud.Address);
        List<Reading> readings = [];
        await using (TestGateway first = await TestGateway.StartAsync(_fleet, options))
        {
            await first.KnowsRegistryAsync();
            await using TestSensor sensor = await first.ConnectAsync(_sensor);
            foreach (uint sequence in (uint[])[0, 1, 3])
            {
                readings.Add(await sensor.SendAsync(sequence));
            }

            await sensor.StoredAsync(3);
            await first.StopAsync();
        }

        await using TestGateway second = await TestGateway.StartAsync(_fleet, options);
        await using TestSensor back = await second.ConnectAsync(_sensor);
        foreach (Reading reading in readings)
        {
            await back.SendAsync(reading.Bytes);
        }

        Assert.Equal(readings.Select(reading => reading.Number), await back.StoredAsync(3));
        await back.SendAsync(2);
        Assert.Equal(new RefusedReading(new(1, 2), Refusal.NotRising), await back.SaysAsync<RefusedReading>());
        Assert.Equal(2, (await second.EventsAsync<StartEvent>()).Count);
    }

    [Fact]
    public async Task Without_the_cloud_readings_are_stored_and_acknowledged_but_nothing_is_signed()
    {
        GatewayOptions options;
        await using (TestCloud cloud = await TestCloud.StartAsync(_fleet))
        {
            options = TestGateway.Options(_fleet, cloud.Address);
            await using TestGateway before = await TestGateway.StartAsync(_fleet, options);
            await before.KnowsRegistryAsync();
            await cloud.HoldsAllAsync(before);
            await before.StopAsync();
        }

        await using TestGateway alone = await TestGateway.StartAsync(_fleet, options);
        ulong signed = (await alone.HeadAsync())!.Size;
        await using TestSensor sensor = await alone.ConnectAsync(_sensor);
        await sensor.SendAsync(0);
        await sensor.StoredAsync(1);

        Assert.Equal(signed, (await alone.HeadAsync())!.Size);
        Assert.Equal(false, alone.Health["signs"]);

        // The cloud is back, with what it had.
        await using TestCloud back = await TestCloud.StartAsync(_fleet, address: options.Cloud);
        await back.HoldsReadingsAsync(1);
        Assert.Equal("ward-3/0", alone.Role.Log.ToString());
    }

    [Fact]
    public async Task A_backlog_goes_on_from_where_the_cloud_really_is_in_steps()
    {
        string cloudFolder = _fleet.Folder("cloud-data");
        TestCloud first = await TestCloud.StartAsync(_fleet, cloudFolder);
        GatewayOptions options = TestGateway.Options(_fleet, first.Address);
        await using TestGateway gateway = await TestGateway.StartAsync(_fleet, options);
        await gateway.KnowsRegistryAsync();
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        await sensor.SendAsync(0);
        await sensor.StoredAsync(1);
        await first.HoldsReadingsAsync(1);
        ulong held = await first.SizeAsync();
        await first.DisposeAsync();

        const int Backlog = 2_500;
        for (uint i = 1; i <= Backlog; i++)
        {
            await sensor.SendAsync(i);
        }

        await sensor.StoredAsync(Backlog);
        await using TestCloud second = await TestCloud.StartAsync(_fleet, cloudFolder, options.Cloud);
        await second.HoldsAsync(held + Backlog);

        Assert.True(second.Appends[0].From >= held, "nothing is sent again that the cloud has");
        Assert.All(second.Appends, append => Assert.True(append.Entries <= Limits.AppendEntries));
        Assert.Equal(Backlog + 1, (await second.ReadingsAsync()).Count);
    }

    [Fact]
    public async Task An_append_whose_answer_stays_out_is_sent_again()
    {
        await using TestCloud cloud = await TestCloud.StartAsync(_fleet);
        GatewayOptions options = TestGateway.Options(_fleet, cloud.Address) with { AnswerTime = TimeSpan.FromMilliseconds(200) };
        await using TestGateway gateway = await TestGateway.StartAsync(_fleet, options);
        await gateway.KnowsRegistryAsync();
        await cloud.HoldsAsync(1);
        cloud.Listens = false;
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        await sensor.SendAsync(0);
        await sensor.StoredAsync(1);
        cloud.Listens = true;

        await cloud.HoldsReadingsAsync(1);
    }

    [Fact]
    public async Task An_old_disk_brought_back_begins_a_generation_and_logs_again_what_the_cloud_may_lack()
    {
        await using TestCloud cloud = await TestCloud.StartAsync(_fleet);
        GatewayOptions options = TestGateway.Options(_fleet, cloud.Address);
        await RunAsync(options, cloud, 0, 1);
        CopyFolder(options.DataFolder, _fleet.Folder("backup"));
        await RunAsync(options, cloud, 2, 3);
        Directory.Delete(options.DataFolder, recursive: true);
        CopyFolder(_fleet.Folder("backup"), options.DataFolder);
        SignedHead last = await cloud.HeadAsync();

        await using TestGateway gateway = await TestGateway.StartAsync(_fleet, options);
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        await sensor.SendAsync(4);
        await sensor.StoredAsync(1);
        await cloud.UntilAsync(async () => (await cloud.ReadingsAsync(1)).Any(reading => reading.Number.Sequence == 4));

        GenerationEvent begun = Assert.Single(await cloud.EventsAsync<GenerationEvent>(1));
        Assert.Equal(SigningRule.NotExtended, begun.Reason);
        Assert.Equal((TestCloud.Log(), last.Size), (begun.Previous!.Log, begun.Previous.Size));
        Assert.Equal(last.Head.Root.ToArray(), begun.Previous.Root.ToArray());
        Assert.Equal("ward-3/1", gateway.Role.Log.ToString());
        Assert.All(await cloud.JudgedAsync(1), one => Assert.True(one.Verdict.IsValid, one.Verdict.Reason.ToString()));
        Assert.Equal(4, (await cloud.ReadingsAsync()).Count);
        await gateway.StopAsync();

        // What the old disk knew it still knows: numbers do not go back with the generation.
        await using TestGateway next = await TestGateway.StartAsync(_fleet, options);
        Assert.Equal("ward-3/1", next.Role.Log.ToString());
        await using TestSensor again = await next.ConnectAsync(_sensor);
        await again.SendAsync(again.Sign(4).Bytes);
        await again.StoredAsync(1);
    }

    [Fact]
    public async Task An_empty_disk_begins_the_generation_after_the_clouds_latest()
    {
        await using TestCloud cloud = await TestCloud.StartAsync(_fleet);
        GatewayOptions options = TestGateway.Options(_fleet, cloud.Address);
        await RunAsync(options, cloud, 0, 1);
        Directory.Delete(options.DataFolder, recursive: true);

        await using TestGateway gateway = await TestGateway.StartAsync(_fleet, options);
        await cloud.HoldsAsync(1, 1);

        GenerationEvent begun = Assert.Single(await cloud.EventsAsync<GenerationEvent>(1));
        Assert.Equal(TestCloud.Log(), begun.Previous!.Log);
    }

    [Fact]
    public async Task A_gateway_whose_key_was_replaced_goes_on_in_its_own_log()
    {
        await using TestCloud cloud = await TestCloud.StartAsync(_fleet);
        GatewayOptions options = TestGateway.Options(_fleet, cloud.Address);
        await RunAsync(options, cloud, 0, 1);
        SignedHead last = await cloud.HeadAsync();
        Kid old = _fleet.Gateway.Kid;
        Identity next = await _fleet.RekeyAsync(TestFleet.GatewayName, new LastThatCounts(null, (0, last.Size), null));

        await using TestGateway gateway = await TestGateway.StartAsync(_fleet, options with { Identity = next });
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        await sensor.SendAsync(2);
        await sensor.StoredAsync(1);
        await cloud.UntilAsync(async () => (await cloud.ReadingsAsync()).Any(reading => reading.Number.Sequence == 2));

        Assert.Equal(old, last.Head.Claims.Kid);
        Assert.Equal(next.Kid, (await cloud.HeadAsync()).Head.Claims.Kid);
        Assert.Equal("ward-3/0", gateway.Role.Log.ToString());
        Assert.Equal(0UL, await cloud.SizeAsync(1));
        Assert.All(await cloud.JudgedAsync(), one => Assert.True(one.Verdict.IsValid, one.Verdict.Reason.ToString()));
    }

    [Fact]
    public async Task A_gateway_with_a_replaced_key_and_an_old_disk_begins_a_generation_after_its_old_keys_head()
    {
        await using TestCloud cloud = await TestCloud.StartAsync(_fleet);
        GatewayOptions options = TestGateway.Options(_fleet, cloud.Address);
        await RunAsync(options, cloud, 0, 1);
        SignedHead last = await cloud.HeadAsync();
        Identity next = await _fleet.RekeyAsync(TestFleet.GatewayName);
        File.Delete(Path.Combine(options.DataFolder, "log.db"));

        await using TestGateway gateway = await TestGateway.StartAsync(_fleet, options with { Identity = next });
        await cloud.HoldsAsync(1, 1);

        GenerationEvent begun = Assert.Single(await cloud.EventsAsync<GenerationEvent>(1));
        Assert.Equal((TestCloud.Log(), last.Size), (begun.Previous!.Log, begun.Previous.Size));
    }

    [Fact]
    public async Task A_sensor_with_a_replaced_key_keeps_its_assignment_and_numbers_anew()
    {
        await using TestCloud cloud = await TestCloud.StartAsync(_fleet);
        GatewayOptions options = TestGateway.Options(_fleet, cloud.Address);
        await RunAsync(options, cloud, 0, 1);
        Identity next = await _fleet.RekeyAsync("s1");

        await using TestGateway gateway = await TestGateway.StartAsync(_fleet, options);
        await gateway.KnowsRegistryAsync();
        await using TestSensor sensor = await gateway.ConnectAsync(next);
        await sensor.SendAsync(0);
        Assert.Equal(new ReadingNumber(1, 0), Assert.Single(await sensor.StoredAsync(1)));
        await cloud.UntilAsync(async () => (await cloud.ReadingsAsync()).Any(reading => reading.Kid == next.Kid));
        Assert.All(await cloud.JudgedAsync(), one => Assert.True(one.Verdict.IsValid, one.Verdict.Reason.ToString()));
    }

    [Fact]
    public async Task An_operator_can_begin_a_generation()
    {
        await using TestCloud cloud = await TestCloud.StartAsync(_fleet);
        GatewayOptions options = TestGateway.Options(_fleet, cloud.Address);
        await RunAsync(options, cloud, 0, 1);

        await using TestGateway gateway = await TestGateway.StartAsync(_fleet, options with { NewGeneration = true });
        await cloud.HoldsAsync(1, 1);

        Assert.Equal(SigningRule.Operator, Assert.Single(await cloud.EventsAsync<GenerationEvent>(1)).Reason);
    }

    [Fact]
    public async Task A_beginning_that_was_cut_short_is_taken_up_again()
    {
        await using TestCloud cloud = await TestCloud.StartAsync(_fleet);
        GatewayOptions options = TestGateway.Options(_fleet, cloud.Address);
        await RunAsync(options, cloud, 0, 1);
        ulong size = await cloud.SizeAsync();

        // The state that a crash leaves behind right after the new generation's first entry.
        await using (SqliteLogStore store = SqliteLogStore.Open(Path.Combine(options.DataFolder, "log.db")))
        {
            LogState state = (await store.State(TestCloud.Log(), Patience.Soon))!;
            Entry first = Entry.Create(EntryKind.Event, 1, new GenerationEvent("cut short", new PreviousGeneration(TestCloud.Log(), size, state.Frontier.Root())).ToArray());
            await store.Append(TestCloud.Log(1), 0, [LogEntry.Of(first.Bytes)], null, [new Takeover(TestCloud.Log(), 0, size).ToNote()], Patience.Soon);
        }

        await using TestGateway gateway = await TestGateway.StartAsync(_fleet, options);
        await cloud.HoldsReadingsAsync(2, 1);

        Assert.Single(await cloud.EventsAsync<GenerationEvent>(1));
    }

    [Fact]
    public async Task A_second_gateway_on_one_folder_does_not_start()
    {
        await using TestCloud cloud = await TestCloud.StartAsync(_fleet);
        GatewayOptions options = TestGateway.Options(_fleet, cloud.Address);
        await using TestGateway gateway = await TestGateway.StartAsync(_fleet, options);

        await Assert.ThrowsAsync<IOException>(() => TestGateway.StartAsync(_fleet, options with { PlaintextSockets = [] }));
    }

    [Fact]
    public async Task A_stop_leaves_everything_with_the_cloud()
    {
        await using TestCloud cloud = await TestCloud.StartAsync(_fleet);
        GatewayOptions options = TestGateway.Options(_fleet, cloud.Address);
        ulong size;
        await using (TestGateway gateway = await TestGateway.StartAsync(_fleet, options))
        {
            await gateway.KnowsRegistryAsync();
            await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
            for (uint i = 0; i < 500; i++)
            {
                await sensor.SendAsync(i);
            }

            await sensor.StoredAsync(1);
            await cloud.HoldsAsync(1);
            await gateway.StopAsync();
            size = (ulong)gateway.Health["size"];
        }

        Assert.Equal(size, await cloud.SizeAsync());
    }

    /// <summary>Runs a gateway one of whose writes fails.</summary>
    /// <returns>Whether there was such a write; what the sensor has no answer for is in <paramref name="waiting"/>.</returns>
    private async Task<bool> BreakAsync(GatewayOptions options, TestCloud cloud, int write, Fault fault, List<Reading> waiting)
    {
        for (uint i = 0; i < Readings; i++)
        {
            waiting.Add(Reading.Sign(_sensor.Signing, new ReadingNumber(1, i), [new Measurement("temp", "Cel", Number.From(36.5))]));
        }

        FaultyStore? store = null;
        TestGateway gateway;
        try
        {
            gateway = await TestGateway.StartAsync(_fleet, options, wrap: inner => store = new FaultyStore(inner) { Plan = number => number == write ? fault : Fault.None });
        }
        catch (IOException)
        {
            return true;
        }

        await using (gateway)
        {
            Task use = UseAsync(gateway, cloud, waiting);
            await Task.WhenAny(use, gateway.Running);
            if (use.IsCompletedSuccessfully)
            {
                await gateway.StopAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return store!.Writes > write;
            }

            await Assert.ThrowsAsync<IOException>(() => gateway.Running.Come());
        }

        return true;
    }

    private async Task UseAsync(TestGateway gateway, TestCloud cloud, List<Reading> waiting)
    {
        await gateway.KnowsRegistryAsync();
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        while (waiting.Count > 0)
        {
            await sensor.SendAsync(waiting[0].Bytes);
            Assert.Equal([waiting[0].Number], await sensor.StoredAsync(1));
            waiting.RemoveAt(0);
        }

        await cloud.UntilAsync(async () => (await cloud.ReadingsAsync()).Count >= Readings);
    }

    private async Task RunAsync(GatewayOptions options, TestCloud cloud, params uint[] sequences)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(_fleet, options);
        await gateway.KnowsRegistryAsync();
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        foreach (uint sequence in sequences)
        {
            await sensor.SendAsync(sequence);
        }

        await sensor.StoredAsync(sequences.Length);
        await cloud.UntilAsync(async () => (await cloud.ReadingsAsync()).Any(reading => reading.Number.Sequence == sequences[^1]));
        await gateway.StopAsync();
    }

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }
}
