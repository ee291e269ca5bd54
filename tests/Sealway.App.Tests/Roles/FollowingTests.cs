namespace Sealway.App.Tests.Roles;

using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;
using Xunit;

public sealed class FollowingTests : IAsyncLifetime
{
    private TestHome _home = null!;
    private TestCloud _cloud = null!;
    private Identity _anna = null!;
    private Identity _ben = null!;

    public async ValueTask InitializeAsync()
    {
        _home = await TestHome.CreateAsync();
        _anna = await _home.MemberAsync("app-a");
        _ben = await _home.MemberAsync("app-b");
        _cloud = await TestCloud.StartAsync(_home);
    }

    public async ValueTask DisposeAsync()
    {
        await _cloud.DisposeAsync();
        await _home.DisposeAsync();
    }

    [Fact]
    public async Task Everything_sealed_for_a_member_is_opened_judged_and_added_up()
    {
        await _home.EpochAsync([_anna, _ben]);
        await _home.SlotAsync(new LabelsEvent(new Dictionary<string, string> { [TestHome.Room] = "Living room" }), new HeatingEvent(TestHome.Room, true, Number.From(21)));
        await _home.SlotAsync(_home.Measure(20), _home.Measure(22));
        await using TestApp app = await TestApp.StartAsync(_home, _cloud, _anna);
        await app.UntilAsync(() => app.Count("opened") == 2);
        await _home.SlotAsync(_home.Measure(24));
        await app.UntilAsync(() => app.Count("opened") == 3);

        Aggregate hour = Assert.Single(app.Role.Aggregates.Hours(_home.Sensor.Kid, "temp"));
        Assert.Equal((3UL, 22d, 20d, 24d), (hour.Count, hour.Mean, hour.Min, hour.Max));
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds((long)TestHome.Start), hour.Start);
        Assert.Equal("Living room", app.Role.RoomOf(_home.Sensor.Kid));
        Assert.True(app.Role.Heating[TestHome.Room].On);
        Assert.Equal(0, app.Count("refused"));
        Assert.Equal(0, app.Count("gaps"));
        Assert.Single((long[])app.Health["sealedSizes"]);
    }

    [Fact]
    public async Task Every_request_carries_one_command_slot_of_one_size()
    {
        await _home.EpochAsync([_anna]);
        await using TestApp app = await TestApp.StartAsync(_home, _cloud, _anna);
        await app.UntilAsync(() => app.Count("slotsOpened") > 0);
        Task<Refusal> set = app.Role.SetTargetAsync(TestHome.Room, Number.From(22), Patience.Soon);
        await _cloud.CommandAsync();
        Assert.All(_cloud.Fetches, fetch => Assert.StartsWith($"slot {Limits.CommandSlotBytes}, ", fetch, StringComparison.Ordinal));
        Assert.False(set.IsCompleted);
    }

    [Fact]
    public async Task A_gap_in_a_sensors_numbers_is_counted()
    {
        await _home.EpochAsync([_anna]);
        Reading first = _home.Measure(20);
        _home.Measure(21);
        _home.Measure(21);
        await _home.SlotAsync(first, _home.Measure(22));
        await using TestApp app = await TestApp.StartAsync(_home, _cloud, _anna);
        await app.UntilAsync(() => app.Count("opened") == 2);
        Assert.Equal(2, app.Count("gaps"));
    }

    [Fact]
    public async Task A_reading_that_is_not_signed_by_a_sensor_of_the_home_does_not_count()
    {
        await _home.EpochAsync([_anna]);
        Reading forged = Reading.Sign(_ben.Signing, new ReadingNumber(1, 0), [new Measurement("temp", "Cel", Number.From(99))]);
        await _home.SlotAsync(_home.Measure(20), forged);
        await using TestApp app = await TestApp.StartAsync(_home, _cloud, _anna);
        await app.UntilAsync(() => app.Count("refused") == 1);
        Assert.Equal(1, app.Count("opened"));
        Assert.Equal(1L, ((Dictionary<string, long>)app.Health["refusedBy"])[nameof(Refusal.WrongRole)]);
    }

    [Fact]
    public async Task What_an_app_knows_is_made_again_from_its_store()
    {
        await _home.EpochAsync([_anna]);
        await _home.SlotAsync(_home.Measure(20), _home.Measure(23));
        AppOptions options = TestApp.Options(_home, _cloud, _anna);
        IReadOnlyList<Aggregate> before;
        await using (TestApp app = await TestApp.StartAsync(options))
        {
            await app.UntilAsync(() => app.Count("opened") == 2);
            before = app.Role.Aggregates.Hours(_home.Sensor.Kid, "temp");
        }

        await using AppRole again = await AppRole.OpenAsync(options, cancellation: Patience.Soon);
        Assert.Equal(2L, again.Health()["opened"]);
        Assert.Equal(before, again.Aggregates.Hours(_home.Sensor.Kid, "temp"));
    }

    [Fact]
    public async Task What_is_on_an_apps_disk_is_ciphertext()
    {
        await _home.EpochAsync([_anna]);
        Reading reading = _home.Measure(20);
        await _home.SlotAsync(reading);
        AppOptions options = TestApp.Options(_home, _cloud, _anna);
        await using (TestApp app = await TestApp.StartAsync(options))
        {
            await app.UntilAsync(() => app.Count("opened") == 1);
        }

        foreach (string file in Directory.EnumerateFiles(options.DataFolder))
        {
            Assert.Equal(-1, (await File.ReadAllBytesAsync(file, Patience.Soon)).AsSpan().IndexOf(reading.Bytes.Span));
        }
    }

    [Fact]
    public async Task A_head_is_final_once_another_member_has_it_too()
    {
        await _home.EpochAsync([_anna, _ben]);
        await using TestApp ben = await TestApp.StartAsync(_home, _cloud, _ben);
        await ben.UntilAsync(() => ben.Role.Standing.Size > 0);
        Assert.Equal(0UL, ben.Role.Standing.FinalSize);

        // The owner's own is enough; Ben learns of it.
        await using TestApp anna = await TestApp.StartAsync(_home, _cloud, _anna);
        await anna.UntilAsync(() => anna.Role.Standing is { Size: > 0 } standing && standing.FinalSize == standing.Size);
        await ben.UntilAsync(() => ben.Role.Standing is { Size: > 0 } standing && standing.FinalSize == standing.Size);
        await _home.SlotAsync(_home.Measure(20));
        await ben.UntilAsync(() => ben.Count("opened") == 1 && ben.Role.Standing.FinalSize == ben.Role.Standing.Size);
    }

    [Fact]
    public async Task A_removed_member_says_so_keeps_going_and_opens_nothing_more()
    {
        await _home.EpochAsync([_anna, _ben]);
        await _home.SlotAsync(_home.Measure(20));
        await using TestApp app = await TestApp.StartAsync(_home, _cloud, _ben);
        await app.UntilAsync(() => app.Count("opened") == 1);

        await _home.RemoveAsync(_ben);
        await _home.EpochAsync([_anna]);
        await _home.SlotAsync(_home.Measure(21));
        await app.UntilAsync(() => app.Role.Standing.IsRemoved);
        Assert.Equal(true, app.Health["removed"]);
        Assert.Equal(1, app.Count("opened"));

        // Whatever it can still get hold of, its key opens none of it.
        SlotOpening all = SlotOpener.OpenAll(_home.Log, await EntriesAsync(), _ben.Agreement!);
        Assert.Equal(1, all.Readings);
        Assert.Equal(2, SlotOpener.OpenAll(_home.Log, await EntriesAsync(), _anna.Agreement!).Readings);
    }

    [Fact]
    public async Task A_removed_member_whose_connection_was_ended_says_so_too()
    {
        await _home.EpochAsync([_ben]);
        await using TestApp app = await TestApp.StartAsync(_home, _cloud, _ben);
        await app.UntilAsync(() => app.Count("slotsOpened") == 1);
        await _home.RemoveAsync(_ben);
        _cloud.Drop(_ben);
        await app.UntilAsync(() => app.Role.Standing.IsRemoved);
    }

    [Fact]
    public async Task A_fork_is_found_and_kept()
    {
        await _home.EpochAsync([_anna]);
        await using TestApp app = await TestApp.StartAsync(_home, _cloud, _anna);
        await app.UntilAsync(() => app.Count("slotsOpened") == 1);

        // Another history under the gateway's key, as long as the true one.
        LogState state = (await _home.Store.State(_home.Log, Patience.Soon))!;
        Entry[] other = [.. Enumerable.Range(0, (int)state.Size).Select(i => Entry.Create(EntryKind.Event, TestHome.Start, new StartEvent($"other {i}").ToArray()))];
        Frontier tree = new();
        foreach (Entry entry in other)
        {
            tree.Append(Merkle.LeafHash(entry.Bytes.Span));
        }

        Head head = Head.Sign(_home.Gateway.Signing, new HeadClaims(_home.Gateway.Kid, _home.Log, Limits.LargestSeconds, tree.Size, 1), tree.Root());
        _cloud.Instead = _ => new Held(_home.Log, tree.Size, head, []);
        await app.UntilAsync(() => app.Role.Standing.Forks == 1);
        Assert.Equal(1, app.Count("forks"));
    }

    [Fact]
    public async Task A_new_generation_is_followed_and_nothing_counts_twice()
    {
        await _home.EpochAsync([_anna]);
        Reading reading = _home.Measure(20);
        await _home.SlotAsync(reading);
        await using TestApp app = await TestApp.StartAsync(_home, _cloud, _anna);
        await app.UntilAsync(() => app.Count("opened") == 1);

        LogState before = (await _home.Store.State(_home.Log, Patience.Soon))!;
        IReadOnlyList<LogEntry> again = await _home.Store.Read(_home.Log, 2, before.Size, int.MaxValue, Patience.Soon);
        await _home.BeginAsync(1, new GenerationEvent("an operator's act", new PreviousGeneration(before.Log, before.Size, before.Frontier.Root())));

        // The tail of the generation before is logged again, sealed under its name.
        foreach (LogEntry entry in again)
        {
            Entry read = Entry.FromUntrusted(entry.Bytes);
            await _home.LogAsync(read.Kind, read.Body);
        }

        await _home.EpochAsync([_anna]);
        await _home.SlotAsync(_home.Measure(21));
        await app.UntilAsync(() => app.Role.Standing.Log.Generation == 1 && app.Count("opened") == 2);
        Assert.Equal(2UL, Assert.Single(app.Role.Aggregates.Hours(_home.Sensor.Kid, "temp")).Count);
        Assert.Equal(0, app.Count("refused"));
    }

    [Fact]
    public async Task A_log_that_falls_silent_is_called_silent()
    {
        await _home.EpochAsync([_anna]);
        Testing.ManualTime time = new();
        await using AppRole app = await AppRole.OpenAsync(TestApp.Options(_home, _cloud, _anna), time, cancellation: Patience.Soon);
        Assert.False(app.Standing.IsSilent);
        time.Advance(TimeSpan.FromSeconds(151));
        Assert.True(app.Standing.IsSilent);
    }

    private async Task<IReadOnlyList<ReadOnlyMemory<byte>>> EntriesAsync() =>
        [.. (await _home.Store.Read(_home.Log, 0, Merkle.MaxSize, int.MaxValue, Patience.Soon)).Select(entry => entry.Bytes)];
}
