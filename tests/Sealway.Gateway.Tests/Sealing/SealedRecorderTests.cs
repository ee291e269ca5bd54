namespace Sealway.Gateway.Tests.Sealing;

using CsCheck;
using Sealway.Fleet;
using Sealway.Gateway.Tests.Home;
using Sealway.Log;
using Sealway.Messages;
using Xunit;

public sealed class SealedRecorderTests : IAsyncLifetime
{
    private const ulong Tick = 10_000;
    private const ulong Start = 1_772_366_400_000 + 3_000;

    private static readonly LogId Log = new(TestHome.GatewayName, 0);
    private static readonly SealingOptions Options = new() { SlotBytes = 1_024 };

    private readonly List<Entry> _entries = [];
    private readonly List<RecordedItem> _stored = [];
    private readonly List<Note> _notes = [];
    private TestHome _home = null!;
    private TestMember _anna = null!;
    private uint _sequence;

    public async ValueTask InitializeAsync()
    {
        _home = await TestHome.CreateAsync();
        _anna = await _home.MemberAsync();
    }

    public async ValueTask DisposeAsync() => await _home.DisposeAsync();

    [Fact]
    public void A_slot_comes_at_each_tick_whether_anything_was_measured_or_not()
    {
        using SealedRecorder recorder = Begin();
        Take(recorder, Start);
        recorder.Reading(Measured(21, Start + 100));
        Take(recorder, Start + (6 * Tick));

        ulong first = Start + Tick - (Start % Tick);
        Assert.Equal([first, first + Tick, first + (2 * Tick), first + (3 * Tick), first + (4 * Tick), first + (5 * Tick)], Slots().Select(entry => entry.At));
        Assert.Single(OpenedLog.Of(Log, _entries, _anna.Agreement).Readings);
    }

    [Fact]
    public void Every_sealed_entry_has_one_size()
    {
        using SealedRecorder recorder = Begin();
        ulong now = Start;
        for (int i = 0; i < 500; i++)
        {
            for (int j = 0; j < i % 12; j++)
            {
                recorder.Reading(Measured(15 + (i % 10) + (j * 0.25), now));
            }

            recorder.Event(new HeatingEvent(TestHome.Room, i % 2 == 0, Number.From(20)), now);
            now += Tick;
            Take(recorder, now);
        }

        Assert.Single(Slots().Select(entry => entry.Bytes.Length).Distinct());
        Assert.True(_entries.Count(entry => entry.Kind == EntryKind.Epoch) > 1);
        Assert.Single(_entries.Where(entry => entry.Kind == EntryKind.Epoch).Select(entry => entry.Bytes.Length).Distinct());
    }

    [Fact]
    public void A_reading_counts_as_stored_only_with_its_slot()
    {
        using SealedRecorder recorder = Begin();
        Take(recorder, Start);
        AcceptedReading reading = Measured(21, Start + 1);
        recorder.Reading(reading);
        Take(recorder, Start + 2);
        Assert.DoesNotContain(_stored, item => item.Reading is not null);

        Take(recorder, Start + Tick);
        Assert.Same(reading, Assert.Single(_stored, item => item.Reading is not null).Reading);
    }

    [Fact]
    public void What_does_not_fit_waits_in_order_and_nothing_is_lost()
    {
        using SealedRecorder recorder = Begin();
        ReadingNumber[] given = [.. Enumerable.Range(0, 60).Select(i =>
        {
            AcceptedReading reading = Measured(20 + (i * 0.5), Start + (ulong)i);
            recorder.Reading(reading);
            return reading.Reading.Number;
        })];
        Take(recorder, Start + Tick);
        Assert.NotEqual(60, OpenedLog.Of(Log, _entries, _anna.Agreement).Readings.Count);

        Take(recorder, Start + (20 * Tick));
        Assert.Equal(given, OpenedLog.Of(Log, _entries, _anna.Agreement).Readings.Select(reading => reading.Number));
        Assert.Equal(given, _stored.Select(item => item.Reading).OfType<AcceptedReading>().Select(reading => reading.Reading.Number));
    }

    [Fact]
    public void Only_starts_and_losses_are_in_clear()
    {
        using SealedRecorder recorder = Begin();
        recorder.Event(new StartEvent("test"), Start);
        recorder.Event(new ChallengeEvent(new byte[8]), Start);
        recorder.Event(new InForceEvent(_home.Authority.Current.Size), Start);
        recorder.Event(new LostEvent(1, 2, 3), Start);
        recorder.Event(new RefusedEvent(new Dictionary<Refusal, ulong> { [Refusal.UnknownKey] = 1 }), Start);
        Take(recorder, Start + Tick);

        Assert.Equal(
            [EventType.Start, EventType.Lost],
            _entries.Where(entry => entry.Kind == EntryKind.Event).Select(entry => GatewayEvent.FromUntrusted(entry.Body).Type));
        Assert.Equal(
            [EventType.EpochBegan, EventType.Challenge, EventType.InForce, EventType.Refused],
            OpenedLog.Of(Log, _entries, _anna.Agreement).Items.Select(item => item.Event!.Type));
    }

    [Fact]
    public void Entries_times_never_decrease()
    {
        using SealedRecorder recorder = Begin();
        Gen.Select(Gen.Int[0, 4], Gen.UInt[1, 25_000]).List[80].Sample(steps =>
        {
            ulong now = _entries.Count == 0 ? Start : _entries[^1].At + 1;
            foreach ((int what, uint by) in steps)
            {
                now += by;
                switch (what)
                {
                    case 0:
                        recorder.Event(new StartEvent("again"), now);
                        break;
                    case 1:
                        recorder.Reading(Measured(20, now));
                        break;
                    default:
                        Take(recorder, now);
                        break;
                }
            }

            Take(recorder, now + Tick);
            return _entries.Zip(_entries.Skip(1)).All(pair => pair.First.At <= pair.Second.At);
        }, iter: 5, threads: 1);
    }

    [Fact]
    public void Ticks_that_nobody_was_there_for_are_not_invented()
    {
        using SealedRecorder recorder = Begin();
        Take(recorder, Start + Tick);
        int before = Slots().Count;
        Take(recorder, Start + (1_000_000 * Tick));
        Assert.Equal(before + 1, Slots().Count);
    }

    [Fact]
    public void Each_start_begins_an_epoch_with_a_fresh_key_and_its_hash_in_the_first_slot()
    {
        using (SealedRecorder first = Begin())
        {
            Take(first, Start + Tick);
        }

        using SealedRecorder second = new(Options, _home.Authority);
        second.Begin(Log, Start + Tick + 1);
        Take(second, Start + (2 * Tick));

        Assert.Equal(2, _entries.Count(entry => entry.Kind == EntryKind.Epoch));
        IReadOnlyList<OpenedSlot> slots = OpenedLog.Of(Log, _entries, _anna.Agreement).Slots;
        Assert.Equal(2, slots.Select(slot => slot.Epoch).Distinct().Count());
        Assert.All(slots.Where(slot => slot.Step == 0), slot =>
            Assert.Equal(slot.KeyHash, Assert.IsType<EpochBeganEvent>(slot.Items[0].Event).KeyHash.ToArray()));
    }

    [Fact]
    public void The_epoch_says_which_registry_its_members_come_from()
    {
        using SealedRecorder recorder = Begin();
        Take(recorder, Start);
        Assert.Equal(_home.Authority.Current.Size, Epoch.FromUntrusted(Assert.Single(_entries).Body).RegistrySize);
    }

    [Fact]
    public void Labels_travel_sealed_in_an_epochs_early_slots()
    {
        Dictionary<string, string> labels = Enumerable.Range(0, 60).ToDictionary(i => $"r-{i:d4}", i => $"Room number {i}");
        using SealedRecorder recorder = Begin(Options with { Labels = () => labels });
        Take(recorder, Start + (5 * Tick));

        Dictionary<string, string> read = [];
        foreach ((string name, string label) in OpenedLog.Of(Log, _entries, _anna.Agreement).Events<LabelsEvent>().SelectMany(one => one.Labels))
        {
            read.Add(name, label);
        }

        Assert.Equal(labels, read);
    }

    [Fact]
    public async Task A_removed_member_opens_nothing_after_its_removal()
    {
        TestMember ben = await _home.MemberAsync();
        using SealedRecorder recorder = Begin();
        recorder.Reading(Measured(20, Start));
        Take(recorder, Start + Tick);
        Assert.Single(OpenedLog.Of(Log, _entries, ben.Agreement).Readings);

        // Measured before, and not sealed yet.
        recorder.Reading(Measured(21, Start + Tick + 1));
        await _home.Authority.RemoveAppAsync(ben.Kid, "moved out", null, TestContext.Current.CancellationToken);
        recorder.Event(new InForceEvent(_home.Authority.Current.Size), Start + Tick + 2);
        int before = _entries.Count;
        Take(recorder, Start + Tick + 2);
        Assert.Equal(EntryKind.Epoch, Assert.Single(_entries.Skip(before)).Kind);

        recorder.Reading(Measured(22, Start + Tick + 3));
        Take(recorder, Start + (3 * Tick));
        Assert.Single(OpenedLog.Of(Log, _entries, ben.Agreement).Readings);
        Assert.Equal(3, OpenedLog.Of(Log, _entries, _anna.Agreement).Readings.Count);
    }

    [Fact]
    public async Task A_newcomer_opens_nothing_of_what_was_before_it()
    {
        using SealedRecorder recorder = Begin();
        recorder.Reading(Measured(20, Start));
        Take(recorder, Start + Tick);
        recorder.Reading(Measured(21, Start + Tick + 1));
        TestMember cleo = await _home.MemberAsync();
        recorder.Event(new InForceEvent(_home.Authority.Current.Size), Start + Tick + 2);
        Take(recorder, Start + Tick + 2);
        recorder.Reading(Measured(22, Start + Tick + 3));
        Take(recorder, Start + (3 * Tick));

        OpenedLog opened = OpenedLog.Of(Log, _entries, cleo.Agreement);
        Assert.Equal(22, Assert.Single(opened.Readings).Measurements[0].Value.ToDouble());
        Assert.DoesNotContain(opened.Items, item => item.Rollup is not null);
        Assert.Equal(3, OpenedLog.Of(Log, _entries, _anna.Agreement).Readings.Count);
    }

    [Fact]
    public void Rollups_equal_what_the_readings_give_and_never_cross_an_epoch()
    {
        using SealedRecorder recorder = Begin(Options with { EpochLength = TimeSpan.FromMinutes(20) });
        ulong now = Start;
        for (int i = 0; i < 3 * 360; i++)
        {
            recorder.Reading(Measured(18 + (i % 37 / 8.0), now));
            now += Tick;
            Take(recorder, now);
        }

        OpenedLog opened = OpenedLog.Of(Log, _entries, _anna.Agreement);
        Assert.Equal(3 * 360, opened.Readings.Count);
        int compared = 0;
        EpochId last = opened.Slots[^1].Epoch;
        foreach (IGrouping<EpochId, OpenedSlot> epoch in opened.Slots.Where(slot => slot.Epoch != last).GroupBy(slot => slot.Epoch))
        {
            var readings = epoch
                .SelectMany(slot => slot.Items.Where(item => item.Reading is not null).Select(item => (At: slot.At - item.BeforeMilliseconds, Value: item.Reading!.Measurements[0].Value.ToDouble())))
                .GroupBy(one => one.At / Rollup.LongestMilliseconds)
                .ToDictionary(hour => hour.Key * Rollup.LongestMilliseconds, hour => hour.Select(one => one.Value).ToArray());
            Rollup[] rollups = [.. epoch.SelectMany(slot => slot.Items).Select(item => item.Rollup).OfType<Rollup>()];
            Assert.Equal(readings.Keys.Order(), rollups.Select(rollup => rollup.StartMilliseconds).Order());
            foreach (Rollup rollup in rollups)
            {
                double[] values = readings[rollup.StartMilliseconds];
                Assert.Equal(((ulong)values.Length, values.Min(), values.Max()), (rollup.Count, rollup.Min.ToDouble(), rollup.Max.ToDouble()));
                Assert.Equal(values.Sum() / values.Length, rollup.Mean.ToDouble(), 1e-9);
                Assert.Equal((_home.Sensor.Kid, "temp"), (rollup.Sensor, rollup.Metric));
                compared++;
            }
        }

        Assert.True(compared >= 8, $"{compared} rollups");
    }

    [Fact]
    public void A_note_is_stored_with_the_slot_that_carries_its_event()
    {
        using SealedRecorder recorder = Begin();
        recorder.Event(new CommandDoneEvent(new byte[32], Refusal.None), Start, new Note("recorder/x", [1]));
        Take(recorder, Start);
        Assert.Empty(_notes);
        Take(recorder, Start + Tick);
        Assert.Equal("recorder/x", Assert.Single(_notes).Name);
    }

    [Fact]
    public void A_full_memory_is_said_before_and_losses_are_stated()
    {
        using SealedRecorder recorder = Begin(Options with { MostWaitingBytes = 2_048 });
        Assert.False(recorder.IsFull);
        int given = 0;
        for (; !recorder.IsFull; given++)
        {
            recorder.Reading(Measured(20, Start));
        }

        for (; given < 40; given++)
        {
            recorder.Reading(Measured(20, Start));
        }

        Take(recorder, Start + (10 * Tick));
        LostEvent lost = Assert.Single(_entries.Where(entry => entry.Kind == EntryKind.Event).Select(entry => GatewayEvent.FromUntrusted(entry.Body)).OfType<LostEvent>());
        Assert.Equal(40UL, lost.Count + (ulong)OpenedLog.Of(Log, _entries, _anna.Agreement).Readings.Count);
    }

    [Fact]
    public void The_log_is_judged_sealed_and_whole()
    {
        using SealedRecorder recorder = Begin();
        recorder.Event(new StartEvent("test"), Start);
        for (ulong now = Start; now < Start + (400 * Tick); now += Tick)
        {
            Take(recorder, now);
        }

        LogHistory history = LogHistory.Beginning;
        Entry[] all = [Entry.Create(EntryKind.Event, Start, new GenerationEvent("first start").ToArray()), .. _entries];
        for (int i = 0; i < all.Length; i++)
        {
            Judged judged = Judge.JudgeEntry(Log, (ulong)i, all[i].Bytes, history, _home.Authority.Current);
            Assert.Equal(Refusal.None, judged.Verdict.Reason);
            Assert.False(judged.Verdict.ClockWentBack);
            history = history.After(judged);
        }

        Assert.Equal(LogForm.Sealed, history.Form);
    }

    private SealedRecorder Begin(SealingOptions? options = null)
    {
        SealedRecorder recorder = new(options ?? Options, _home.Authority);
        recorder.Begin(Log, Start);
        return recorder;
    }

    private void Take(SealedRecorder recorder, ulong now)
    {
        for (Batch batch = recorder.Take(now); !batch.IsEmpty; batch = recorder.Take(now))
        {
            _entries.AddRange(batch.Entries);
            _stored.AddRange(batch.Stored);
            _notes.AddRange(batch.Notes);
        }
    }

    private List<Entry> Slots() => [.. _entries.Where(entry => entry.Kind == EntryKind.Sealed)];

    private AcceptedReading Measured(double value, ulong at)
    {
        Reading reading = Reading.Sign(_home.Sensor.Signing, new ReadingNumber(1, _sequence++), [new Measurement("temp", "Cel", Number.From(value))]);
        return new AcceptedReading(reading, at, new Verdict(Validity.Valid, Freshness: Freshness.Fresh, Sensor: reading.Kid, Number: reading.Number), TestHome.Room);
    }
}
