namespace Sealway.Fleet.Tests.Judging;

using Sealway.Messages;

using Xunit;

public sealed class SealedVerdictTests : IDisposable
{
    private readonly SampleFleet _fleet = new();
    private readonly SigningKey _sensor;
    private readonly SampleLog _log;
    private readonly EpochKey _key = EpochKey.Generate();
    private readonly Sealer _sealer;

    public SealedVerdictTests()
    {
        _sensor = _fleet.Sensor();
        _log = new SampleLog(_fleet);
        _sealer = new Sealer(_fleet.Log, _key);
    }

    public void Dispose() => _sealer.Dispose();

    [Fact]
    public void Epochs_slots_and_grants_are_judged_by_their_structure()
    {
        Assert.True(Begin(_key).Verdict.IsValid);
        Assert.True(_log.Add(EntryKind.Sealed, Slot()).Verdict.IsValid);
        Assert.True(_log.Add(EntryKind.Grant, Grant.Create(_log.Log, _key.Id, 1, [], [_key])).Verdict.IsValid);
        Assert.Equal(LogForm.Sealed, _log.History.Form);

        Refused(Refusal.Malformed, _log.Add(EntryKind.Sealed, new byte[] { 0x80 }));
        Refused(Refusal.Malformed, _log.Add(EntryKind.Epoch, new byte[] { 0x80 }));
        Refused(Refusal.Malformed, _log.Add(EntryKind.Grant, new byte[] { 0x80 }));
    }

    [Fact]
    public void Steps_rise_and_none_is_used_twice()
    {
        Begin(_key);
        byte[] first = Slot();
        byte[] second = Slot();
        byte[] third = Slot();
        Assert.True(_log.Add(EntryKind.Sealed, first).Verdict.IsValid);
        Assert.True(_log.Add(EntryKind.Sealed, third).Verdict.IsValid);
        Refused(Refusal.StepRepeated, _log.Add(EntryKind.Sealed, third));
        Refused(Refusal.StepRepeated, _log.Add(EntryKind.Sealed, second));
        Refused(Refusal.StepRepeated, Begin(_key));
    }

    [Fact]
    public void A_slot_under_an_epoch_that_never_began_is_refused()
    {
        using EpochKey other = EpochKey.Generate();
        Begin(other);
        Refused(Refusal.UnknownEpoch, _log.Add(EntryKind.Sealed, Slot()));
    }

    [Fact]
    public void Who_joins_later_takes_the_epoch_as_it_comes()
    {
        Judged first = Judge.JudgeEntry(_log.Log, 50, Entry.Create(EntryKind.Sealed, 1, Slot()).Bytes, LogHistory.Joined, _fleet.View);
        Assert.True(first.Verdict.IsValid);
        LogHistory after = LogHistory.Joined.After(first);
        Refused(Refusal.StepRepeated, Judge.JudgeEntry(_log.Log, 51, first.Entry!.Bytes, after, _fleet.View));

        LogHistory blanked = _log.History.AfterBlank();
        Assert.True(Judge.JudgeEntry(_log.Log, 50, first.Entry!.Bytes, blanked, _fleet.View).Verdict.IsValid);
    }

    [Fact]
    public void Readings_in_clear_do_not_belong_in_a_sealed_log()
    {
        Begin(_key);
        Refused(Refusal.WrongKind, _log.Reading(_sensor, 1, 0));
    }

    [Fact]
    public void In_clear_a_sealed_log_tells_only_of_starts_and_losses()
    {
        Begin(_key);
        Assert.True(_log.Event(new StartEvent("sealway")).Verdict.IsValid);
        Assert.True(_log.Event(new LostEvent(1, 2, 3)).Verdict.IsValid);
        Refused(Refusal.WrongKind, _log.Challenge(1));
        Refused(Refusal.WrongKind, _log.InForce());
    }

    [Fact]
    public void Slots_do_not_belong_in_an_open_log()
    {
        _log.Reading(_sensor, 1, 0);
        Refused(Refusal.WrongKind, Begin(_key));
        Refused(Refusal.WrongKind, _log.Add(EntryKind.Sealed, Slot()));
        Refused(Refusal.WrongKind, _log.Add(EntryKind.Grant, Grant.Create(_log.Log, _key.Id, 1, [], [_key])));
    }

    [Fact]
    public void Labels_and_epoch_hashes_belong_in_slots()
    {
        Refused(Refusal.WrongKind, _log.Event(new LabelsEvent(new Dictionary<string, string> { ["a"] = "Kitchen" })));
        Refused(Refusal.WrongKind, _log.Event(new EpochBeganEvent(_key.Hash())));
    }

    [Fact]
    public void An_opened_slots_items_are_judged_like_entries_of_their_arrival()
    {
        SlotBuilder slot = new(1024);
        slot.TryAdd(new EpochBeganEvent(_key.Hash()), 9000);
        slot.TryAdd(new ChallengeEvent(SampleLog.Nonce(1)), 9000);
        slot.TryAdd(SampleLog.Sign(_sensor, 1, 0, nonce: SampleLog.Nonce(1)), 8000);
        slot.TryAdd(new Rollup(_sensor.PublicKey.Kid, "hr", 0, 1, 1, Number.From(1), Number.From(1), Number.From(1)), 0);
        slot.TryAdd(SampleLog.Sign(_sensor, 1, 0, nonce: SampleLog.Nonce(1)), 1000);
        slot.TryAdd(new GenerationEvent("not here"), 0);
        Begin(_key);
        Judged judged = _log.Add(EntryKind.Sealed, _sealer.Seal(slot.Plaintext));

        List<Judged> items = [];
        LogHistory history = _log.History;
        foreach (SlotItem item in SlotItem.ReadSlot(judged.Slot!.Open(_log.Log, _key)))
        {
            items.Add(Judge.JudgeItem(_log.Log, judged.At, item, history, _fleet.View));
            history = history.After(items[^1]);
        }

        Assert.Equal(
            [Refusal.None, Refusal.None, Refusal.None, Refusal.None, Refusal.NotRising, Refusal.WrongKind],
            items.Select(item => item.Verdict.Reason));
        Assert.Equal(Freshness.Fresh, items[2].Verdict.Freshness);
        Assert.Equal(judged.At - 8000, items[2].At);
        Assert.Equal(LogForm.Sealed, history.Form);
        Assert.All(items, item => Assert.True(item.IsItem));
    }

    [Fact]
    public void An_item_that_arrived_before_all_time_is_refused()
    {
        SlotBuilder slot = new(256);
        slot.TryAdd(SampleLog.Sign(_sensor, 1, 0), 11);
        SlotItem item = SlotItem.ReadSlot(slot.Plaintext.ToArray())[0];
        Refused(Refusal.NumberOutOfRange, Judge.JudgeItem(_log.Log, 10, item, _log.History, _fleet.View));
    }

    [Fact]
    public void An_epoch_states_how_much_of_the_registry_is_in_force()
    {
        SampleLog log = new(_fleet, stateInForce: false);
        log.Add(EntryKind.Epoch, Epoch.Create(log.Log, _key, 4, []));
        Assert.Equal(4ul, log.History.InForce);
    }

    [Fact]
    public void What_the_gateway_takes_it_goes_on_from_as_its_followers_do()
    {
        Reading reading = SampleLog.Sign(_sensor, 1, 0, nonce: SampleLog.Nonce(1));
        LogHistory gateway = _log.History.After(_log.At, new ChallengeEvent(SampleLog.Nonce(1)));
        Verdict taken = Judge.JudgeReading(_log.Log, _log.At, reading, gateway, _fleet.View);
        gateway = gateway.After(_log.At, reading, taken);

        _log.Challenge(1);
        Assert.Equal(taken, _log.Reading(reading).Verdict);
        Assert.Equal(_log.History.Sensors, gateway.Sensors);
        Assert.Equal(_log.History.Challenges, gateway.Challenges);
    }

    private static void Refused(Refusal reason, Judged judged) =>
        Assert.Equal((Validity.Refused, reason), (judged.Verdict.Validity, judged.Verdict.Reason));

    private Judged Begin(EpochKey key) => _log.Add(EntryKind.Epoch, Epoch.Create(_log.Log, key, _fleet.Registry.Size, []));

    private byte[] Slot() => _sealer.Seal(new SlotBuilder(256).Plaintext);
}
