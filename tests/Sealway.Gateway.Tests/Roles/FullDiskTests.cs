namespace Sealway.Gateway.Tests.Roles;

using Sealway.Fleet;
using Sealway.Links;
using Sealway.Log;
using Sealway.Messages;
using Sealway.Testing;
using Xunit;

/// <summary>A gateway whose share of the disk is full while the cloud is away, silent, or there after all.</summary>
public sealed class FullDiskTests : IAsyncLifetime
{
    private const int Sent = 1_100;

    // An eighth of the 1,024 that may wait.
    private const int Lost = 128;

    private TestFleet _fleet = null!;
    private TestCloud _cloud = null!;
    private Identity _sensor = null!;
    private GatewayOptions _options = null!;

    public async ValueTask InitializeAsync()
    {
        _fleet = await TestFleet.CreateAsync();
        _sensor = await _fleet.SensorAsync("s1");
        _cloud = await TestCloud.StartAsync(_fleet);
        _options = TestGateway.Options(_fleet, _cloud.Address) with { MostUnsent = 1_024, AnswerTime = TimeSpan.FromSeconds(1), ReconnectWithin = TimeSpan.FromMilliseconds(200) };
    }

    public async ValueTask DisposeAsync()
    {
        await _cloud.DisposeAsync();
        await _fleet.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_oldest_unsent_readings_are_lost_after_an_event_that_says_which_and_the_gateway_goes_on_to_be_followed(bool answers)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(_fleet, _options);
        await gateway.KnowsRegistryAsync();
        await AcknowledgedAsync(gateway);
        _cloud.Listens = false;
        _cloud.Answers = answers;
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        await FillAsync(gateway, sensor, 0, 1);
        SignedHead known = await _cloud.HeadAsync();

        (_cloud.Listens, _cloud.Answers) = (true, true);
        await sensor.SendAsync(Sent);
        await sensor.StoredAsync(1);
        await _cloud.HoldsReadingsAsync(Sent + 1 - Lost, 1);

        IReadOnlyList<Judged> judged = await _cloud.JudgedAsync(1);
        GenerationEvent begun = Assert.IsType<GenerationEvent>(judged[0].Event);
        Assert.Equal(SigningRule.DiskFull, begun.Reason);
        Assert.Equal((TestCloud.Log(), known.Size), (begun.Previous!.Log, begun.Previous.Size));
        Assert.Equal(known.Head.Root.ToArray(), begun.Previous.Root.ToArray());
        LostEvent lost = Assert.IsType<LostEvent>(judged[1].Event);
        Assert.Equal((ulong)Lost, lost.Count);
        Assert.All(judged, one => Assert.True(one.Verdict.IsValid, one.Verdict.Reason.ToString()));
        Assert.Equal(Enumerable.Range(Lost, Sent + 1 - Lost).Select(i => (uint)i), judged.Select(one => one.Reading).OfType<Reading>().Select(one => one.Number.Sequence));
        Assert.Equal(known.Size, await _cloud.SizeAsync());
        Assert.Equal((long)Lost, gateway.Health["lost"]);
    }

    [Fact]
    public async Task Of_what_is_lost_no_byte_stays_on_the_disk()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(_fleet, _options);
        await gateway.KnowsRegistryAsync();
        await AcknowledgedAsync(gateway);
        ulong held = await _cloud.SizeAsync();
        _cloud.Listens = false;
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        Reading first = await FillAsync(gateway, sensor, 0, 1);

        Assert.All(await gateway.Role.Store.Read(TestCloud.Log(), held, ulong.MaxValue >> 12, int.MaxValue, Patience.Soon), entry => Assert.True(entry.IsBlank));
        await gateway.StopAsync();
        string lost = Convert.ToHexString(first.Bytes.Span[^64..]);
        foreach (string file in Directory.EnumerateFiles(_options.DataFolder, "log.db*"))
        {
            Assert.DoesNotContain(lost, Convert.ToHexString(await File.ReadAllBytesAsync(file, Patience.Soon)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_the_cloud_stored_and_could_not_say_is_asked_for_first_and_no_cut()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(_fleet, _options);
        await gateway.KnowsRegistryAsync();
        await AcknowledgedAsync(gateway);
        _cloud.Acknowledges = false;
        _cloud.Answers = false;
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        await sensor.SendAsync(0);
        await sensor.StoredAsync(1);
        await _cloud.HoldsReadingsAsync(1);
        ulong stored = await _cloud.SizeAsync();
        _cloud.Listens = false;
        _cloud.Answers = true;
        await FillAsync(gateway, sensor, 1, 1);

        (_cloud.Listens, _cloud.Acknowledges) = (true, true);
        await _cloud.HoldsReadingsAsync(Sent - 1 - Lost, 1);
        GenerationEvent begun = Assert.Single(await _cloud.EventsAsync<GenerationEvent>(1));
        Assert.True(begun.Previous!.Size >= stored, "what the cloud holds is named");
        Assert.Equal(await _cloud.SizeAsync(), begun.Previous.Size);
    }

    [Fact]
    public async Task A_gateway_that_fills_its_disk_again_and_again_while_it_is_cut_off_loses_each_time_and_is_followed_in_the_end()
    {
        HostPort address = _cloud.Address;
        await using TestGateway gateway = await TestGateway.StartAsync(_fleet, _options with { Cloud = address });
        await gateway.KnowsRegistryAsync();
        await AcknowledgedAsync(gateway);
        SignedHead known = await _cloud.HeadAsync();
        await _cloud.DisposeAsync();
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        await FillAsync(gateway, sensor, 0, 1);
        await FillAsync(gateway, sensor, Sent, 2);

        // What is logged at the connection may be one entry too many once more.
        _cloud = await TestCloud.StartAsync(_fleet, address: address);
        await _cloud.UntilAsync(async () => (await _cloud.ReadingsAsync(gateway.Role.Log.Generation)).Any(one => one.Number.Sequence == (2 * Sent) - 1));
        IReadOnlyList<Judged> judged = await _cloud.JudgedAsync(gateway.Role.Log.Generation);
        GenerationEvent begun = Assert.IsType<GenerationEvent>(judged[0].Event);

        // Nobody has anything of the generations between: what is named is what the cloud holds.
        Assert.Equal((TestCloud.Log(), known.Size), (begun.Previous!.Log, begun.Previous.Size));
        ulong lost = judged.Select(one => one.Event).OfType<LostEvent>().Aggregate(0UL, (sum, one) => sum + one.Count);
        List<uint> numbers = [.. judged.Select(one => one.Reading).OfType<Reading>().Select(one => one.Number.Sequence)];
        Assert.Equal(Enumerable.Range((int)lost, (2 * Sent) - (int)lost).Select(i => (uint)i), numbers);
        Assert.All(judged, one => Assert.True(one.Verdict.IsValid, one.Verdict.Reason.ToString()));
    }

    [Theory]
    [InlineData(Fault.NotStored)]
    [InlineData(Fault.StoredButReportedFailed)]
    public async Task Whichever_write_of_the_loss_fails_the_next_start_has_lost_no_more_than_it_says(Fault fault)
    {
        HostPort address = _cloud.Address;
        await _cloud.DisposeAsync();
        int failedWrites = 0;
        for (int write = 0; write == failedWrites; write++)
        {
            _cloud = await TestCloud.StartAsync(_fleet, _fleet.Folder($"cloud-{fault}-{write}"), address);
            GatewayOptions options = TestGateway.Options(_fleet, address, $"gateway-{fault}-{write}") with { MostUnsent = 1_024, ReconnectWithin = TimeSpan.FromMilliseconds(200) };
            FaultyStore? store = null;
            await using (TestGateway failing = await TestGateway.StartAsync(_fleet, options, wrap: inner => store = new FaultyStore(inner)))
            {
                await failing.KnowsRegistryAsync();
                await AcknowledgedAsync(failing);
                await _cloud.DisposeAsync();
                await using TestSensor sensor = await failing.ConnectAsync(_sensor);
                for (uint i = 0; i < 950; i++)
                {
                    await sensor.SendAsync(i);
                }

                await sensor.StoredAsync(950);
                int from = 0;
                store!.Plan = number =>
                {
                    // From the first write after the one that made the log too long: the loss is the next.
                    from = from == 0 && (ulong)failing.Health["size"] > 1_060 ? number : from;
                    return from > 0 && number == from + write ? fault : Fault.None;
                };
                for (uint i = 950; i < Sent; i++)
                {
                    await sensor.SendAsync(i);
                }

                Task done = Task.WhenAll(sensor.StoredAsync(Sent - 950), UntilLostAsync(failing));
                await Task.WhenAny(failing.Running, done);
                if (!done.IsCompletedSuccessfully)
                {
                    await Assert.ThrowsAsync<IOException>(() => failing.Running.Come());
                    failedWrites++;
                }
            }

            _cloud = await TestCloud.StartAsync(_fleet, _fleet.Folder($"cloud-{fault}-{write}"), address);
            await using TestGateway gateway = await TestGateway.StartAsync(_fleet, options);
            await using TestSensor again = await gateway.ConnectAsync(_sensor);
            for (uint i = 900; i <= Sent; i++)
            {
                await again.SendAsync(i);
            }

            await again.StoredAsync(Sent + 1 - 900);
            ulong generation = gateway.Role.Log.Generation;
            await _cloud.UntilAsync(async () => (await _cloud.ReadingsAsync(generation)).Any(one => one.Number.Sequence == Sent));
            IReadOnlyList<Judged> judged = await _cloud.JudgedAsync(generation);
            ulong lost = judged.Select(one => one.Event).OfType<LostEvent>().Aggregate(0UL, (sum, one) => sum + one.Count);
            Assert.Equal(Enumerable.Range((int)lost, Sent + 1 - (int)lost).Select(i => (uint)i), judged.Select(one => one.Reading).OfType<Reading>().Select(one => one.Number.Sequence));
            Assert.All(judged, one => Assert.True(one.Verdict.IsValid, one.Verdict.Reason.ToString()));
            await gateway.StopAsync();
            await _cloud.DisposeAsync();
        }

        Assert.InRange(failedWrites, 3, 50);
    }

    /// <summary>Waits until the cloud holds everything and the gateway knows.</summary>
    private async Task AcknowledgedAsync(TestGateway gateway)
    {
        await _cloud.HoldsAllAsync(gateway);
        while ((ulong)gateway.Health["lag"] > 0)
        {
            await gateway.SettledAsync();
        }
    }

    private static async Task UntilLostAsync(TestGateway gateway)
    {
        while ((long)gateway.Health["lost"] == 0)
        {
            await gateway.SettledAsync();
        }
    }

    /// <returns>The first reading that was sent.</returns>
    private static async Task<Reading> FillAsync(TestGateway gateway, TestSensor sensor, uint from, ulong generation)
    {
        Reading first = await sensor.SendAsync(from);
        for (uint i = from + 1; i < (from / Sent * Sent) + Sent; i++)
        {
            await sensor.SendAsync(i);
        }

        await sensor.StoredAsync((int)(Sent - (from % Sent)));
        while (gateway.Role.Log.Generation < generation)
        {
            await gateway.SettledAsync();
        }

        await gateway.SettledAsync();
        return first;
    }
}
