namespace Sealway.Alarms.Tests;

using Sealway.Fleet;
using Sealway.Fleet.Tests.Judging;
using Sealway.Messages;

using Xunit;

public sealed class LogAlarmsTests
{
    private static readonly AlarmRules Rules = new("test", [Bedside.Above(120, 0), Bedside.Silence(60)]);

    private readonly SampleFleet _fleet = new();
    private readonly SigningKey _sensor;
    private readonly SampleLog _log;

    public LogAlarmsTests()
    {
        _sensor = _fleet.Sensor();
        _log = new SampleLog(_fleet);
    }

    [Fact]
    public void A_log_gives_verdicts_and_alarms_together()
    {
        _log.Reading(_sensor, 1, 0, value: 80);
        _log.Reading(_sensor, 1, 1, value: 130);
        _log.Reading(_sensor, 1, 1, value: 80);
        _log.At += 60_000;
        _log.Challenge(1);
        LogAlarms alarms = new(_log.Log, Rules);

        Assert.Equal(["", "", "", "+high", "", "+silence"], Follow(alarms, 0, _fleet.View));
        Assert.Equal(["high", "silence"], alarms.Raised.Select(raised => raised.Rule.Name));
        Assert.Equal((ulong)_log.Entries.Count, alarms.Place.Next);
        Assert.Equal(_log.History.ToBytes(), alarms.Place.History.ToBytes());
    }

    [Fact]
    public void A_reading_released_later_clears_nothing()
    {
        _log.Challenge(1);
        _log.Reading(_sensor, 1, 0, value: 80, answer: 1);
        Reading jammed = SampleLog.Sign(_sensor, 1, 1, 80);
        _log.At += 151_000;
        _log.Challenge(2);
        _log.Reading(jammed);
        _log.Reading(_sensor, 1, 2, value: 130, answer: 2);
        Assert.Equal(["", "", "", "", "+silence", "", "-silence +high"], Follow(new LogAlarms(_log.Log, Rules), 0, _fleet.View));
    }

    [Fact]
    public void Entries_come_in_order()
    {
        LogAlarms alarms = new(_log.Log, Rules);
        Assert.Throws<ArgumentException>(() => alarms.Feed(1, _log.Entries[1], _fleet.View));
    }

    [Fact]
    public void A_blank_is_passed_over()
    {
        _log.Reading(_sensor, 1, 0, value: 130);
        LogAlarms alarms = new(_log.Log, Rules);
        alarms.Feed(0, _log.Entries[0], _fleet.View);
        LogStep blank = alarms.Feed(1, ReadOnlyMemory<byte>.Empty, _fleet.View);
        Assert.Null(blank.Judged);
        Assert.True(alarms.Feed(2, _log.Entries[2], _fleet.View).Judged!.Verdict.IsValid);
        Assert.False(alarms.Place.History.IsWhole);
    }

    [Fact]
    public void What_was_pending_is_fed_again_when_the_registry_has_moved()
    {
        RegistryView earlier = _fleet.View;
        SigningKey late = _fleet.Sensor();
        _log.InForce();
        _log.Reading(_sensor, 1, 0, value: 80);
        _log.Reading(late, 1, 0, value: 130);
        _log.Reading(_sensor, 1, 1, value: 130);
        _log.Reading(late, 1, 1, value: 130);

        LogAlarms alarms = new(_log.Log, Rules);
        Assert.Equal(["", "", "", "", "", "+high", ""], Follow(alarms, 0, earlier));
        Assert.Equal(4ul, alarms.PendingFrom);

        alarms = LogAlarms.FromBytes(_log.Log, Rules, alarms.ToBytes());
        Assert.Equal(4ul, alarms.PendingFrom);
        Assert.Equal(4ul, alarms.Rewind());
        Assert.Equal(["+high", "+high", ""], Follow(alarms, 4, _fleet.View));
        Assert.Null(alarms.PendingFrom);

        LogAlarms straight = new(_log.Log, Rules);
        Follow(straight, 0, _fleet.View);
        Assert.Equal(straight.ToBytes(), alarms.ToBytes());
    }

    [Fact]
    public void Following_is_resumed_anywhere_from_its_bytes()
    {
        for (uint i = 0; i < 20; i++)
        {
            _log.At += 20_000;
            if (i % 6 == 0)
            {
                _log.Challenge((byte)i);
            }

            _log.Reading(_sensor, 1, i, value: i % 5 == 0 ? 130 : 80, answer: i % 6 == 1 ? (byte)(i - 1) : null);
        }

        LogAlarms whole = new(_log.Log, Rules);
        List<string> told = Follow(whole, 0, _fleet.View);
        Assert.Contains("-high", told);
        for (int split = 0; split <= _log.Entries.Count; split++)
        {
            LogAlarms first = new(_log.Log, Rules);
            List<string> retold = [];
            for (int i = 0; i < split; i++)
            {
                retold.Add(Words(first.Feed((ulong)i, _log.Entries[i], _fleet.View)));
            }

            LogAlarms second = LogAlarms.FromBytes(_log.Log, Rules, first.ToBytes());
            retold.AddRange(Follow(second, split, _fleet.View));
            Assert.Equal(told, retold);
            Assert.Equal(whole.ToBytes(), second.ToBytes());
        }
    }

    [Fact]
    public void Bytes_that_were_cut_or_lengthened_are_refused()
    {
        _log.Reading(_sensor, 1, 0, value: 130);
        LogAlarms alarms = new(_log.Log, Rules);
        Follow(alarms, 0, _fleet.View);
        byte[] bytes = alarms.ToBytes();
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<MessageException>(() => LogAlarms.FromBytes(_log.Log, Rules, bytes.AsSpan(0, length)));
        }

        Assert.Throws<MessageException>(() => LogAlarms.FromBytes(_log.Log, Rules, [.. bytes, 0]));
    }

    [Fact]
    public void With_new_rules_the_verdicts_go_on()
    {
        _log.Reading(_sensor, 1, 0, value: 130);
        LogAlarms alarms = new(_log.Log, Rules);
        Follow(alarms, 0, _fleet.View);
        LogAlarms again = LogAlarms.FromBytes(_log.Log, AlarmRules.Ward, alarms.ToBytes());
        Assert.Equal(alarms.Place.History.ToBytes(), again.Place.History.ToBytes());
        Assert.Empty(again.Raised);
    }

    [Fact]
    public void A_sensor_that_moves_to_another_gateway_is_not_called_silent()
    {
        _log.Reading(_sensor, 1, 0, value: 130);
        _fleet.Assign(_sensor, "ward-2");
        _log.InForce();
        _log.At += 120_000;
        _log.Challenge(1);
        Assert.Equal(["", "", "+high", "-high", ""], Follow(new LogAlarms(_log.Log, Rules), 0, _fleet.View));
    }

    [Fact]
    public void A_withdrawn_sensor_is_not_called_silent()
    {
        _log.Reading(_sensor, 1, 0, value: 80);
        _fleet.RevokeAfter(_sensor, _log.At, 1, 0);
        _log.InForce();
        _log.At += 120_000;
        _log.Challenge(1);
        Assert.Equal(["", "", "", "", ""], Follow(new LogAlarms(_log.Log, Rules), 0, _fleet.View));
    }

    [Fact]
    public void After_a_start_nobody_is_called_silent_at_once()
    {
        _log.Reading(_sensor, 1, 0, value: 80);
        _log.At += 3_600_000;
        _log.Event(new StartEvent("sealway"));
        _log.At += 59_999;
        _log.Challenge(1);
        _log.At += 1;
        _log.Challenge(2);
        Assert.Equal(["", "", "", "", "", "+silence"], Follow(new LogAlarms(_log.Log, Rules), 0, _fleet.View));
    }

    [Fact]
    public void A_member_that_opens_the_slots_gets_the_gateways_alarms()
    {
        using EpochKey key = EpochKey.Generate();
        using Sealer sealer = new(_log.Log, key);
        _log.Add(EntryKind.Epoch, Epoch.Create(_log.Log, key, _fleet.Registry.Size, []));
        LogAlarms member = new(_log.Log, Rules);
        LogAlarms gateway = new(_log.Log, Rules);
        Follow(member, 0, _fleet.View);
        Follow(gateway, 0, _fleet.View);

        List<string> local = [];
        List<string> remote = [];
        for (uint slot = 0; slot < 4; slot++)
        {
            SlotBuilder builder = new(512);
            _log.At += 10_000;
            for (uint i = 0; i < 2; i++)
            {
                Reading reading = SampleLog.Sign(_sensor, 1, (2 * slot) + i, value: slot == 1 ? 130 : 80);
                ulong before = 5000 - (i * 1000);
                ulong arrival = _log.At - before;
                Verdict verdict = Judge.JudgeReading(_log.Log, arrival, reading, gateway.Place.History, _fleet.View);
                local.Add(Words(gateway.Feed(Judged.Of(arrival, reading, verdict), _fleet.View)));
                builder.TryAdd(reading, before);
            }

            Judged judged = _log.Add(EntryKind.Sealed, sealer.Seal(builder.Plaintext));
            member.Feed(member.Place.Next, judged.Entry!.Bytes, _fleet.View);
            remote.AddRange(member.FeedSlot(judged.At, SlotItem.ReadSlot(judged.Slot!.Open(_log.Log, key)), _fleet.View).Select(Words));
        }

        Assert.Equal(["", "", "+high", "", "-high", "", "", ""], local);
        Assert.Equal(local, remote);
        Assert.Equal(gateway.Place.History.Sensors, member.Place.History.Sensors);
        Assert.Equal("+silence", Words(Assert.Single(member.FeedSlot(_log.At + 60_000, [], _fleet.View))));
    }

    private static string Words(LogStep step) => string.Join(' ', step.Changes.Select(change => $"{(change.Raised ? '+' : '-')}{change.Rule.Name}"));

    private List<string> Follow(LogAlarms alarms, int from, RegistryView registry)
    {
        List<string> told = [];
        for (int i = from; i < _log.Entries.Count; i++)
        {
            told.Add(Words(alarms.Feed((ulong)i, _log.Entries[i], registry)));
        }

        return told;
    }
}
