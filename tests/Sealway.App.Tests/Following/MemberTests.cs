namespace Sealway.App.Tests.Following;

using Sealway.App;
using Sealway.App.Tests.Homes;
using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;
using Xunit;

/// <summary>A member's app against a cloud over HTTPS that may lie, and a gateway that seals.</summary>
public sealed class MemberTests : IAsyncLifetime
{
    private static readonly string[] _counts = ["entries", "opened", "slotsOpened", "headSize", "gaps", "heatingChanges"];

    private readonly List<AppRig> _apps = [];
    private Household _home = null!;
    private Identity _anna = null!;
    private Identity _ben = null!;
    private SampleSensor _sensor = null!;
    private TestCloud _cloud = null!;
    private TestGateway _gateway = null!;

    private static CancellationToken Soon => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _home = await Household.FoundAsync(Soon);
        _anna = await _home.EnrolAsync(Role.App, "app-anna", Soon);
        _ben = await _home.EnrolAsync(Role.App, "app-ben", Soon);
        _sensor = await _home.SensorAsync("s-01", "r-01", Soon);
        _cloud = await TestCloud.StartAsync(_home, Soon);
        _gateway = await TestGateway.StartAsync(_home, _cloud, Soon, _anna.Agreement!, _ben.Agreement!);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (AppRig app in _apps)
        {
            await app.DisposeAsync();
        }

        await _gateway.DisposeAsync();
        await _cloud.DisposeAsync();
        await _home.DisposeAsync();
    }

    [Fact]
    public async Task An_app_says_how_it_stands()
    {
        await _gateway.SlotAsync(Soon, new LabelsEvent(new Dictionary<string, string> { ["r-01"] = "Living room" }), _sensor.Read(20), _sensor.Read(22));
        await _gateway.SlotAsync(Soon, new HeatingEvent("r-01", true, Number.From(21)), new HeatingEvent("r-01", true, Number.From(21.5)));
        AppRig anna = await StartAsync(_anna);
        await anna.UntilOpened(2, Soon);
        _sensor.Skip(3);
        await _gateway.SlotAsync(Soon, _sensor.Read(24), new HeatingEvent("r-01", false, Number.From(21.5)), new Rollup(_sensor.Kid, "temp", 0, 1, 1, Number.From(1), Number.From(1), Number.From(1)));
        await anna.Until(() => anna.Health<ulong>("headSize") == 5, Soon);
        IReadOnlyDictionary<string, object> health = anna.App.Health();
        Assert.Equal((5L, 3L, 3L, 1L, 2L, 3L), (health["entries"], health["sealedEntries"], health["slotsOpened"], health["rollups"], health["heatingChanges"], health["gaps"]));
        Assert.Equal((0L, 0L, true, false, false), (health["blanks"], health["refused"], health["connected"], health["removed"], health["silent"]));
        Assert.Equal((5UL, _home.Registry.Size), (health["headSize"], health["registrySize"]));
        Assert.Single((long[])health["sealedSizes"]);
    }

    [Fact]
    public async Task Every_request_is_one_command_slot_and_one_message_and_nothing_tells_which_one_commands()
    {
        AppRig anna = await StartAsync(_anna);
        await _gateway.SlotAsync(Soon, _sensor.Read(20));
        await anna.UntilOpened(1, Soon);
        Task<Refusal> asked = anna.App.SetTargetAsync("r-01", Number.From(21), Soon);
        await _gateway.SlotAsync(Soon, _sensor.Read(21));
        await CommandArrives();
        Assert.All(_cloud.Slots, slot => Assert.Equal(Limits.CommandSlotBytes, slot.Slot.Length));
        int slotBytes = new CommandSlot(_home.Log, new byte[Limits.CommandSlotBytes]).ToArray().Length;
        Assert.All(_cloud.Requests, request => Assert.Equal(slotBytes + request.Message.ToArray().Length, request.Bytes));
        await anna.DisposeAsync();
        _apps.Remove(anna);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    [Fact]
    public async Task A_restart_resumes_from_the_store_and_gives_the_same_aggregates()
    {
        for (int i = 0; i < 5; i++)
        {
            await _gateway.SlotAsync(Soon, _sensor.Read(20 + i), _sensor.Read(50.25 - i, "rh"), new HeatingEvent("r-01", i % 2 == 0, Number.From(20)));
        }

        AppRig first = await StartAsync(_anna);
        await first.Until(() => first.Health<ulong>("headSize") == 7, Soon);
        string before = Days(first);
        IReadOnlyDictionary<string, object> counts = first.App.Health();
        await first.DisposeAsync();
        _apps.Remove(first);
        _cloud.Requests.Clear();

        AppRig again = await StartAsync(_anna);
        Assert.Equal(before, Days(again));
        Assert.All(_counts, name => Assert.Equal(counts[name], again.App.Health()[name]));
        await _gateway.SlotAsync(Soon, _sensor.Read(30));
        await again.UntilOpened(11, Soon);
        Assert.All(_cloud.Requests.Select(request => request.Message).OfType<EntriesRequest>().Where(request => request.Log == _home.Log), request => Assert.True(request.From >= 7));
    }

    [Fact]
    public async Task A_removed_member_opens_nothing_of_the_new_epoch_with_the_ciphertext_in_hand_either()
    {
        AppRig anna = await StartAsync(_anna);
        AppRig ben = await StartAsync(_ben);
        await _gateway.SlotAsync(Soon, _sensor.Read(20));
        await anna.UntilOpened(1, Soon);
        await ben.UntilOpened(1, Soon);
        await _home.RemoveAsync(_ben, Soon);
        await _gateway.EpochAsync(Soon, _anna.Agreement!);
        await _gateway.SlotAsync(Soon, _sensor.Read(21));
        await _cloud.PublishAsync(_home, Soon);
        _cloud.Recheck();
        await anna.UntilOpened(2, Soon);
        await ben.Until(() => ben.Health<bool>("removed"), Soon);
        Assert.Equal(1L, ben.Health<long>("opened"));
        Assert.False(ben.Health<bool>("connected"));
        IReadOnlyList<LogEntry> all = await _cloud.Store.Read(_home.Log, 0, 100, int.MaxValue, Soon);
        SlotOpening stolen = SlotOpener.OpenAll(_home.Log, all.Select(entry => entry.Bytes), _ben.Agreement!);
        Assert.Equal((1, 1, 1), (stolen.Epochs, stolen.Slots, stolen.Readings));
    }

    public static TheoryData<string> Lies => ["altered", "reordered", "dropped", "otherHead", "otherLog"];

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task What_the_cloud_alters_is_noticed_and_not_taken(string lie)
    {
        AppRig anna = await StartAsync(_anna);
        await anna.Until(() => anna.Health<ulong>("headSize") == 2, Soon);
        _cloud.Lie = answer => answer is Append { Entries.Count: >= 2 } append && append.Log == _home.Log ? Twisted(append, lie) : answer;
        await _gateway.LogAsync(Soon, _gateway.Pen.Slot(_sensor.Read(20)), _gateway.Pen.Slot(_sensor.Read(21)));
        await anna.Until(() => anna.Health<string>("trouble").Length > 0, Soon);
        Assert.Equal(0L, anna.Health<long>("opened"));
        Assert.Equal(2UL, anna.Health<ulong>("headSize"));
        _cloud.Lie = answer => answer;
        await anna.UntilOpened(2, Soon);
    }

    [Fact]
    public async Task An_entry_that_comes_as_its_hash_alone_without_an_order_is_not_taken_and_said_to_be_withheld()
    {
        AppRig anna = await StartAsync(_anna);
        await anna.Until(() => anna.Health<ulong>("headSize") == 2, Soon);
        _cloud.Lie = answer => answer is Append append && append.Log == _home.Log ? append with { Entries = [.. append.Entries.Select(Withheld)] } : answer;
        await _gateway.SlotAsync(Soon, _sensor.Read(20));
        await anna.Until(() => anna.Health<string>("trouble").Contains("UnexpectedBlank", StringComparison.Ordinal), Soon);
        Assert.Equal($"the cloud gives entries of {_home.Log} as their hash alone, and no order of the authority erases them", anna.App.Standing.Withheld);
        Assert.Equal((0L, 0L, 2UL), (anna.Health<long>("opened"), anna.Health<long>("blanks"), anna.Health<ulong>("headSize")));
        Assert.DoesNotContain(_cloud.Requests, request => request.Message is Append countersigned && countersigned.Countersignatures[0].From > 0);

        // It comes after all.
        _cloud.Lie = answer => answer;
        await anna.UntilOpened(1, Soon);
        await anna.Until(() => anna.App.Standing.Withheld is null, Soon);

        static AppendEntry Withheld(AppendEntry entry) => !entry.IsBlank && Entry.FromUntrusted(entry.Bytes).Kind == EntryKind.Sealed ? AppendEntry.Blank(Merkle.LeafHash(entry.Bytes.Span)) : entry;
    }

    [Fact]
    public async Task What_the_authority_orders_erased_shows_as_a_blank_and_its_bytes_are_in_none_of_the_apps_files()
    {
        AppRig anna = await StartAsync(_anna);
        await _gateway.SlotAsync(Soon, _sensor.Read(20));
        await _gateway.SlotAsync(Soon, _sensor.Read(21));
        await anna.UntilOpened(2, Soon);
        byte[] gone = (await _cloud.Store.Read(_home.Log, 2, 3, int.MaxValue, Soon))[0].Bytes.ToArray();
        Assert.True(Holds(anna, gone));
        await _home.Authority.EraseAsync(new Erasure(_home.Log, 2, 2, "asked for"), Soon);
        await _cloud.PublishAsync(_home, Soon);
        await anna.Until(() => anna.Health<long>("blanks") == 1, Soon);
        Assert.Equal(1L, anna.Health<long>("opened"));
        await anna.DisposeAsync();
        _apps.Remove(anna);
        Assert.False(Holds(anna, gone));

        // A newcomer is given the blank, and takes it.
        AppRig again = await StartAsync(_anna);
        await again.UntilOpened(1, Soon);
        Assert.Equal(1L, again.Health<long>("blanks"));
    }

    [Fact]
    public async Task A_registry_that_moves_judges_anew_what_was_opened()
    {
        AppRig anna = await StartAsync(_anna);
        await _gateway.SlotAsync(Soon, _sensor.Read(20), _sensor.Read(21), _sensor.Read(22));
        await anna.UntilOpened(3, Soon);

        // The key was in wrong hands from its second reading on, as turns out now.
        await _home.Authority.RevokeAsync(new Revocation(_sensor.Kid, 0, "found open", new LastThatCounts(new ReadingNumber(1, 0), null, null)), Soon);
        await _cloud.PublishAsync(_home, Soon);
        await _gateway.EpochAsync(Soon, _anna.Agreement!);
        await anna.Until(() => anna.Health<ulong>("registrySize") == _home.Registry.Size && anna.Health<ulong>("headSize") == 4, Soon);
        await anna.Until(() => anna.Health<long>("opened") < 3, Soon);
        (string live, object refused) = (Days(anna), anna.App.Health()["refused"]);
        await anna.DisposeAsync();
        _apps.Remove(anna);
        AppRig again = await StartAsync(_anna);
        Assert.Equal((live, refused), (Days(again), again.App.Health()["refused"]));
    }

    [Fact]
    public async Task A_refused_reading_does_not_come_back_by_way_of_its_rollup()
    {
        using SigningKey stranger = SigningKey.Generate();
        Reading honest = _sensor.Read(20);
        Reading cloned = _sensor.Again(honest.Number, 90);
        ulong hour = _gateway.Pen.At - (_gateway.Pen.At % Rollup.LongestMilliseconds);
        await _gateway.SlotAsync(Soon, honest, cloned, new Rollup(_sensor.Kid, "temp", hour, Rollup.LongestMilliseconds, 2, Number.From(55), Number.From(20), Number.From(90)));
        AppRig anna = await StartAsync(_anna);
        await anna.UntilOpened(1, Soon);
        Assert.Equal(1L, anna.Health<long>("refused"));
        Aggregate day = Assert.Single(anna.App.Aggregates.Days(_sensor.Kid, "temp"));
        Assert.Equal((1UL, 20.0, 20.0), (day.Count, day.Min, day.Max));
    }

    [Fact]
    public async Task A_command_is_repeated_until_the_log_says_what_became_of_it()
    {
        await _gateway.SlotAsync(Soon, new LabelsEvent(new Dictionary<string, string> { ["r-01"] = "Living room" }));
        AppRig anna = await StartAsync(_anna);
        await anna.Until(() => anna.App.Labels.Count > 0, Soon);
        Task<Refusal> asked = anna.App.SetTargetAsync("Living room", Number.From(21.5), Soon);
        using CancellationTokenSource ticking = new();
        Task ticks = TickAsync(ticking.Token);
        Command command = await CommandArrives();
        Assert.Equal(("r-01", 21.5, _anna.Kid), (command.Content.Subject, command.Content.Target!.Value.ToDouble(), command.Signer));
        await Soonest(anna.Until(() => _cloud.Slots.Select(_gateway.Open).Count(one => one is not null && one.Hash().AsSpan().SequenceEqual(command.Hash())) > 2, Soon));
        Assert.False(asked.IsCompleted);
        await _gateway.SlotAsync(Soon, new CommandDoneEvent(command.Hash(), Refusal.Unsafe));
        Assert.Equal(Refusal.Unsafe, await asked.WaitAsync(Soon));
        await ticking.CancelAsync();
        await ticks;
    }

    [Fact]
    public async Task A_newcomer_is_granted_what_was_before_it_and_finds_it_again_after_a_start()
    {
        AnswerCommands();
        await _gateway.SlotAsync(Soon, _sensor.Read(20));
        await _gateway.SlotAsync(Soon, _sensor.Read(21));
        AppRig anna = await StartAsync(_anna, isOwner: true);
        await anna.UntilOpened(2, Soon);
        Identity carla = await _home.EnrolAsync(Role.App, "app-carla", Soon);
        await _cloud.PublishAsync(_home, Soon);
        await _gateway.EpochAsync(Soon, _anna.Agreement!, _ben.Agreement!, carla.Agreement!);
        await _gateway.SlotAsync(Soon, _sensor.Read(22));
        AppRig newcomer = await StartAsync(carla);
        await newcomer.UntilOpened(1, Soon);
        await anna.UntilOpened(3, Soon);
        Assert.Equal(1L, newcomer.Health<long>("opened"));
        using CancellationTokenSource ticking = new();
        Task ticks = TickAsync(ticking.Token);
        Assert.Equal(Refusal.None, await anna.App.GrantAsync("app-carla", DateTimeOffset.UnixEpoch, Soon));
        await newcomer.UntilOpened(3, Soon);
        await ticking.CancelAsync();
        await ticks;
        Assert.Equal(Days(anna), Days(newcomer));
        await newcomer.DisposeAsync();
        _apps.Remove(newcomer);
        AppRig again = await StartAsync(carla);
        Assert.Equal(3L, again.Health<long>("opened"));
    }

    [Fact]
    public async Task A_forged_grant_is_counted_and_changes_nothing()
    {
        EpochKey first = _gateway.Pen.Key;
        await _gateway.SlotAsync(Soon, _sensor.Read(20));
        Identity carla = await _home.EnrolAsync(Role.App, "app-carla", Soon);
        await _cloud.PublishAsync(_home, Soon);
        await _gateway.EpochAsync(Soon, carla.Agreement!);
        using EpochKey forged = EpochKey.From(first.Id, new byte[EpochKey.Size]);
        byte[] body = Grant.Create(_home.Log, _gateway.Pen.Key.Id, _home.Registry.Size, [carla.Agreement!.PublicKey], [forged]);
        await _gateway.LogAsync(Soon, _gateway.Pen.Grant(body));
        await _gateway.SlotAsync(Soon, _sensor.Read(21));
        AppRig newcomer = await StartAsync(carla);
        await newcomer.UntilOpened(1, Soon);
        Assert.Equal(1L, newcomer.Health<long>("opened"));
        Assert.True(newcomer.Health<IReadOnlyDictionary<string, long>>("refusedBy").ContainsKey("GrantMismatch"));
    }

    [Fact]
    public async Task Generations_are_followed_one_after_the_other()
    {
        await _gateway.SlotAsync(Soon, _sensor.Read(20));
        for (int i = 0; i < 2; i++)
        {
            LogState held = (await _cloud.Store.State(_gateway.Pen.Log, Soon))!;
            await _gateway.RestartAsync(held.Size, held.Frontier.Root(), Soon, _anna.Agreement!);
            await _gateway.SlotAsync(Soon, _sensor.Read(21 + i));
        }

        AppRig anna = await StartAsync(_anna);
        await anna.Until(() => anna.Health<string>("log") == "home/2" && anna.Health<long>("opened") >= 2, Soon);
        Assert.Equal(3L, anna.Health<long>("opened"));
    }

    [Fact]
    public async Task Two_apps_do_not_share_a_folder()
    {
        AppRig anna = await StartAsync(_anna);
        await Assert.ThrowsAsync<IOException>(() => AppRig.StartAsync(_home, _anna, _cloud, Soon));
        Assert.NotNull(anna);
    }

    // What should come within moments; a failure should not take as long as the whole run may.
    private static Task Soonest(Task task) => task.WaitAsync(TimeSpan.FromSeconds(30), Soon);

    private static string Days(AppRig rig) => string.Join(";", rig.App.Aggregates.Series.SelectMany(series => rig.App.Aggregates.Days(series.Sensor, series.Metric)));

    private async Task<AppRig> StartAsync(Identity identity, bool isOwner = false)
    {
        AppRig rig = await AppRig.StartAsync(_home, identity, _cloud, Soon, isOwner);
        _apps.Add(rig);
        return rig;
    }

    private Append Twisted(Append append, string lie)
    {
        AppendEntry[] entries = [.. append.Entries];
        switch (lie)
        {
            case "altered":
                byte[] altered = entries[0].Bytes.ToArray();
                altered[^1] ^= 1;
                entries[0] = AppendEntry.Full(altered);
                break;
            case "reordered":
                Array.Reverse(entries);
                break;
            case "dropped":
                entries = [entries[0], entries[0]];
                break;
            case "otherHead":
                using (SigningKey cloud = SigningKey.Generate())
                {
                    return append with { Head = Head.Sign(cloud, append.Head.Claims with { Kid = cloud.PublicKey.Kid }, append.Head.Root.Span) };
                }

            default:
                return new Append(_home.Log.Next, append.From, entries, Head.Sign(_home.Gateway.Signing, append.Head.Claims with { Log = _home.Log.Next }, append.Head.Root.Span), []);
        }

        return append with { Entries = entries };
    }

    // Ticks as long as something is waited for, as a gateway does: polls return, and commands leave.
    private async Task TickAsync(CancellationToken stop)
    {
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(250));
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                await _gateway.SlotAsync(CancellationToken.None);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private void AnswerCommands()
    {
        HashSet<string> answered = [];
        _cloud.Relay = async slot =>
        {
            if (_gateway.Open(slot) is { } command && answered.Add(Convert.ToHexString(command.Hash())))
            {
                if (command.Content.Grant is { } grant)
                {
                    await _gateway.LogAsync(CancellationToken.None, _gateway.Pen.Grant(grant));
                }

                await _gateway.SlotAsync(CancellationToken.None, new CommandDoneEvent(command.Hash(), Refusal.None));
            }
        };
    }

    private async Task<Command> CommandArrives()
    {
        TaskCompletionSource<Command> arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _cloud.Relay = slot =>
        {
            if (_gateway.Open(slot) is { } command)
            {
                arrived.TrySetResult(command);
            }

            return Task.CompletedTask;
        };
        return _cloud.Slots.Select(_gateway.Open).FirstOrDefault(command => command is not null) ?? await arrived.Task.WaitAsync(Soon);
    }

    private static bool Holds(AppRig app, byte[] bytes) =>
        Directory.EnumerateFiles(app.Data, "*", SearchOption.AllDirectories).Where(file => Path.GetExtension(file) is not (".sock" or ".lock")).Any(file =>
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            byte[] all = new byte[stream.Length];
            stream.ReadExactly(all);
            return all.AsSpan().IndexOf(bytes.AsSpan(bytes.Length - 64)) >= 0;
        });
}
