namespace Sealway.App.Tests.Opening;

using Sealway.Messages;
using Xunit;

public sealed class SlotOpenerTests : IDisposable
{
    private static readonly LogId Log = new("home", 0);

    private readonly AgreementKey _anna = AgreementKey.Generate();
    private readonly AgreementKey _ben = AgreementKey.Generate();
    private readonly EpochKey _key = EpochKey.Generate();
    private readonly SlotBuilder _slot = new(512);
    private readonly Sealer _sealer;

    public SlotOpenerTests() => _sealer = new Sealer(Log, _key);

    public void Dispose()
    {
        _sealer.Dispose();
        _anna.Dispose();
        _ben.Dispose();
    }

    [Fact]
    public void A_member_opens_what_is_sealed_for_it_and_nobody_else_does()
    {
        ReadOnlyMemory<byte>[] entries = [EpochEntry(_anna), SlotEntry(new EpochBeganEvent(_key.Hash())), SlotEntry(new StartEvent("inside"))];
        SlotOpening annas = SlotOpener.OpenAll(Log, entries, _anna);
        Assert.Equal((1, 2, 2), (annas.Epochs, annas.Slots, annas.Items.Count));
        SlotOpening bens = SlotOpener.OpenAll(Log, entries, _ben);
        Assert.Equal((0, 0, 0), (bens.Epochs, bens.Slots, bens.Items.Count));
    }

    [Fact]
    public void Under_another_logs_name_nothing_opens()
    {
        ReadOnlyMemory<byte>[] entries = [EpochEntry(_anna), SlotEntry(new EpochBeganEvent(_key.Hash()))];
        Assert.Equal(0, SlotOpener.OpenAll(Log.Next, entries, _anna).Slots);
        using SlotOpener later = new(Log.Next, _anna, [Log]);
        Assert.Equal(EntryKind.Epoch, later.TryTake(entries[0], out _));
        Assert.Equal(EntryKind.Sealed, later.TryTake(entries[1], out _));
    }

    [Fact]
    public void A_granted_key_opens_an_epoch_that_carries_its_hash()
    {
        ReadOnlyMemory<byte> first = SlotEntry(new EpochBeganEvent(_key.Hash()));
        ReadOnlyMemory<byte> second = SlotEntry(new StartEvent("inside"));
        using SlotOpener opener = new(Log, _ben);
        Assert.Equal(1, opener.Take(GrantOf(_key)));
        Assert.Equal(0, opener.Take(GrantOf(_key)));
        Assert.Equal(EntryKind.Sealed, opener.TryTake(first, out _));
        Assert.Equal(EntryKind.Sealed, opener.TryTake(second, out _));
    }

    [Fact]
    public void A_granted_key_whose_hash_the_epoch_does_not_carry_opens_nothing()
    {
        SealedSlot first = Slot(new EpochBeganEvent(new byte[32]));
        SealedSlot second = Slot(new StartEvent("inside"));
        using SlotOpener opener = new(Log, _ben);
        opener.Take(GrantOf(_key));
        Assert.Equal(Refusal.GrantMismatch, opener.Open(first, out IReadOnlyList<SlotItem> items));
        Assert.Empty(items);
        Assert.Equal(Refusal.GrantMismatch, opener.Open(second, out _));
    }

    [Fact]
    public void A_granted_key_opens_nothing_before_the_epochs_first_slot_was_seen()
    {
        _ = Slot(new EpochBeganEvent(_key.Hash()));
        using SlotOpener opener = new(Log, _ben);
        opener.Take(GrantOf(_key));
        Assert.Equal(Refusal.GrantMismatch, opener.Open(Slot(new StartEvent("inside")), out _));
    }

    [Fact]
    public void A_grant_of_another_key_under_an_epochs_name_is_a_mismatch()
    {
        using EpochKey other = EpochKey.From(_key.Id, new byte[EpochKey.Size]);
        using SlotOpener opener = new(Log, _ben);
        Assert.Equal(1, opener.Take(GrantOf(other)));
        Assert.Equal(Refusal.GrantMismatch, opener.Open(Slot(new EpochBeganEvent(_key.Hash())), out _));
    }

    [Fact]
    public void The_gateways_own_word_on_an_epoch_replaces_a_grants()
    {
        using EpochKey other = EpochKey.From(_key.Id, new byte[EpochKey.Size]);
        using SlotOpener opener = new(Log, _anna);
        Assert.Equal(1, opener.Take(Grant.FromUntrusted(Grant.Create(Log, _key.Id, 1, [_anna.PublicKey], [other]))));
        Assert.Equal(EntryKind.Epoch, opener.TryTake(EpochEntry(_anna), out _));
        Assert.Equal(Refusal.None, opener.Open(Slot(new EpochBeganEvent(_key.Hash())), out _));
    }

    [Fact]
    public void What_is_no_entry_is_passed_over()
    {
        ReadOnlyMemory<byte>[] entries = [new byte[] { 1, 2, 3 }, ReadOnlyMemory<byte>.Empty, Entry.Create(EntryKind.Sealed, 1, new byte[] { 0 }).Bytes];
        Assert.Equal(0, SlotOpener.OpenAll(Log, entries, _anna).Slots);
    }

    private ReadOnlyMemory<byte> EpochEntry(AgreementKey member) => Entry.Create(EntryKind.Epoch, 1, Epoch.Create(Log, _key, 1, [member.PublicKey])).Bytes;

    private ReadOnlyMemory<byte> SlotEntry(GatewayEvent statement) => Entry.Create(EntryKind.Sealed, 1, Body(statement)).Bytes;

    private SealedSlot Slot(GatewayEvent statement) => SealedSlot.FromUntrusted(Body(statement));

    private byte[] Body(GatewayEvent statement)
    {
        _slot.Clear();
        Assert.True(_slot.TryAdd(statement, 0));
        return _sealer.Seal(_slot.Plaintext);
    }

    private Grant GrantOf(EpochKey key) => Grant.FromUntrusted(Grant.Create(Log, key.Id, 1, [_ben.PublicKey], [key]));
}
