namespace Sealway.Gateway.Tests.Home;

using Microsoft.Extensions.Logging.Abstractions;
using Sealway.Gateway.Tests.Heating;
using Sealway.Messages;
using Sealway.Testing;
using Xunit;

public sealed class CommandDeskTests : IAsyncLifetime
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(10);

    private readonly ManualTime _time = new();
    private TestHome _home = null!;
    private TestMember _anna = null!;
    private TestMember _ben = null!;
    private SealedRecorder _recorder = null!;
    private Thermostat _thermostat = null!;
    private CommandDesk _desk = null!;
    private TestLoop _loop = null!;

    public async ValueTask InitializeAsync()
    {
        _home = await TestHome.CreateAsync(_time);
        _anna = await _home.MemberAsync();
        _ben = await _home.MemberAsync();
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _home.DisposeAsync();
    }

    [Fact]
    public async Task A_members_command_is_carried_out_and_answered_in_the_log()
    {
        Command command = await SignAsync(_ben, 1);
        await SendAsync(command);
        Assert.Equal(Refusal.None, await AnswerAsync(command));
        Assert.Equal(22, Assert.Single(_thermostat.Rooms).Target.ToDouble());
        Assert.Equal(22, Assert.Single((await _loop.OpenAsync(_anna)).Events<HeatingEvent>()).Target.ToDouble());
    }

    [Fact]
    public async Task An_empty_slot_says_nothing()
    {
        await SendAsync(null);
        await _loop.PassAsync(Tick);
        Assert.Empty((await _loop.OpenAsync(_anna)).Events<CommandDoneEvent>());
        Assert.Equal(1, _desk.Slots);
        Assert.Empty(_desk.Outcomes);
    }

    [Fact]
    public async Task A_late_command_is_refused()
    {
        Command command = await SignAsync(_anna, 1);
        _time.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromMilliseconds(1));
        await SendAsync(command);
        Assert.Equal(Refusal.Expired, await AnswerAsync(command));
        Unchanged();
    }

    [Fact]
    public async Task A_command_that_would_live_longer_than_five_minutes_is_refused()
    {
        Command command = await SignAsync(_anna, 1, content => content with { ExpiryMilliseconds = content.ExpiryMilliseconds + 1 });
        await SendAsync(command);
        Assert.Equal(Refusal.Expired, await AnswerAsync(command));
        Unchanged();
    }

    [Fact]
    public async Task A_command_that_is_played_back_is_refused_and_not_answered_twice()
    {
        Command command = await SignAsync(_anna, 1);
        await SendAsync(command);
        await RefusedAsync(command, Refusal.CommandNotRising);
        await RefusedAsync(command, Refusal.CommandNotRising);
        Assert.Equal(Refusal.None, await AnswerAsync(command));
    }

    [Fact]
    public async Task A_command_that_is_played_back_after_a_restart_is_refused()
    {
        Command command = await SignAsync(_anna, 1);
        await SendAsync(command);
        Assert.Equal(Refusal.None, await AnswerAsync(command));
        await StopAsync();
        await StartAsync();
        Assert.Equal(22, Assert.Single(_thermostat.Rooms).Target.ToDouble());

        await SendAsync(command);
        await _loop.PassAsync(Tick);
        Assert.Equal([Refusal.None, Refusal.CommandNotRising], (await _loop.OpenAsync(_anna)).Events<CommandDoneEvent>().Select(done => done.Outcome));
    }

    [Fact]
    public async Task Commands_in_another_order_than_they_were_numbered_are_refused()
    {
        Command first = await SignAsync(_anna, 1, content => content with { Target = Number.From(10) });
        Command second = await SignAsync(_anna, 2);
        await SendAsync(second);
        await SendAsync(first);
        Assert.Equal(Refusal.None, await AnswerAsync(second));
        Assert.Equal(Refusal.CommandNotRising, await AnswerAsync(first));
        Assert.Equal(22, Assert.Single(_thermostat.Rooms).Target.ToDouble());
    }

    [Fact]
    public async Task Each_member_has_numbers_of_its_own()
    {
        await SendAsync(await SignAsync(_anna, 7));
        Command command = await SignAsync(_ben, 1, content => content with { Target = Number.From(19) });
        await SendAsync(command);
        Assert.Equal(Refusal.None, await AnswerAsync(command));
    }

    [Fact]
    public async Task A_command_for_another_log_is_refused()
    {
        LogId other = new("home-of-others", 0);
        Command command = await SignAsync(_anna, 1, log: other);
        await RefusedAsync(command, Refusal.WrongLog, other);
        await RefusedAsync(SealedCommand.Seal(other, _home.Gateway.Agreement!.PublicKey, command), Refusal.SealBroken);

        // Sealed to this log by whoever got hold of it, but signed for the other.
        await RefusedAsync(command, Refusal.BadSignature);
        Unchanged();
    }

    [Fact]
    public async Task A_command_for_the_next_generation_is_refused()
    {
        Command command = await SignAsync(_anna, 1, log: _loop.Log.Next);
        await RefusedAsync(command, Refusal.WrongLog, _loop.Log.Next);
        Unchanged();
    }

    [Fact]
    public async Task A_command_of_somebody_who_is_no_member_is_refused_and_not_answered()
    {
        await RefusedAsync(await SignAsync(_home.Keys(), 1), Refusal.UnknownKey);
        await RefusedAsync(await SignAsync(_home.Sensor.Signing, 1), Refusal.WrongRole);
        await _home.Authority.RemoveAppAsync(_ben.Kid, "moved out", null, Patience.Soon);
        await RefusedAsync(await SignAsync(_ben, 1), Refusal.Revoked);
        await _loop.PassAsync(Tick);
        Assert.Empty((await _loop.OpenAsync(_anna)).Events<CommandDoneEvent>());
        Unchanged();
    }

    [Fact]
    public async Task A_command_over_a_head_that_this_log_never_had_is_refused()
    {
        Command root = await SignAsync(_anna, 1, content => content with { Root = new byte[Head.HashSize] });
        await SendAsync(root);
        Assert.Equal(Refusal.UnknownHead, await AnswerAsync(root));
        Command size = await SignAsync(_anna, 2, content => content with { Size = content.Size - 1 });
        await SendAsync(size);
        Assert.Equal(Refusal.UnknownHead, await AnswerAsync(size));
        Command ahead = await SignAsync(_anna, 3, content => content with { Size = content.Size + 100 });
        await SendAsync(ahead);
        Assert.Equal(Refusal.UnknownHead, await AnswerAsync(ahead));
        Unchanged();
    }

    [Fact]
    public async Task A_command_over_an_older_head_of_this_log_is_carried_out()
    {
        Command command = await SignAsync(_anna, 1);
        await _loop.PassAsync(Tick * 7);
        await SendAsync(command);
        Assert.Equal(Refusal.None, await AnswerAsync(command));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(31)]
    public async Task An_unsafe_target_is_refused(int target)
    {
        Command command = await SignAsync(_anna, 1, content => content with { Target = Number.From((long)target) });
        await SendAsync(command);
        Assert.Equal(Refusal.Unsafe, await AnswerAsync(command));
        Unchanged();
    }

    [Fact]
    public async Task The_owner_removes_a_member_who_then_opens_nothing_more()
    {
        Command command = await SignAsync(_anna, 1, Remove(_ben));
        await SendAsync(command);
        _loop.State(new InForceEvent(_home.Authority.Current.Size));
        Assert.Equal(Refusal.None, await AnswerAsync(command));
        Assert.NotNull(_home.Authority.Current.WithdrawalOf(_ben.Kid));

        // The answer itself is under the new epoch.
        Assert.Empty((await _loop.OpenAsync(_ben)).Events<CommandDoneEvent>());
        int before = (await _loop.OpenAsync(_ben)).Slots.Count;
        await _loop.PassAsync(Tick * 5);
        Assert.Equal(before, (await _loop.OpenAsync(_ben)).Slots.Count);
    }

    [Fact]
    public async Task Only_the_owner_removes_and_nobody_removes_the_owner()
    {
        Command bens = await SignAsync(_ben, 1, Remove(_anna));
        await SendAsync(bens);
        Assert.Equal(Refusal.NotAllowed, await AnswerAsync(bens));
        Command own = await SignAsync(_anna, 1, Remove(_anna));
        await SendAsync(own);
        Assert.Equal(Refusal.NotAllowed, await AnswerAsync(own));
        Command nobody = await SignAsync(_anna, 2, Remove(_home.Keys()));
        await SendAsync(nobody);
        Assert.Equal(Refusal.UnknownKey, await AnswerAsync(nobody));
    }

    [Fact]
    public async Task A_grant_is_logged_for_the_owner_alone()
    {
        using EpochKey key = EpochKey.Generate();
        byte[] grant = Grant.Create(_loop.Log, key.Id, 1, [_ben.Agreement.PublicKey], [key]);
        Command bens = await SignAsync(_ben, 1, Granting(grant));
        await SendAsync(bens);
        Assert.Equal(Refusal.NotAllowed, await AnswerAsync(bens));
        Command annas = await SignAsync(_anna, 1, Granting(grant));
        await SendAsync(annas);
        Assert.Equal(Refusal.None, await AnswerAsync(annas));
        Entry logged = Assert.Single(await _loop.EntriesAsync(), entry => entry.Kind == EntryKind.Grant);
        Assert.Equal(key.Id, Assert.Single(Grant.FromUntrusted(logged.Body).Open(_loop.Log, _ben.Agreement)).Id);

        Command broken = await SignAsync(_anna, 2, Granting([1, 2, 3]));
        await SendAsync(broken);
        Assert.Equal(Refusal.Malformed, await AnswerAsync(broken));
    }

    [Fact]
    public async Task A_slot_with_any_byte_changed_is_refused()
    {
        byte[] slot = SealedCommand.Seal(_loop.Log, _home.Gateway.Agreement!.PublicKey, await SignAsync(_anna, 1));
        for (int i = 0; i < slot.Length; i += 97)
        {
            byte[] changed = [.. slot];
            changed[i] ^= 1;
            await Assert.ThrowsAsync<MessageException>(() => _desk.ReceiveAsync(new CommandSlot(_loop.Log, changed), Patience.Soon).AsTask());
        }

        Unchanged();
    }

    private static Func<CommandContent, CommandContent> Remove(TestMember member) =>
        content => content with { Action = CommandAction.RemoveMember, Member = member.Kid, Subject = null, Target = null };

    private static Func<CommandContent, CommandContent> Granting(byte[] grant) =>
        content => content with { Action = CommandAction.Grant, Grant = grant, Subject = null, Target = null };

    private async Task StartAsync()
    {
        _recorder = new SealedRecorder(new SealingOptions { SlotBytes = 1_024 }, _home.Authority);
        _thermostat = new Thermostat(new ThermostatOptions { Rooms = [new HeatedRoom(TestHome.Room, new RecordedActuator(), Number.From(20))] }, _time, NullLogger.Instance);
        _desk = new CommandDesk(_home.Gateway.Agreement!, _home.Authority, _thermostat, NullLogger.Instance);
        _loop = await TestLoop.StartAsync(_home, _recorder);
        _desk.Attach(_loop);
        await _thermostat.LoadAsync(_loop.Store, _loop.Log, Patience.Soon);
        await _loop.PassAsync(Tick);
    }

    private async Task StopAsync()
    {
        await _loop.DisposeAsync();
        _recorder.Dispose();
        _thermostat.Dispose();
    }

    private Task<Command> SignAsync(TestMember member, ulong number, Func<CommandContent, CommandContent>? change = null, LogId? log = null) =>
        SignAsync(member.Signing, number, change, log);

    private async Task<Command> SignAsync(SigningKey signer, ulong number, Func<CommandContent, CommandContent>? change = null, LogId? log = null)
    {
        Head head = await _loop.HeadAsync();
        CommandContent content = new(
            number, _loop.Now + Limits.CommandLifeMilliseconds, head.Claims.Size, head.Root, CommandAction.SetTarget, TestHome.Room, Number.From(22));
        return Command.Sign(signer, log ?? _loop.Log, change?.Invoke(content) ?? content);
    }

    private async Task SendAsync(Command? command) =>
        await _desk.ReceiveAsync(new CommandSlot(_loop.Log, SealedCommand.Seal(_loop.Log, _home.Gateway.Agreement!.PublicKey, command)), Patience.Soon);

    private Task RefusedAsync(Command command, Refusal reason, LogId? log = null) =>
        RefusedAsync(SealedCommand.Seal(log ?? _loop.Log, _home.Gateway.Agreement!.PublicKey, command), reason, log);

    private async Task RefusedAsync(byte[] slot, Refusal reason, LogId? log = null)
    {
        MessageException refused = await Assert.ThrowsAsync<MessageException>(() => _desk.ReceiveAsync(new CommandSlot(log ?? _loop.Log, slot), Patience.Soon).AsTask());
        Assert.Equal(reason, refused.Reason);
    }

    private async Task<Refusal> AnswerAsync(Command command)
    {
        await _loop.PassAsync(Tick);
        return Assert.Single((await _loop.OpenAsync(_anna)).Events<CommandDoneEvent>(), done => done.Hash.Span.SequenceEqual(command.Hash())).Outcome;
    }

    private void Unchanged() => Assert.Equal(20, Assert.Single(_thermostat.Rooms).Target.ToDouble());
}
