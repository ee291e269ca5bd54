namespace Sealway.App.Tests.Roles;

using System.Text.Json.Nodes;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Messages;
using Xunit;

public sealed class CommandTests : IAsyncLifetime
{
    private TestHome _home = null!;
    private TestCloud _cloud = null!;
    private Identity _anna = null!;
    private Identity _ben = null!;
    private AppOptions _options = null!;
    private TestApp _app = null!;

    public async ValueTask InitializeAsync()
    {
        _home = await TestHome.CreateAsync();
        _anna = await _home.MemberAsync("app-a");
        _ben = await _home.MemberAsync("app-b");
        _cloud = await TestCloud.StartAsync(_home);
        await _home.EpochAsync([_anna]);
        await _home.SlotAsync(new LabelsEvent(new Dictionary<string, string> { [TestHome.Room] = "Living room", ["app-b"] = "Ben's phone" }), _home.Measure(20));
        _options = TestApp.Options(_home, _cloud, _anna, owner: true);
        _app = await TestApp.StartAsync(_options);
        await _app.UntilAsync(() => _app.Count("opened") == 1);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _cloud.DisposeAsync();
        await _home.DisposeAsync();
    }

    [Fact]
    public async Task A_command_is_signed_over_what_the_member_holds_and_done_when_the_log_says_so()
    {
        Task<Refusal> set = _app.Role.SetTargetAsync("Living room", Number.From(22.5m), Patience.Soon);
        Command command = await _cloud.CommandAsync();
        command.Verify(_anna.Signing.PublicKey);
        CommandContent content = command.Content;
        Assert.Equal((CommandAction.SetTarget, TestHome.Room, 22.5), (content.Action, content.Subject, content.Target!.Value.ToDouble()));
        Assert.Equal((await _home.Store.HeadAt(_home.Log, content.Size, Patience.Soon))!.Head.Root.ToArray(), content.Root.ToArray());
        ulong now = (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        Assert.InRange(content.ExpiryMilliseconds, now, now + Limits.CommandLifeMilliseconds);
        Assert.False(set.IsCompleted);

        await _home.SlotAsync(new CommandDoneEvent(command.Hash(), Refusal.None));
        Assert.Equal(Refusal.None, await set);
    }

    [Fact]
    public async Task A_refusal_of_the_gateway_is_the_outcome()
    {
        Task<Refusal> set = _app.Role.SetTargetAsync(TestHome.Room, Number.From(99), Patience.Soon);
        Command command = await _cloud.CommandAsync();
        await _home.SlotAsync(new CommandDoneEvent(new byte[32], Refusal.None), new CommandDoneEvent(command.Hash(), Refusal.Unsafe));
        Assert.Equal(Refusal.Unsafe, await set);
    }

    [Fact]
    public async Task Numbers_rise_also_over_a_restart()
    {
        _ = _app.Role.SetTargetAsync(TestHome.Room, Number.From(20), Patience.Soon);
        _ = _app.Role.SetTargetAsync(TestHome.Room, Number.From(21), Patience.Soon);
        Command answered = await _cloud.CommandAsync();
        ulong first = answered.Content.Number;
        await _home.SlotAsync(new CommandDoneEvent(answered.Hash(), Refusal.None));
        ulong second = (await _cloud.CommandAsync()).Content.Number;
        Assert.True(second > first);
        await _app.DisposeAsync();
        _app = await TestApp.StartAsync(_options);
        _ = _app.Role.SetTargetAsync(TestHome.Room, Number.From(22), Patience.Soon);
        Assert.True((await _cloud.CommandAsync()).Content.Number > second);
    }

    [Fact]
    public async Task A_member_is_removed_by_its_label()
    {
        Task<Refusal> removed = _app.Role.RemoveMemberAsync("Ben's phone", Patience.Soon);
        Command command = await _cloud.CommandAsync();
        Assert.Equal((CommandAction.RemoveMember, _ben.Kid), (command.Content.Action, command.Content.Member!.Value));
        await _home.SlotAsync(new CommandDoneEvent(command.Hash(), Refusal.None));
        Assert.Equal(Refusal.None, await removed);
        MessageException unknown = await Assert.ThrowsAsync<MessageException>(() => _app.Role.RemoveMemberAsync("nobody", Patience.Soon));
        Assert.Equal(Refusal.UnknownKey, unknown.Reason);
    }

    [Fact]
    public async Task History_granted_to_a_newcomer_opens_what_was_before_it()
    {
        Identity cleo = await _home.MemberAsync("app-c");
        await _home.EpochAsync([_anna, cleo]);
        await _home.SlotAsync(_home.Measure(21));
        await using TestApp newcomer = await TestApp.StartAsync(_home, _cloud, cleo);
        await newcomer.UntilAsync(() => newcomer.Count("opened") == 1);
        await KnownAsync(epochs: 2);

        Task<Refusal> granted = _app.Role.GrantAsync("app-c", DateTimeOffset.FromUnixTimeMilliseconds((long)TestHome.Start), Patience.Soon);
        Command command = await _cloud.CommandAsync();
        await _home.LogAsync(EntryKind.Grant, command.Content.Grant!.Value);
        await _home.SlotAsync(new CommandDoneEvent(command.Hash(), Refusal.None));
        Assert.Equal(Refusal.None, await granted);
        await newcomer.UntilAsync(() => newcomer.Count("opened") == 2);
        Assert.Equal(20, Assert.Single(newcomer.Role.Aggregates.Hours(_home.Sensor.Kid, "temp")).Min);
    }

    [Fact]
    public async Task No_history_is_granted_unless_a_date_is_chosen()
    {
        Identity cleo = await _home.MemberAsync("app-c");
        await _home.EpochAsync([_anna, cleo]);
        await KnownAsync(epochs: 2);
        Assert.Equal(Refusal.None, await _app.Role.GrantAsync("app-c", null, Patience.Soon));
        Assert.Equal(Refusal.None, await _app.Role.GrantAsync("app-c", DateTimeOffset.MaxValue, Patience.Soon));
        Assert.False(_cloud.Commands.TryPeek(out _));
    }

    [Fact]
    public async Task As_many_keys_as_a_grant_takes_fit_a_command_slot()
    {
        for (int i = 0; i < 11; i++)
        {
            await _home.EpochAsync([_anna]);
        }

        Identity cleo = await _home.MemberAsync("app-c");
        await _home.EpochAsync([_anna, cleo]);
        await KnownAsync(epochs: 13);
        _ = _app.Role.GrantAsync("app-c", DateTimeOffset.UnixEpoch, Patience.Soon);
        Command command = await _cloud.CommandAsync();
        Assert.Equal(12, Grant.FromUntrusted(command.Content.Grant!.Value).Open(_home.Log, cleo.Agreement!).Count);
    }

    private Task KnownAsync(long epochs) =>
        _app.UntilAsync(() => _app.Count("slotsOpened") > epochs && (ulong)_app.Health["registrySize"] == _home.Authority.Registry.Size);

    [Fact]
    public async Task The_control_socket_commands_and_shows_aggregates()
    {
        Task<JsonNode> set = ControlClient.AskAsync(_options.ControlPath, "POST /set", new JsonObject { ["room"] = "Living room", ["target"] = 23 }, Patience.Soon);
        Command command = await _cloud.CommandAsync();
        Assert.Equal(23, command.Content.Target!.Value.ToDouble());
        await _home.SlotAsync(new CommandDoneEvent(command.Hash(), Refusal.None));
        Assert.True((bool)(await set)["done"]!);

        JsonArray hours = (JsonArray)await ControlClient.AskAsync(_options.ControlPath, "GET /hours", null, Patience.Soon);
        Assert.Equal(("Living room", "temp", 20), ((string)hours[0]!["room"]!, (string)hours[0]!["metric"]!, (double)hours[0]!["mean"]!));

        Task<JsonNode> unsafeTarget = ControlClient.AskAsync(_options.ControlPath, "POST /set", new JsonObject { ["room"] = TestHome.Room, ["target"] = "31.5" }, Patience.Soon);
        command = await _cloud.CommandAsync();
        await _home.SlotAsync(new CommandDoneEvent(command.Hash(), Refusal.Unsafe));
        Assert.Contains(nameof(Refusal.Unsafe), (await Assert.ThrowsAsync<LinkException>(() => unsafeTarget)).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<LinkException>(() => ControlClient.AskAsync(_options.ControlPath, "POST /set", [], Patience.Soon));
        await Assert.ThrowsAsync<LinkException>(() => ControlClient.AskAsync(_options.ControlPath, "GET /nothing", null, Patience.Soon));
    }
}
