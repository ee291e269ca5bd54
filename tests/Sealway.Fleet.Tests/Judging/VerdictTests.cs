namespace Sealway.Fleet.Tests.Judging;

using Sealway.Messages;

using Xunit;

public sealed class VerdictTests
{
    private readonly SampleFleet _fleet = new();
    private readonly SigningKey _sensor;
    private readonly SampleLog _log;

    public VerdictTests()
    {
        _sensor = _fleet.Sensor();
        _log = new SampleLog(_fleet);
    }

    [Fact]
    public void A_reading_of_an_assigned_sensor_is_valid()
    {
        Verdict verdict = _log.Reading(_sensor, 1, 0).Verdict;

        Assert.Equal(new Verdict(Validity.Valid, Refusal.None, Freshness.Unproven, _sensor.PublicKey.Kid, new ReadingNumber(1, 0), new Gap(0, FirstSeen: true, BootChanged: false)), verdict);
        Assert.True(verdict.IsValid);
    }

    [Fact]
    public void A_verdict_that_nobody_gave_refuses() => Assert.False(default(Verdict).IsValid);

    [Fact]
    public void Bytes_that_are_no_entry_are_refused()
    {
        byte[] entry = [.. Entry.Create(EntryKind.Event, 1, new byte[3]).Bytes.Span, 0];
        Refused(Refusal.TrailingBytes, _log.Add(entry));
        Refused(Refusal.Malformed, _log.Add(new byte[] { 0xff }));
        Refused(Refusal.UnexpectedBlank, _log.Add(ReadOnlyMemory<byte>.Empty));
        Refused(Refusal.TooLong, _log.Add(new byte[Limits.EntryBytes + 1]));
    }

    [Fact]
    public void A_reading_with_trailing_bytes_is_refused()
    {
        byte[] body = [.. SampleLog.Sign(_sensor, 1, 0).Bytes.Span, 0];
        Refused(Refusal.TrailingBytes, _log.Add(EntryKind.Reading, body));
    }

    [Fact]
    public void A_reading_with_a_changed_signature_is_refused()
    {
        byte[] body = SampleLog.Sign(_sensor, 1, 0).Bytes.ToArray();
        body[^60] ^= 1;
        Refused(Refusal.BadSignature, _log.Add(EntryKind.Reading, body));
    }

    [Fact]
    public void A_reading_with_a_high_signature_is_refused()
    {
        byte[] body = SampleLog.Sign(_sensor, 1, 0).Bytes.ToArray();
        body.AsSpan(body.Length - 32).Fill(0xff);
        Refused(Refusal.HighSignature, _log.Add(EntryKind.Reading, body));
    }

    [Fact]
    public void A_reading_whose_content_was_changed_is_refused()
    {
        Reading reading = SampleLog.Sign(_sensor, 1, 0, value: 80);
        byte[] body = reading.Bytes.ToArray();
        ReadOnlySpan<byte> payload = reading.Signed.Payload.Span;
        body[body.AsSpan().IndexOf(payload) + payload.Length - 1] = 81;
        Refused(Refusal.BadSignature, _log.Add(EntryKind.Reading, body));
    }

    [Fact]
    public void A_stranger_is_refused_where_the_registry_in_force_is_known()
    {
        using SigningKey stranger = SigningKey.Generate();
        Refused(Refusal.UnknownKey, _log.Reading(stranger, 1, 0));
    }

    [Fact]
    public void A_key_is_pending_while_the_gateway_acts_on_more_of_the_registry_than_is_known()
    {
        RegistryView earlier = _fleet.View;
        SigningKey late = _fleet.Sensor();
        _log.InForce();
        _log.View = earlier;

        Verdict verdict = _log.Reading(late, 1, 0).Verdict;
        Assert.Equal((Validity.Pending, Refusal.UnknownKey), (verdict.Validity, verdict.Reason));

        _log.View = _fleet.Registry.View(earlier.Size + 1);
        verdict = _log.Reading(late, 1, 0).Verdict;
        Assert.Equal((Validity.Pending, Refusal.NotAssigned), (verdict.Validity, verdict.Reason));

        _log.View = null;
        Assert.True(_log.Reading(late, 1, 0).Verdict.IsValid);
    }

    [Fact]
    public void A_key_that_was_enrolled_after_what_is_in_force_stays_refused()
    {
        SigningKey late = _fleet.Sensor();
        Refused(Refusal.UnknownKey, _log.Reading(late, 1, 0));
        _log.InForce();
        Assert.True(_log.Reading(late, 1, 0).Verdict.IsValid);
    }

    [Fact]
    public void A_log_that_never_states_what_is_in_force_is_judged_by_the_registry_as_it_is()
    {
        SampleLog silent = new(_fleet, stateInForce: false);
        using SigningKey stranger = SigningKey.Generate();

        Assert.True(silent.Reading(_sensor, 1, 0).Verdict.IsValid);
        Assert.Equal(Validity.Pending, silent.Reading(stranger, 1, 0).Verdict.Validity);
    }

    [Fact]
    public void Readings_signed_by_anything_but_a_sensor_are_refused() => Refused(Refusal.WrongRole, _log.Reading(_fleet.Gateway, 1, 0));

    [Fact]
    public void A_sensor_that_is_not_assigned_is_refused()
    {
        SigningKey unassigned = _fleet.Enrol(Role.Sensor);
        _log.InForce();
        Refused(Refusal.NotAssigned, _log.Reading(unassigned, 1, 0));
    }

    [Fact]
    public void A_sensor_of_another_gateway_is_refused()
    {
        SigningKey elsewhere = _fleet.Sensor("ward-2");
        _log.InForce();
        Refused(Refusal.NotAssigned, _log.Reading(elsewhere, 1, 0));
    }

    [Fact]
    public void What_was_valid_stays_valid_when_the_sensor_moves_on()
    {
        _log.Reading(_sensor, 1, 0);
        _fleet.Assign(_sensor, "ward-2");
        Assert.True(_log.Reading(_sensor, 1, 1).Verdict.IsValid);

        _log.InForce();
        Refused(Refusal.NotAssigned, _log.Reading(_sensor, 1, 2));
    }

    [Fact]
    public void While_a_sensor_changes_hands_both_gateways_may_log_it()
    {
        _fleet.Assign(_sensor, "ward-2", since: _log.At + 1000);
        _log.InForce();
        Assert.True(_log.Reading(_sensor, 1, 0).Verdict.IsValid);
        Assert.True(Judge.JudgeReading(new LogId("ward-2", 0), _log.At, SampleLog.Sign(_sensor, 1, 1), _log.History, _fleet.View).IsValid);

        _log.At += 1000;
        Refused(Refusal.NotAssigned, _log.Reading(_sensor, 1, 1));
    }

    [Fact]
    public void A_repeated_reading_is_harmless_and_refused()
    {
        Reading reading = SampleLog.Sign(_sensor, 1, 5);
        _log.Reading(reading);
        LogHistory before = _log.History;

        Refused(Refusal.NotRising, _log.Reading(reading));
        Refused(Refusal.NotRising, _log.Reading(_sensor, 1, 4));
        Refused(Refusal.NotRising, _log.Reading(_sensor, 0, 9));
        Assert.Same(before, _log.History);
    }

    [Fact]
    public void The_same_reading_signed_again_is_the_same_reading()
    {
        _log.Reading(SampleLog.Sign(_sensor, 1, 5));
        Refused(Refusal.NotRising, _log.Reading(SampleLog.Sign(_sensor, 1, 5)));
    }

    [Fact]
    public void Other_content_under_a_used_number_is_evidence_of_a_cloned_key()
    {
        _log.Reading(_sensor, 1, 5, value: 80);
        Refused(Refusal.Cloned, _log.Reading(_sensor, 1, 5, value: 81));
    }

    [Fact]
    public void Other_content_that_is_not_signed_is_no_evidence()
    {
        _log.Reading(_sensor, 1, 5, value: 80);
        byte[] body = SampleLog.Sign(_sensor, 1, 5, value: 81).Bytes.ToArray();
        body[^60] ^= 1;
        Refused(Refusal.BadSignature, _log.Add(EntryKind.Reading, body));
    }

    [Fact]
    public void Numbers_that_are_missing_are_counted_within_a_boot()
    {
        Assert.Equal(new Gap(0, FirstSeen: true, BootChanged: false), _log.Reading(_sensor, 1, 7).Verdict.Gap);
        Assert.Equal(default, _log.Reading(_sensor, 1, 8).Verdict.Gap);
        Assert.Equal(new Gap(3, FirstSeen: false, BootChanged: false), _log.Reading(_sensor, 1, 12).Verdict.Gap);
        Assert.Equal(new Gap(0, FirstSeen: false, BootChanged: true), _log.Reading(_sensor, 2, 0).Verdict.Gap);
        Assert.Equal(new Gap(2, FirstSeen: false, BootChanged: true), _log.Reading(_sensor, 9, 2).Verdict.Gap);
        Assert.Equal(new Gap(uint.MaxValue - 3, FirstSeen: false, BootChanged: false), _log.Reading(_sensor, 9, uint.MaxValue).Verdict.Gap);
    }

    [Fact]
    public void What_is_numbered_after_the_last_that_counts_is_refused()
    {
        _fleet.RevokeAfter(_sensor, _log.At + 10_000, 1, 5);
        Assert.True(_log.Reading(_sensor, 1, 5).Verdict.IsValid);
        Refused(Refusal.Revoked, _log.Reading(_sensor, 1, 6));
        Refused(Refusal.Revoked, _log.Reading(_sensor, 2, 0));
    }

    [Fact]
    public void What_is_numbered_before_a_withdrawal_and_first_seen_after_it_is_doubtful()
    {
        _log.Reading(_sensor, 1, 1);
        _fleet.RevokeAfter(_sensor, _log.At + 10_000, 1, 5);
        Assert.True(_log.Reading(_sensor, 1, 2).Verdict.IsValid);

        _log.InForce();
        Verdict byOrder = _log.Reading(_sensor, 1, 3).Verdict;
        Assert.Equal((Validity.Doubtful, Refusal.Revoked), (byOrder.Validity, byOrder.Reason));
        Refused(Refusal.NotRising, _log.Reading(_sensor, 1, 3));
    }

    [Fact]
    public void A_gateway_that_lags_behind_does_not_make_a_withdrawn_keys_old_numbers_whole()
    {
        _fleet.RevokeAfter(_sensor, _log.At + 10_000, 1, 5);
        _log.At += 10_000;
        Assert.Equal(Validity.Doubtful, _log.Reading(_sensor, 1, 3).Verdict.Validity);
    }

    [Fact]
    public void Without_a_last_number_the_time_decides()
    {
        _fleet.Revoke(_sensor, _log.At + 10_000);
        _log.InForce();
        Assert.True(_log.Reading(_sensor, 1, 3).Verdict.IsValid);
        _log.At += 10_000;
        Refused(Refusal.Revoked, _log.Reading(_sensor, 1, 4));
    }

    [Fact]
    public void A_key_that_was_replaced_counts_as_withdrawn_and_the_new_one_takes_its_place()
    {
        SigningKey next = _fleet.Rotate(_sensor, _log.At);
        Refused(Refusal.UnknownKey, _log.Reading(next, 0, 0));
        _log.InForce();
        Refused(Refusal.Revoked, _log.Reading(_sensor, 1, 3));
        Assert.True(_log.Reading(next, 0, 0).Verdict.IsValid);
    }

    [Fact]
    public void Beyond_a_withdrawn_gateways_last_size_everything_is_refused()
    {
        _fleet.Revoke(_fleet.Gateway, _log.At, new LastThatCounts(null, (0, 3), null));
        Assert.True(_log.Reading(_sensor, 1, 0).Verdict.IsValid);
        Refused(Refusal.Revoked, _log.Reading(_sensor, 1, 1));
        Refused(Refusal.Revoked, _log.Challenge(1));
        Refused(Refusal.Revoked, Judge.JudgeEntry(_log.Log.Next, 0, _log.Entries[0], LogHistory.Beginning, _fleet.View));
    }

    [Fact]
    public void Without_a_last_size_a_withdrawn_gateways_time_decides()
    {
        _fleet.Revoke(_fleet.Gateway, _log.At + 1);
        Assert.True(_log.Reading(_sensor, 1, 0).Verdict.IsValid);
        _log.At++;
        Refused(Refusal.Revoked, _log.Reading(_sensor, 1, 1));
    }

    [Fact]
    public void A_gateway_whose_key_was_replaced_goes_on()
    {
        _fleet.Rotate(_fleet.Gateway, _log.At);
        _log.InForce();
        Assert.True(_log.Reading(_sensor, 1, 0).Verdict.IsValid);
    }

    [Fact]
    public void A_log_begins_with_the_statement_of_its_generation()
    {
        GatewayEvent first = new GenerationEvent("first");
        PreviousGeneration previous = new(_fleet.Log, 7, new byte[32]);
        GatewayEvent second = new GenerationEvent("disk lost", previous);

        Assert.True(First(_fleet.Log, EntryKind.Event, first).IsValid);
        Assert.True(First(_fleet.Log.Next, EntryKind.Event, second).IsValid);
        Assert.Equal(Refusal.NoGeneration, First(_fleet.Log, EntryKind.Event, new StartEvent("sealway")).Reason);
        Assert.Equal(Refusal.NoGeneration, First(_fleet.Log, EntryKind.Reading, first).Reason);
        Assert.Equal(Refusal.NoGeneration, First(_fleet.Log.Next, EntryKind.Event, first).Reason);
        Assert.Equal(Refusal.NoGeneration, First(_fleet.Log, EntryKind.Event, second).Reason);
        Assert.Equal(Refusal.NoGeneration, First(new LogId("ward-2", 1), EntryKind.Event, second).Reason);

        Verdict First(LogId log, EntryKind kind, GatewayEvent statement) =>
            Judge.JudgeEntry(log, 0, Entry.Create(kind, 1, statement.ToArray()).Bytes, LogHistory.Beginning, _fleet.View).Verdict;
    }

    [Fact]
    public void A_generation_is_stated_only_once() => Refused(Refusal.WrongKind, _log.Event(new GenerationEvent("again")));

    [Theory]
    [InlineData(EntryKind.Enrol)]
    [InlineData(EntryKind.Assign)]
    [InlineData(EntryKind.Revoke)]
    [InlineData(EntryKind.Status)]
    [InlineData(EntryKind.Rotate)]
    [InlineData(EntryKind.Erase)]
    [InlineData((EntryKind)5)]
    [InlineData((EntryKind)255)]
    public void Entries_of_the_registry_and_of_unknown_kinds_do_not_belong(EntryKind kind) => Refused(Refusal.WrongKind, _log.Add(kind, new byte[4]));

    [Fact]
    public void An_event_that_is_not_exactly_one_is_refused()
    {
        Refused(Refusal.Malformed, _log.Add(EntryKind.Event, new byte[] { 0x80 }));
        Refused(Refusal.TrailingBytes, _log.Add(EntryKind.Event, (byte[])[.. new StartEvent("x").ToArray(), 0]));
    }

    [Fact]
    public void A_gateway_does_not_go_back_in_the_registry()
    {
        ulong size = _fleet.Registry.Size;
        Assert.True(_log.InForce(size).Verdict.IsValid);
        Refused(Refusal.Contradiction, _log.InForce(size - 1));
        Assert.Equal(size, _log.History.InForce);
    }

    [Fact]
    public void A_clock_that_goes_back_is_shown_and_nothing_is_refused_for_it()
    {
        _log.At += 1000;
        Assert.False(_log.Reading(_sensor, 1, 0).Verdict.ClockWentBack);
        _log.At -= 1;
        Verdict verdict = _log.Reading(_sensor, 1, 1).Verdict;
        Assert.True(verdict.IsValid && verdict.ClockWentBack);
    }

    private static void Refused(Refusal reason, Judged judged) =>
        Assert.Equal((Validity.Refused, reason), (judged.Verdict.Validity, judged.Verdict.Reason));
}
