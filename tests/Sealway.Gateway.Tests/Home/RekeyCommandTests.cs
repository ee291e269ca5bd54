namespace Sealway.Gateway.Tests.Home;

using Microsoft.Extensions.Logging.Abstractions;
using Sealway.Fleet;
using Sealway.Gateway.Tests.Heating;
using Sealway.Gateway.Tests.Sealing;
using Sealway.Messages;
using Sealway.Testing;
using Xunit;

/// <summary>Members replace their HPKE keys: what the home's gateway takes, and what it does at once.</summary>
public sealed class RekeyCommandTests : IAsyncLifetime
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(10);

    private readonly ManualTime _time = new();
    private readonly List<AgreementKey> _made = [];
    private TestHome _home = null!;
    private TestMember _anna = null!;
    private TestMember _ben = null!;
    private SealedRecorder _recorder = null!;
    private Thermostat _thermostat = null!;
    private CommandDesk _desk = null!;
    private TestLoop _loop = null!;

    private RegistryView Registry => _home.Authority.Current;

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
        _made.ForEach(key => key.Dispose());
        await _home.DisposeAsync();
    }

    [Fact]
    public async Task A_member_replaces_its_key_and_the_old_one_opens_nothing_of_the_epoch_that_begins_at_once()
    {
        AgreementKey next = Key();
        int before = (await OpenAsync(_ben.Agreement)).Slots.Count;
        Assert.True(before > 0);
        Command command = await SignAsync(_ben, 1, next);
        await SendAsync(command);
        Assert.Equal(next.PublicKey, Registry.Find(_ben.Kid)!.Agreement);
        Assert.Equal(Refusal.None, await AnswerAsync(command));
        await _loop.PassAsync(Tick * 5);

        // The answer itself is in the new epoch already.
        OpenedLog old = await OpenAsync(_ben.Agreement);
        Assert.Equal(before, old.Slots.Count);
        Assert.Empty(old.Events<CommandDoneEvent>());
        OpenedLog fresh = await OpenAsync(next);
        Assert.True(fresh.Slots.Count >= 5);
        Assert.Single(fresh.Events<CommandDoneEvent>());
        Assert.Equal(before + fresh.Slots.Count, (await OpenAsync(_anna.Agreement)).Slots.Count);
    }

    [Fact]
    public async Task The_registry_has_the_members_own_signature_and_not_the_gateways()
    {
        AgreementKey next = Key();
        ulong index = Registry.Size;
        await SendAsync(await SignAsync(_ben, 1, next));
        Entry entry = Entry.FromUntrusted((await _home.Authority.Registrar.Store.Read(_home.Authority.Log, index, index + 1, int.MaxValue, Patience.Soon))[0].Bytes);
        Assert.Equal((EntryKind.Rotate, _ben.Kid), (entry.Kind, Statement.FromUntrusted(entry).Signer));
        Assert.Empty(Registry.Anomalies);
        Assert.Null(Registry.WithdrawalOf(_ben.Kid));
    }

    [Fact]
    public async Task A_statement_that_is_played_back_is_refused_or_changes_nothing()
    {
        AgreementKey first = Key();
        ulong index = Registry.Size;
        Command command = await SignAsync(_ben, 1, first);
        await SendAsync(command);
        Assert.Equal(Refusal.None, await AnswerAsync(command));
        await RefusedAsync(command, Refusal.CommandNotRising);

        // In a new command it says what is so already.
        Command again = await SignAsync(_ben, 2, first, index: index);
        await SendAsync(again);
        Assert.Equal(Refusal.None, await AnswerAsync(again));
        Assert.Equal(index + 1, Registry.Size);

        // After the next key it would bring the first one back: its place is taken.
        _time.Advance(HomeAuthority.RekeyEvery);
        Command second = await SignAsync(_ben, 3, Key());
        await SendAsync(second);
        Assert.Equal(Refusal.None, await AnswerAsync(second));
        _time.Advance(HomeAuthority.RekeyEvery);
        Assert.Equal(Refusal.NotNext, await OutcomeAsync(await SignAsync(_ben, 4, first, index: index)));
        Assert.Equal(Refusal.AlreadyEnrolled, await OutcomeAsync(await SignAsync(_ben, 5, first)));
        Assert.Equal(index + 2, Registry.Size);
    }

    [Fact]
    public async Task A_statement_for_another_place_of_the_registry_is_refused()
    {
        Assert.Equal(Refusal.NotNext, await OutcomeAsync(await SignAsync(_ben, 1, Key(), index: Registry.Size + 1)));
        Assert.Equal(Refusal.NotNext, await OutcomeAsync(await SignAsync(_ben, 2, Key(), index: Registry.Size - 1)));

        // The command says the right place and the statement was signed for another.
        ulong size = Registry.Size;
        Assert.Equal(Refusal.BadSignature, await OutcomeAsync(await SignAsync(_ben, 3, Key(), index: size, signedFor: size + 1)));
        Unchanged();
    }

    [Fact]
    public async Task Nobody_replaces_the_key_of_another_member()
    {
        // A statement that the other has signed, and one that the member signs in the other's name.
        Assert.Equal(Refusal.WrongSigner, await OutcomeAsync(await SignAsync(_anna, 1, Key(), of: _ben)));
        Assert.Equal(Refusal.WrongSigner, await OutcomeAsync(await SignAsync(_anna, 2, Key(), change: rotation => rotation with { Old = _ben.Kid })));

        // One about its own key, signed by somebody else.
        Assert.Equal(Refusal.WrongSigner, await OutcomeAsync(await SignAsync(_anna, 3, Key(), of: _ben, change: rotation => rotation with { Old = _anna.Kid })));
        Unchanged();
    }

    [Fact]
    public async Task A_key_that_was_ever_anybodys_is_refused()
    {
        Assert.Equal(Refusal.AlreadyEnrolled, await OutcomeAsync(await SignAsync(_ben, 1, _anna.Agreement)));
        Assert.Equal(Refusal.AlreadyEnrolled, await OutcomeAsync(await SignAsync(_ben, 2, _home.Gateway.Agreement!)));
        Unchanged();
    }

    [Fact]
    public async Task A_removed_member_replaces_nothing_whether_it_asks_before_or_after()
    {
        Command before = await SignAsync(_ben, 1, Key());
        await _home.Authority.RemoveAppAsync(_ben.Kid, "moved out", null, Patience.Soon);
        await RefusedAsync(before, Refusal.Revoked);
        await RefusedAsync(await SignAsync(_ben, 2, Key()), Refusal.Revoked);

        // Nor does another member carry it there.
        Assert.Equal(Refusal.WrongSigner, await OutcomeAsync(await SignAsync(_anna, 1, Key(), of: _ben)));
        Unchanged();
    }

    [Fact]
    public async Task A_statement_says_a_new_HPKE_key_from_now_on_and_nothing_else()
    {
        using SigningKey signing = SigningKey.Generate();
        Assert.Equal(Refusal.NotAllowed, await OutcomeAsync(await SignAsync(_ben, 1, Key(), change: rotation => rotation with { Key = signing.PublicKey })));
        Assert.Equal(Refusal.NotAllowed, await OutcomeAsync(await SignAsync(_ben, 2, Key(), change: rotation => rotation with { Key = signing.PublicKey, Agreement = null })));
        Assert.Equal(Refusal.NotAllowed, await OutcomeAsync(await SignAsync(_ben, 3, Key(), change: rotation => rotation with { Last = new LastThatCounts(null, null, 1) })));
        Assert.Equal(Refusal.NotAllowed, await OutcomeAsync(await SignAsync(_ben, 4, Key(), change: rotation => rotation with { SinceMilliseconds = rotation.SinceMilliseconds - 1 })));
        Assert.Equal(Refusal.WrongKind, await OutcomeAsync(await SignAsync(_ben, 5, Entry.Create(EntryKind.Reading, _loop.Now, new byte[10]).Bytes)));
        Assert.Equal(Refusal.Malformed, await OutcomeAsync(await SignAsync(_ben, 6, Entry.Create(EntryKind.Rotate, _loop.Now, new byte[10]).Bytes)));
        Assert.Equal(Refusal.Malformed, await OutcomeAsync(await SignAsync(_ben, 7, new byte[] { 1, 2, 3 })));
        Unchanged();
    }

    [Fact]
    public async Task A_statement_with_another_time_than_now_is_refused_so_that_it_moves_no_clock()
    {
        ulong life = Limits.CommandLifeMilliseconds;
        Assert.Equal(Refusal.Expired, await OutcomeAsync(await SignAsync(_ben, 1, Key(), at: _loop.Now + life + 1)));
        Assert.Equal(Refusal.Expired, await OutcomeAsync(await SignAsync(_ben, 2, Key(), at: _loop.Now - life - 1)));
        Unchanged();
    }

    [Fact]
    public async Task A_member_replaces_its_key_at_most_once_a_minute()
    {
        Assert.Equal(Refusal.None, await OutcomeAsync(await SignAsync(_ben, 1, Key())));
        Assert.Equal(Refusal.NotAllowed, await OutcomeAsync(await SignAsync(_ben, 2, Key())));
        Assert.Equal(Refusal.None, await OutcomeAsync(await SignAsync(_anna, 1, Key())));
        _time.Advance(HomeAuthority.RekeyEvery);
        Assert.Equal(Refusal.None, await OutcomeAsync(await SignAsync(_ben, 3, Key())));
    }

    [Fact]
    public async Task A_gateway_that_stopped_before_it_answered_says_done_to_the_same_command()
    {
        AgreementKey next = Key();
        ulong index = Registry.Size;
        Command command = await SignAsync(_ben, 1, next);
        CommandContent content = command.Content;

        // The registry is on disk; the power went before the log had the answer.
        await _home.Authority.RekeyAppAsync(_ben.Kid, content.Index!.Value, content.Statement!.Value, Patience.Soon);
        await StopAsync();
        await StartAsync();
        await SendAsync(command);
        await _loop.PassAsync(Tick);
        Assert.Equal(Refusal.None, Assert.Single((await OpenAsync(next)).Events<CommandDoneEvent>()).Outcome);
        Assert.Equal(index + 1, Registry.Size);
    }

    private AgreementKey Key()
    {
        AgreementKey key = AgreementKey.Generate();
        _made.Add(key);
        return key;
    }

    private async Task StartAsync()
    {
        _recorder = new SealedRecorder(new SealingOptions { SlotBytes = 1_024 }, _home.Authority);
        _thermostat = new Thermostat(new ThermostatOptions { Rooms = [new HeatedRoom(TestHome.Room, new RecordedActuator(), Number.From(20))] }, _time, NullLogger.Instance);
        _desk = new CommandDesk(_home.Gateway.Agreement!, _home.Authority, _thermostat, NullLogger.Instance);
        _loop = await TestLoop.StartAsync(_home, _recorder);
        _home.Authority.Moved += Moved;
        _desk.Attach(_loop);
        await _thermostat.LoadAsync(_loop.Store, _loop.Log, Patience.Soon);
        await _loop.PassAsync(Tick);
    }

    private async Task StopAsync()
    {
        _home.Authority.Moved -= Moved;
        await _loop.DisposeAsync();
        _recorder.Dispose();
        _thermostat.Dispose();
    }

    // As the gateway's loop does.
    private void Moved() => _loop.State(new InForceEvent(Registry.Size));

    private Task<Command> SignAsync(
        TestMember member, ulong number, AgreementKey next, ulong? index = null, ulong? signedFor = null, ulong? at = null, TestMember? of = null, Func<Rotation, Rotation>? change = null)
    {
        ulong place = index ?? Registry.Size;
        ulong time = at ?? _loop.Now;
        TestMember owner = of ?? member;
        Rotation rotation = new(owner.Kid, null, time, Agreement: next.PublicKey);
        Entry entry = Statement.Sign(owner.Signing, _home.Authority.Log, signedFor ?? place, time, change?.Invoke(rotation) ?? rotation);
        return SignAsync(member, number, entry.Bytes, place);
    }

    private async Task<Command> SignAsync(TestMember member, ulong number, ReadOnlyMemory<byte> statement, ulong? index = null)
    {
        Head head = await _loop.HeadAsync();
        return Command.Sign(member.Signing, _loop.Log, new CommandContent(
            number, _loop.Now + Limits.CommandLifeMilliseconds, head.Claims.Size, head.Root, CommandAction.Rekey, Index: index ?? Registry.Size, Statement: statement));
    }

    private async Task SendAsync(Command command) =>
        await _desk.ReceiveAsync(new CommandSlot(_loop.Log, SealedCommand.Seal(_loop.Log, _home.Gateway.Agreement!.PublicKey, command)), Patience.Soon);

    private async Task RefusedAsync(Command command, Refusal reason) =>
        Assert.Equal(reason, (await Assert.ThrowsAsync<MessageException>(() => SendAsync(command))).Reason);

    private async Task<Refusal> OutcomeAsync(Command command)
    {
        Dictionary<string, long> before = new(_desk.Outcomes);
        await SendAsync(command);
        return Enum.Parse<Refusal>(Assert.Single(_desk.Outcomes, pair => pair.Value != before.GetValueOrDefault(pair.Key)).Key);
    }

    private async Task<Refusal> AnswerAsync(Command command)
    {
        await _loop.PassAsync(Tick);
        return Assert.Single((await OpenAsync(_anna.Agreement)).Events<CommandDoneEvent>(), done => done.Hash.Span.SequenceEqual(command.Hash())).Outcome;
    }

    private async Task<OpenedLog> OpenAsync(AgreementKey key) => OpenedLog.Of(_loop.Log, await _loop.EntriesAsync(), key);

    private void Unchanged()
    {
        Assert.Equal(_anna.Agreement.PublicKey, Registry.Find(_anna.Kid)!.Agreement);
        Assert.Equal(_ben.Agreement.PublicKey, Registry.Find(_ben.Kid)!.Agreement);
        Assert.Empty(Registry.Anomalies);
    }
}
