namespace Sealway.App.Tests.Roles;

using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;
using Xunit;

/// <summary>What a member's app says when somebody withholds, cuts, forges or falls silent: each state has a name and goes when its cause goes.</summary>
public sealed class BadDaysTests : IAsyncLifetime
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
    public async Task A_generation_that_leaves_out_what_is_held_here_is_called_a_cut()
    {
        await _home.EpochAsync([_anna]);
        await _home.SlotAsync(_home.Measure(20));
        await using TestApp app = await StartAsync();
        await app.UntilAsync(() => app.Count("opened") == 1);
        Assert.Empty(app.Role.Alarms);
        LogState before = await StateAsync();

        await _home.BeginAsync(1, new GenerationEvent("cut", new PreviousGeneration(before.Log, before.Size - 2, new byte[32])));

        await app.UntilAsync(() => Text(app, HomeAlarmKind.Cut) is not null);
        Assert.Contains($"names {before.Size - 2} entries of {before.Log}, and {before.Size} are held here: 2 were cut off", Text(app, HomeAlarmKind.Cut), StringComparison.Ordinal);
        Assert.Contains("cut", ((IReadOnlyDictionary<string, object>)app.Health["alarms"]).Keys);
    }

    [Fact]
    public async Task A_generation_that_names_another_history_is_called_a_cut_too()
    {
        await _home.EpochAsync([_anna]);
        await using TestApp app = await StartAsync();
        await app.UntilAsync(() => app.Count("slotsOpened") == 1);
        LogState before = await StateAsync();
        await _home.BeginAsync(1, new GenerationEvent("another", new PreviousGeneration(before.Log, before.Size, new byte[32])));
        await app.UntilAsync(() => Text(app, HomeAlarmKind.Cut)?.Contains("another history", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task A_closed_generations_end_that_the_cloud_kept_back_is_asked_for_until_it_is_here()
    {
        await _home.EpochAsync([_anna]);
        await _home.SlotAsync(_home.Measure(20));
        await using TestApp app = await StartAsync();
        await app.UntilAsync(() => app.Count("opened") == 1);

        // From here on the cloud gives nothing of this generation, and then says that there is a later one.
        LogId first = _home.Log;
        SignedHead held = (await _cloud.Store.LatestHead(first, Patience.Soon))!;
        FollowMessage shown = new Held(first, held.Size, held.Head, []);
        _cloud.Instead = request => request.Log == first ? shown : null;
        await _home.SlotAsync(_home.Measure(21));
        LogState all = await StateAsync();
        await _home.BeginAsync(1, new GenerationEvent("an operator's act", new PreviousGeneration(first, all.Size, all.Frontier.Root())));
        await _home.EpochAsync([_anna]);
        await _home.SlotAsync(_home.Measure(22));
        SignedHead later = (await _cloud.Store.LatestHead(_home.Log, Patience.Soon))!;
        shown = new Held(_home.Log, later.Size, later.Head, []);

        await app.UntilAsync(() => Text(app, HomeAlarmKind.Withheld)?.Contains($"names {all.Size} entries of {first}, and the cloud gave {held.Size}", StringComparison.Ordinal) == true);
        _cloud.Instead = null;
        await app.UntilAsync(() => app.Count("opened") == 3 && app.Role.Alarms.Count == 0);
        Assert.Equal(0, app.Count("gaps"));
    }

    [Fact]
    public async Task A_head_whose_entries_the_cloud_does_not_give_is_withheld_until_it_gives_them()
    {
        await _home.EpochAsync([_anna]);
        await using TestApp app = await StartAsync();
        await app.UntilAsync(() => app.Count("slotsOpened") == 1);
        LogId log = _home.Log;
        _cloud.Instead = request => request.Log == log && Latest() is { } head && head.Size > request.From ? new Held(log, head.Size, head.Head, []) : null;
        await _home.SlotAsync(_home.Measure(20));

        await app.UntilAsync(() => Text(app, HomeAlarmKind.Withheld)?.StartsWith("the cloud holds", StringComparison.Ordinal) == true);
        Assert.Equal(0, app.Count("opened"));
        _cloud.Instead = null;
        await app.UntilAsync(() => app.Count("opened") == 1 && app.Role.Alarms.Count == 0);

        SignedHead? Latest() => _cloud.Store.LatestHead(log, Patience.Soon).AsTask().GetAwaiter().GetResult();
    }

    [Fact]
    public async Task A_gap_is_counted_over_the_end_of_a_generation_and_named_by_sensor()
    {
        await _home.EpochAsync([_anna]);
        await _home.SlotAsync(_home.Measure(20));
        LogState before = await StateAsync();
        await _home.BeginAsync(1, new GenerationEvent("an operator's act", new PreviousGeneration(before.Log, before.Size, before.Frontier.Root())));
        await _home.EpochAsync([_anna]);
        _home.Measure(21);
        _home.Measure(21);
        await _home.SlotAsync(_home.Measure(22));
        await using TestApp app = await StartAsync();
        await app.UntilAsync(() => app.Count("opened") == 2);
        Assert.Equal(2, app.Count("gaps"));
        Assert.Equal("s-01: 2 readings missing", Text(app, HomeAlarmKind.Gap));
    }

    [Fact]
    public async Task Slots_of_an_epoch_that_was_not_sealed_for_this_member_are_said_not_to_open_since_when_and_why()
    {
        await _home.EpochAsync([_anna]);
        await using TestApp app = await StartAsync();
        await app.UntilAsync(() => app.Count("slotsOpened") == 1);
        ulong epoch = (await StateAsync()).Size;
        EpochKey key = await _home.EpochAsync([_ben]);
        await _home.SlotAsync();

        await app.UntilAsync(() => app.Count("slotsClosed") == 2);
        Assert.StartsWith($"nothing opens since entry {epoch + 1} of {_home.Log}, ", Text(app, HomeAlarmKind.Closed), StringComparison.Ordinal);
        Assert.EndsWith($"epoch {key.Id} was not sealed for this member", Text(app, HomeAlarmKind.Closed), StringComparison.Ordinal);

        await _home.EpochAsync([_anna, _ben]);
        await app.UntilAsync(() => app.Role.Alarms.Count == 0);
    }

    [Fact]
    public async Task An_epoch_that_was_erased_by_order_is_named_as_not_given()
    {
        await _home.EpochAsync([_anna]);
        ulong at = (await StateAsync()).Size;
        await _home.EpochAsync([_anna]);
        await _home.Authority.EraseAsync(new Erasure(_home.Log, at, at, "asked for"), Patience.Soon);
        await _cloud.Store.Erase(_home.Log, at, at + 1, Patience.Soon);
        await using TestApp app = await StartAsync();
        await app.UntilAsync(() => app.Count("entries") == (long)at + 2);
        Assert.Contains($"nothing opens since entry {at + 1}", Text(app, HomeAlarmKind.Closed), StringComparison.Ordinal);
        Assert.Contains("was not given", Text(app, HomeAlarmKind.Closed), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, Refusal.StepRepeated)]
    [InlineData(true, Refusal.SealBroken)]
    public async Task A_slot_that_is_repeated_or_altered_is_refused_by_name(bool altered, Refusal reason)
    {
        await _home.EpochAsync([_anna]);
        ulong next = (await StateAsync()).Size;
        await _home.SlotAsync(_home.Measure(20));
        LogEntry slot = Assert.Single(await _home.Store.Read(_home.Log, next, next + 1, int.MaxValue, Patience.Soon));
        byte[] body = Entry.FromUntrusted(slot.Bytes).Body.ToArray();
        if (altered)
        {
            // A step that was not used yet, and another last byte.
            SealedSlot was = SealedSlot.FromUntrusted(body);
            int step = body.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x42, (byte)(was.Step >> 8), (byte)was.Step]);
            body[step + 2]++;
            body[^1] ^= 1;
        }

        await _home.LogAsync(EntryKind.Sealed, body);
        await using TestApp app = await StartAsync();
        await app.UntilAsync(() => app.Count("refused") == 1);
        Assert.Equal(1, app.Count("opened"));
        Assert.Equal($"1 refused, the last in entry {next + 1} of {_home.Log}: {reason}", Text(app, HomeAlarmKind.Refused));
    }

    [Fact]
    public void News_that_the_cloud_keeps_back_shows_by_the_registrys_newer_head()
    {
        Standing standing = Quiet with { HeadSeconds = 1_000 };
        Assert.Empty(Of(standing, heard: 1_150));
        HomeAlarm alarm = Assert.Single(Of(standing, heard: 1_151));
        Assert.Equal(HomeAlarmKind.Withheld, alarm.Kind);
        Assert.Contains("the gateway signed the registry at 1970-01-01 00:19:11Z", alarm.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_registry_that_is_stale_or_behind_the_gateways_is_named()
    {
        ulong day = 86_400;
        ulong heard = (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        Standing standing = Quiet with { HeadSeconds = heard };
        Assert.Empty(Of(standing, heard, now: (heard + (2 * day) - 5) * 1000));
        Assert.Equal(HomeAlarmKind.RegistryStale, Assert.Single(Of(standing, heard, now: (heard + (2 * day) + 5) * 1000)).Kind);

        ulong size = _home.Authority.Registry.Size;
        EpochSeen epoch = new(default, 0, size + 3);
        HomeAlarm alarm = Assert.Single(Of(standing, heard, epoch: epoch));
        Assert.Equal((HomeAlarmKind.RegistryWithheld, $"the gateway acts on {size + 3} entries of the registry, and the cloud gives {size}"), (alarm.Kind, alarm.Text));
        Assert.Empty(Of(standing, heard, epoch: epoch with { RegistrySize = size }));
    }

    [Fact]
    public void Silence_forks_and_ones_own_removal_are_named()
    {
        Standing standing = Quiet with { IsSilent = true, Forks = 1, IsRemoved = true };
        Assert.Equal([HomeAlarmKind.Silent, HomeAlarmKind.Forked, HomeAlarmKind.Removed], Of(standing, 0).Select(alarm => alarm.Kind));
    }

    private Standing Quiet => new(_home.Log, 0, 0, 0, false, false, null);

    private IReadOnlyList<HomeAlarm> Of(Standing standing, ulong heard, ulong now = 0, EpochSeen? epoch = null) =>
        HomeAlarms.Of(new HomeView(), epoch, standing, _home.Authority.Registry, heard, now, TestApp.Options(_home, _cloud, _anna));

    private static string? Text(TestApp app, HomeAlarmKind kind) => app.Role.Alarms.FirstOrDefault(alarm => alarm.Kind == kind)?.Text;

    private Task<TestApp> StartAsync() => TestApp.StartAsync(_home, _cloud, _anna);

    private async Task<LogState> StateAsync() => (await _home.Store.State(_home.Log, Patience.Soon))!;
}
