namespace Sealway.Gateway.Tests.Roles;

using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;
using Xunit;

/// <summary>A gateway whose disk was put back from an image, and clouds that lie to it about what they hold.</summary>
public sealed class RestoredDiskTests : IAsyncLifetime
{
    private TestFleet _fleet = null!;
    private TestCloud _cloud = null!;
    private Identity _sensor = null!;
    private GatewayOptions _options = null!;

    public async ValueTask InitializeAsync()
    {
        _fleet = await TestFleet.CreateAsync();
        _sensor = await _fleet.SensorAsync("s1");
        _cloud = await TestCloud.StartAsync(_fleet);
        _options = TestGateway.Options(_fleet, _cloud.Address);
    }

    public async ValueTask DisposeAsync()
    {
        await _cloud.DisposeAsync();
        await _fleet.DisposeAsync();
    }

    [Fact]
    public async Task Nothing_acknowledged_is_lost_when_an_old_image_is_put_back_and_no_size_has_two_heads()
    {
        await RunAsync(0, 0, 1);
        Save("image");
        await RunAsync(0, 2, 3);
        PutBack("image");
        SignedHead last = await _cloud.HeadAsync();

        // Before the cloud can be asked the old disk takes a reading and acknowledges it: it is logged again in the next generation.
        await _cloud.DisposeAsync();
        TestGateway gateway = await TestGateway.StartAsync(_fleet, _options);
        await using (gateway)
        {
            await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
            await sensor.SendAsync(4);
            await sensor.StoredAsync(1);
            Assert.Equal(false, gateway.Health["signs"]);
            _cloud = await TestCloud.StartAsync(_fleet, address: _options.Cloud);
            await _cloud.UntilAsync(async () => (await _cloud.ReadingsAsync(1)).Any(reading => reading.Number.Sequence == 4));
            await gateway.StopAsync();
        }

        GenerationEvent begun = Assert.Single(await _cloud.EventsAsync<GenerationEvent>(1));
        Assert.Equal((TestCloud.Log(), last.Size, SigningRule.NotExtended), (begun.Previous!.Log, begun.Previous.Size, begun.Reason));
        Assert.Equal(last.Head.Root.ToArray(), begun.Previous.Root.ToArray());
        await AssertNothingLostAsync(5, generations: 2);
    }

    [Fact]
    public async Task An_image_that_is_put_back_twice_begins_a_generation_each_time()
    {
        await RunAsync(0, 0);
        Save("image");
        await RunAsync(0, 1);
        PutBack("image");
        await RunAsync(1, 2);
        Head first = (await _cloud.Store.LatestHead(TestCloud.Log(1), Patience.Soon))!.Head;
        PutBack("image");
        await RunAsync(2, 3);

        GenerationEvent begun = Assert.Single(await _cloud.EventsAsync<GenerationEvent>(2));
        Assert.Equal((SigningRule.LaterElsewhere, TestCloud.Log(1), first.Claims.Size), (begun.Reason, begun.Previous!.Log, begun.Previous.Size));
        Assert.Equal(first.Root.ToArray(), begun.Previous.Root.ToArray());
        await AssertNothingLostAsync(4, generations: 3);
    }

    [Fact]
    public async Task An_old_head_neither_forks_a_gateway_whose_disk_is_whole_nor_makes_it_begin_a_generation()
    {
        await RunAsync(0, 0, 1);
        ulong early = await _cloud.SizeAsync();
        SignedHead old = await _cloud.HeadAsync();
        await RunAsync(0, 2, 3);

        _cloud.Shows = _ => new Held(TestCloud.Log(), old.Size, old.Head, old.Countersignatures);
        await using TestGateway gateway = await TestGateway.StartAsync(_fleet, _options);
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        await sensor.SendAsync(4);
        await sensor.StoredAsync(1);
        await _cloud.HoldsReadingsAsync(5);

        Assert.Equal(early, old.Size);
        Assert.Equal("ward-3/0", gateway.Role.Log.ToString());
        await AssertNothingLostAsync(5, generations: 1);
    }

    [Fact]
    public async Task A_cloud_that_has_gone_back_is_told_and_gets_everything_again()
    {
        await RunAsync(0, 0, 1);
        ulong size = await _cloud.SizeAsync();
        await _cloud.DisposeAsync();
        _cloud = await TestCloud.StartAsync(_fleet, _fleet.Folder("empty-cloud"), _options.Cloud);
        _cloud.Listens = false;

        await using TestGateway gateway = await TestGateway.StartAsync(_fleet, _options);
        while (gateway.Health["cloudWentBack"] is false)
        {
            await gateway.SettledAsync();
        }

        _cloud.Listens = true;
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        await sensor.SendAsync(2);
        await sensor.StoredAsync(1);
        await _cloud.HoldsReadingsAsync(3);
        Assert.True(await _cloud.SizeAsync() > size);
        Assert.Equal("ward-3/0", gateway.Role.Log.ToString());
    }

    [Fact]
    public async Task A_head_that_the_gateway_never_signed_changes_nothing_and_the_true_one_lets_it_go_on()
    {
        await RunAsync(0, 0, 1);
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using SigningKey stranger = SigningKey.Generate();
        Head invented = Head.Sign(stranger, new HeadClaims(stranger.PublicKey.Kid, TestCloud.Log(7), 1, 1_000, 0), new byte[32]);
        _cloud.Shows = _ =>
        {
            asked.TrySetResult();
            return new Held(TestCloud.Log(7), 1_000, invented, []);
        };
        await using TestGateway gateway = await TestGateway.StartAsync(_fleet, _options with { AnswerTime = TimeSpan.FromMilliseconds(100) });
        await asked.Task.Come();
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        await sensor.SendAsync(2);
        await sensor.StoredAsync(1);
        Assert.Equal(false, gateway.Health["signs"]);

        _cloud.Shows = null;
        await _cloud.HoldsReadingsAsync(3);
        Assert.Equal("ward-3/0", gateway.Role.Log.ToString());
    }

    [Fact]
    public async Task A_generation_of_which_the_cloud_has_nothing_yet_is_signed_after_a_restart()
    {
        await RunAsync(0, 0, 1);
        _cloud.Listens = false;
        await using (TestGateway begins = await TestGateway.StartAsync(_fleet, _options with { NewGeneration = true }))
        {
            while (begins.Role.Log.Generation == 0)
            {
                await begins.SettledAsync();
            }
        }

        Assert.Equal(0UL, await _cloud.SizeAsync(1));
        _cloud.Listens = true;
        await RunAsync(1, 2);
        Assert.Equal(SigningRule.Operator, Assert.Single(await _cloud.EventsAsync<GenerationEvent>(1)).Reason);
    }

    [Fact]
    public async Task Late_word_of_an_older_head_makes_the_gateway_send_nothing_again()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(_fleet, _options);
        await gateway.KnowsRegistryAsync();
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        await sensor.SendAsync(0);
        await sensor.StoredAsync(1);
        await _cloud.HoldsReadingsAsync(1);
        ulong early = await _cloud.SizeAsync();
        for (uint i = 1; i < 20; i++)
        {
            await sensor.SendAsync(i);
            await sensor.StoredAsync(1);
            await _cloud.HoldsReadingsAsync((int)i + 1);
            Assert.True((await _cloud.EarlierAsync(early)).Size <= early);
        }

        await sensor.SendAsync(20);
        await sensor.StoredAsync(1);
        await _cloud.HoldsReadingsAsync(21);
        ulong next = 0;
        foreach ((_, ulong from, int entries) in _cloud.Appends)
        {
            Assert.Equal(next, from);
            next += (ulong)entries;
        }
    }

    private async Task RunAsync(ulong generation, params uint[] sequences)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(_fleet, _options);
        await gateway.KnowsRegistryAsync();
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        foreach (uint sequence in sequences)
        {
            await sensor.SendAsync(sequence);
        }

        await sensor.StoredAsync(sequences.Length);
        await _cloud.UntilAsync(async () => (await _cloud.ReadingsAsync(generation)).Any(reading => reading.Number.Sequence == sequences[^1]));
        await gateway.StopAsync();
    }

    private async Task AssertNothingLostAsync(int readings, ulong generations)
    {
        HashSet<uint> numbers = [];
        for (ulong generation = 0; generation < generations; generation++)
        {
            IReadOnlyList<Judged> judged = await _cloud.JudgedAsync(generation);
            Assert.All(judged, one => Assert.True(one.Verdict.IsValid, one.Verdict.Reason.ToString()));
            numbers.UnionWith(judged.Select(one => one.Reading).OfType<Reading>().Select(reading => reading.Number.Sequence));
            Assert.Empty(await _cloud.Store.Forks(TestCloud.Log(generation), Patience.Soon));
        }

        Assert.Equal(Enumerable.Range(0, readings).Select(i => (uint)i), numbers.Order());
        Assert.All(_cloud.Roots, at => Assert.Single(at.Value));
    }

    private void Save(string name) => Copy(_options.DataFolder, _fleet.Folder(name));

    private void PutBack(string name)
    {
        Directory.Delete(_options.DataFolder, recursive: true);
        Copy(_fleet.Folder(name), _options.DataFolder);
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }
}
