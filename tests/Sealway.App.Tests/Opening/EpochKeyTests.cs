namespace Sealway.App.Tests.Opening;

using Sealway.App.Tests.Homes;
using Sealway.Fleet;
using Sealway.Messages;
using Xunit;

public sealed class EpochKeyTests : IAsyncLifetime
{
    private readonly List<SlotOpener> _openers = [];
    private Household _home = null!;
    private Identity _anna = null!;
    private Identity _ben = null!;
    private SampleSensor _sensor = null!;
    private SealedPen _pen = null!;

    private static CancellationToken Soon => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _home = await Household.FoundAsync(Soon);
        _anna = await _home.EnrolAsync(Role.App, "app-anna", Soon);
        _ben = await _home.EnrolAsync(Role.App, "app-ben", Soon);
        _sensor = await _home.SensorAsync("s-01", "r-01", Soon);
        _pen = new SealedPen(_home.Log, 1_800_000_000_000);
    }

    public async ValueTask DisposeAsync()
    {
        _openers.ForEach(opener => opener.Dispose());
        _pen.Dispose();
        await _home.DisposeAsync();
    }

    [Fact]
    public void Each_member_opens_what_is_for_it()
    {
        Entry[] log = [_pen.Generation(), Epoch(_anna, _ben), _pen.Slot(_sensor.Read(20.5), _sensor.Read(21)), _pen.Slot()];
        foreach (Identity member in new[] { _anna, _ben })
        {
            SlotOpening opened = SlotOpener.OpenAll(_home.Log, log.Select(entry => entry.Bytes), member.Agreement!);
            Assert.Equal((1, 2, 2), (opened.Epochs, opened.Slots, opened.Readings));
            Assert.IsType<EpochBeganEvent>(opened.Items[0].Event);
        }
    }

    [Fact]
    public void A_removed_member_opens_nothing_of_the_new_epoch()
    {
        Entry[] before = [_pen.Generation(), Epoch(_anna, _ben), _pen.Slot(_sensor.Read(20))];
        Entry epoch = Epoch(_anna);
        Entry slot = _pen.Slot(_sensor.Read(21));
        SlotOpener ben = Opener(_ben);
        Assert.Equal(EntryKind.Sealed, Feed(ben, before)[2]);
        Assert.Equal(Refusal.NotForUs, ben.Take(Messages.Epoch.FromUntrusted(epoch.Body)));
        Assert.Equal(Refusal.UnknownEpoch, ben.Open(SealedSlot.FromUntrusted(slot.Body), out IReadOnlyList<SlotItem> items));
        Assert.Empty(items);
    }

    [Fact]
    public void An_altered_slot_does_not_open()
    {
        Entry[] log = [_pen.Generation(), Epoch(_anna), _pen.Slot(_sensor.Read(20))];
        byte[] altered = _pen.Slot(_sensor.Read(21)).Body.ToArray();
        altered[^100] ^= 1;
        SlotOpener anna = Opener(_anna);
        Feed(anna, log);
        Assert.Equal(Refusal.SealBroken, anna.Open(SealedSlot.FromUntrusted(altered), out _));
        Assert.Null(anna.TryTake(new byte[] { 0x80 }, out _));
    }

    [Fact]
    public void A_grant_opens_what_was_before_the_newcomer_and_is_closed_to_everybody_else()
    {
        Entry[] before = [_pen.Generation(), Epoch(_anna), _pen.Slot(_sensor.Read(20)), _pen.Slot(_sensor.Read(21))];
        EpochKey first = _pen.Key;
        SlotOpener anna = Opener(_anna);
        Feed(anna, before);
        Entry grant = GrantTo(_ben, [.. anna.Keys([first.Id])]);
        SlotOpener ben = Opener(_ben);
        Assert.Equal(EntryKind.Grant, ben.TryTake(grant.Bytes, out _));
        Assert.Equal([null, null, EntryKind.Sealed, EntryKind.Sealed], Feed(ben, before));
        Assert.Null(Opener(_anna).TryTake(grant.Bytes, out _));
    }

    [Fact]
    public void A_forged_grant_opens_nothing_and_displaces_no_key()
    {
        Entry[] before = [_pen.Generation(), Epoch(_anna), _pen.Slot(_sensor.Read(20)), _pen.Slot(_sensor.Read(21))];
        using EpochKey forged = EpochKey.From(_pen.Key.Id, new byte[EpochKey.Size]);
        SlotOpener ben = Opener(_ben);
        ben.TryTake(GrantTo(_ben, forged).Bytes, out _);
        Assert.All(Feed(ben, before), Assert.Null);
        SlotOpener anna = Opener(_anna);
        Feed(anna, before[..2]);
        Assert.Null(anna.TryTake(GrantTo(_anna, forged).Bytes, out _));
        Assert.Equal(EntryKind.Sealed, anna.TryTake(before[2].Bytes, out _));
    }

    [Fact]
    public void A_forged_grant_keeps_no_true_one_out()
    {
        Entry[] before = [_pen.Generation(), Epoch(_anna), _pen.Slot(_sensor.Read(20))];
        EpochKey truth = _pen.Key;
        using EpochKey forged = EpochKey.From(truth.Id, new byte[EpochKey.Size]);
        SlotOpener ben = Opener(_ben);
        ben.TryTake(GrantTo(_ben, forged).Bytes, out _);
        ben.TryTake(GrantTo(_ben, truth).Bytes, out _);
        Assert.Equal(EntryKind.Sealed, Feed(ben, before)[2]);
    }

    [Fact]
    public void A_granted_key_counts_only_if_the_epochs_first_slot_says_so()
    {
        Entry generation = _pen.Generation();
        Entry epoch = Epoch(_anna);
        _pen.Slot(_sensor.Read(20));
        Entry second = _pen.Slot(_sensor.Read(21));
        SlotOpener ben = Opener(_ben);
        ben.TryTake(GrantTo(_ben, _pen.Key).Bytes, out _);
        Feed(ben, [generation, epoch]);
        Assert.Equal(Refusal.GrantMismatch, ben.Open(SealedSlot.FromUntrusted(second.Body), out _));
    }

    private Entry Epoch(params Identity[] members) => _pen.Epoch(_home.Registry.Size, members.Select(member => member.Agreement!));

    private Entry GrantTo(Identity member, params EpochKey[] keys) =>
        _pen.Grant(Grant.Create(_home.Log, _pen.Key.Id, _home.Registry.Size, [member.Agreement!.PublicKey], keys));

    private SlotOpener Opener(Identity member)
    {
        SlotOpener opener = new(_home.Log, member.Agreement!);
        _openers.Add(opener);
        return opener;
    }

    private static EntryKind?[] Feed(SlotOpener opener, IEnumerable<Entry> log) => [.. log.Select(entry => opener.TryTake(entry.Bytes, out _))];
}
