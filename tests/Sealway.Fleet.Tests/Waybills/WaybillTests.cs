namespace Sealway.Fleet.Tests.Waybills;

using Sealway.Log;

public sealed class WaybillTests
{
    [Fact]
    public async Task A_waybill_shows_the_way_of_a_reading_from_the_pin_alone()
    {
        await using Ward ward = await Ward.Begin();
        await ward.Readings(5, null, 0, ward.Cloud.Signing, ward.Archive.Signing);
        await ward.Authority.StatusAsync();
        WaybillReport report = ward.Check(await ward.Waybill(3, 2));
        Assert.Equal((Ward.Log, 4ul), (report.Log, report.LogSize));
        Assert.Equal("ward-3", report.Writer.Name);
        Assert.Equal(["cloud", "archive"], report.Witnesses.Select(one => one.Party.Name));
        Assert.Equal((ward.Registry.Log, ward.Registry.Size), (report.Registry, report.RegistrySize));
        Assert.Equal("registrar", report.RegistryWriter.Name);
        Assert.Equal([2ul, 3ul], report.Entries.Select(entry => entry.Index));
        Assert.All(report.Entries, entry =>
        {
            Assert.Equal("sensor-1", entry.Signer!.Name);
            Assert.Equal("patient-7", entry.Assignment!.Subject);
            Assert.True(entry.Judged.Verdict.IsValid);
            Assert.True(entry.IsFinal);
            Assert.Equal(report.LogSeconds, entry.NotAfterSeconds);
        });
        Assert.Equal(ward.Clock.Milliseconds, report.RevocationsThrough);
        Assert.DoesNotContain(report.NotChecked, line => line.StartsWith("revocations", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_waybill_with_any_byte_changed_is_refused()
    {
        await using Ward ward = await Ward.Begin();
        await ward.Readings(3, null, 0, ward.Cloud.Signing, ward.Archive.Signing);
        byte[] file = (await ward.Waybill(2)).ToArray();
        WaybillJudge.Check(file, ward.Authority.Pin);
        Random random = new(7);
        for (int i = 0; i < file.Length; i++)
        {
            // One bit in most places, any change in some.
            int bits = i % 5 == 0 ? random.Next(1, 256) : 1 << random.Next(8);
            file[i] ^= (byte)bits;
            Assert.Throws<MessageException>(() => WaybillJudge.Check(file, ward.Authority.Pin));
            file[i] ^= (byte)bits;
        }
    }

    [Fact]
    public async Task A_waybill_cut_short_or_with_more_is_refused()
    {
        await using Ward ward = await Ward.Begin();
        await ward.Readings(2);
        byte[] file = (await ward.Waybill(1)).ToArray();
        for (int length = 0; length < file.Length; length += 7)
        {
            Assert.Throws<MessageException>(() => WaybillJudge.Check(file.AsMemory(0, length), ward.Authority.Pin));
        }

        Assert.Throws<MessageException>(() => WaybillJudge.Check((byte[])[.. file, 0], ward.Authority.Pin));
    }

    [Fact]
    public async Task A_waybill_tells_nothing_to_who_pins_another_authority()
    {
        await using Ward ward = await Ward.Begin();
        await ward.Readings(2);
        Waybill waybill = await ward.Waybill(1);
        using SigningKey other = SigningKey.Generate();
        Assert.Equal(Refusal.WrongSigner, Assert.Throws<MessageException>(() => WaybillJudge.Check(waybill.ToArray(), other.PublicKey)).Reason);
    }

    [Fact]
    public async Task A_waybill_holds_no_statement_that_is_not_needed_and_lacks_none()
    {
        await using Ward ward = await Ward.Begin();
        await ward.Readings(3, null, 0, ward.Cloud.Signing, ward.Archive.Signing);
        await ward.Authority.StatusAsync();
        Waybill waybill = await ward.Waybill(1, 2);

        // Authority, registrar, gateway, cloud, archive, sensor, assignment, status; not the other sensor, its patient or the first status.
        ulong[] indexes = [.. Enumerable.Range(0, waybill.Registry.Entries.Count).Select(waybill.Registry.IndexOf)];
        Assert.Equal([0ul, 1ul, 4ul, 5ul, 6ul, 7ul, 8ul, 10ul], indexes);
        foreach (ulong index in indexes)
        {
            Waybill lacking = await ward.Without(waybill, index);
            Assert.Throws<MessageException>(() => ward.Check(lacking));
        }
    }

    [Fact]
    public async Task A_revocation_that_the_status_lists_cannot_be_left_out()
    {
        await using Ward ward = await Ward.Begin();
        await ward.Readings(2, null, 0, ward.Archive.Signing);
        ward.Clock.Now += TimeSpan.FromHours(1);
        await ward.Authority.RevokeAsync(new Revocation(ward.Sensor.Kid, ward.Clock.Milliseconds, "lost"));
        Waybill waybill = await ward.Waybill(1);
        Assert.True(ward.Check(waybill).Entries[0].Judged.Verdict.IsValid);
        Waybill lacking = await ward.Without(waybill, ward.Registry.WithdrawalOf(ward.Sensor.Kid)!.Index);
        Assert.Equal(Refusal.Contradiction, Assert.Throws<MessageException>(() => ward.Check(lacking)).Reason);
    }

    [Fact]
    public async Task A_revoked_keys_readings_are_refused_or_doubtful_as_the_verdict_says()
    {
        await using Ward ward = await Ward.Begin();
        await ward.Readings(4, null, 0, ward.Archive.Signing);
        await ward.Authority.RevokeAsync(new Revocation(ward.Sensor.Kid, ward.Clock.Milliseconds - 1500, "lost", new LastThatCounts(new ReadingNumber(1, 2), null, null)));
        Assert.Equal(Validity.Valid, ward.Check(await ward.Waybill(2)).Entries[0].Judged.Verdict.Validity);
        Assert.Equal(Validity.Doubtful, ward.Check(await ward.Waybill(3)).Entries[0].Judged.Verdict.Validity);
        Waybill after = await ward.Waybill(4);
        Assert.Equal(Refusal.Revoked, Assert.Throws<MessageException>(() => ward.Check(after)).Reason);
    }

    [Fact]
    public async Task A_waybill_holds_across_rotated_keys()
    {
        await using Ward ward = await Ward.Begin();
        await ward.Readings(2, null, 0, ward.Archive.Signing);
        ward.Clock.Now += TimeSpan.FromHours(1);
        using SigningKey sensor = SigningKey.Generate();
        using SigningKey gateway = SigningKey.Generate();
        using SigningKey archive = SigningKey.Generate();
        await ward.Authority.RotateOwnAsync();
        await ward.Authority.RotateAsync(ward.Sensor.Signing, new Rotation(ward.Sensor.Kid, sensor.PublicKey, ward.Clock.Milliseconds));
        await ward.Authority.RotateAsync(ward.Gateway.Signing, new Rotation(ward.Gateway.Kid, gateway.PublicKey, ward.Clock.Milliseconds));
        await ward.Authority.RotateAsync(ward.Archive.Signing, new Rotation(ward.Archive.Kid, archive.PublicKey, ward.Clock.Milliseconds));
        WaybillReport old = ward.Check(await ward.Waybill(1));
        Assert.True(old.Entries[0].IsFinal);
        Assert.Equal(ward.Gateway.Kid, old.Writer.Kid);

        ward.Writer.Dispose();
        ward.Writer = ward.WriterWith(gateway);
        await ward.Readings(2, sensor, 0, archive);
        WaybillReport report = ward.Check(await ward.Waybill(3));
        Assert.Equal(gateway.PublicKey.Kid, report.Writer.Kid);
        Assert.Equal(sensor.PublicKey.Kid, report.Entries[0].Signer!.Kid);
        Assert.True(report.Entries[0].IsFinal);
        Assert.Equal("patient-7", report.Entries[0].Assignment!.Subject);
        Assert.Empty(ward.Registry.Anomalies);
    }

    [Fact]
    public async Task A_head_that_a_replaced_key_signed_afterwards_is_refused()
    {
        await using Ward ward = await Ward.Begin();
        using SigningKey next = SigningKey.Generate();
        await ward.Authority.RotateAsync(ward.Gateway.Signing, new Rotation(ward.Gateway.Kid, next.PublicKey, ward.Clock.Milliseconds));
        ward.Clock.Now += TimeSpan.FromHours(1);
        await ward.Readings(2);
        Waybill waybill = await ward.Waybill(1);
        Assert.Equal(Refusal.Revoked, Assert.Throws<MessageException>(() => ward.Check(waybill)).Reason);
    }

    [Fact]
    public async Task A_sensor_that_is_not_assigned_to_the_gateway_is_refused()
    {
        await using Ward ward = await Ward.Begin(assigned: false);
        await ward.Enrol(Role.Gateway, "ward-4");
        await ward.Assign("ward-4");
        await ward.Readings(2);
        Waybill waybill = await ward.Waybill(1);
        Assert.Equal(Refusal.NotAssigned, Assert.Throws<MessageException>(() => ward.Check(waybill)).Reason);
    }

    [Fact]
    public async Task A_reading_that_its_sensor_did_not_sign_is_refused()
    {
        await using Ward ward = await Ward.Begin();
        await ward.Readings(2);
        byte[] body = Reading.Sign(ward.Sensor.Signing, new ReadingNumber(9, 0), [new Measurement("hr", "beat/min", Number.From(70L))]).Bytes.ToArray();
        body[^50] ^= 1;
        await ward.Writer.AppendAsync([Entry.Create(EntryKind.Reading, ward.Clock.Milliseconds, body)]);
        Waybill waybill = await ward.Waybill(3);
        Assert.Equal(Refusal.BadSignature, Assert.Throws<MessageException>(() => ward.Check(waybill)).Reason);
    }

    [Fact]
    public async Task A_log_that_another_than_its_gateway_signed_is_refused()
    {
        await using Ward ward = await Ward.Begin();
        await ward.Enrol(Role.Gateway, "ward-4");
        ward.Writer.Dispose();
        ward.Writer = ward.WriterWith((await ward.Enrol(Role.Gateway, "ward-5")).Signing);
        await ward.Readings(2);
        Waybill waybill = await ward.Waybill(1);
        Assert.Equal(Refusal.WrongRole, Assert.Throws<MessageException>(() => ward.Check(waybill)).Reason);
    }

    [Fact]
    public async Task Every_countersignature_must_resolve()
    {
        await using Ward ward = await Ward.Begin();
        await ward.Readings(2, null, 0, ward.Archive.Signing);
        Waybill waybill = await ward.Waybill(1);
        Head head = (await ward.Store.HeadAt(Ward.Log, waybill.Log.Claims.Size, CancellationToken.None))!.Head;
        using SigningKey stranger = SigningKey.Generate();
        foreach ((ISigner signer, Refusal reason) in new (ISigner, Refusal)[] { (stranger, Refusal.UnknownKey), (ward.Sensor.Signing, Refusal.WrongRole), (ward.Archive.Signing, Refusal.WrongCount) })
        {
            Countersignature extra = Countersignature.Sign(signer, head, 1, 1, 0);
            Receipt receipt = Receipt.Create(head, [.. waybill.Log.Receipt.Countersignatures, extra], waybill.Log.Receipt.Proofs);
            Waybill with = waybill with { Log = Evidence.Create(receipt, waybill.Log.Entries) };
            Assert.Equal(reason, Assert.Throws<MessageException>(() => ward.Check(with)).Reason);
        }
    }

    [Fact]
    public async Task Without_the_archives_countersignature_a_reading_is_provisional()
    {
        await using Ward ward = await Ward.Begin();
        await ward.Readings(2, null, 0, ward.Cloud.Signing);
        WaybillReport report = ward.Check(await ward.Waybill(1));
        Assert.False(report.Entries[0].IsFinal);
        Assert.NotNull(report.Entries[0].NotAfterSeconds);
        Assert.Contains(report.NotChecked, line => line.Contains("final", StringComparison.Ordinal));
        await ward.Readings(1, null, 2);
        WaybillReport alone = ward.Check(await ward.Waybill(3));
        Assert.Null(alone.Entries[0].NotAfterSeconds);
        Assert.Contains(alone.NotChecked, line => line.Contains("no countersignature", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_revoked_archive_countersigned_before_counts_and_what_it_countersigned_after_does_not()
    {
        await using Ward ward = await Ward.Begin();
        await ward.Readings(2);
        await ward.Readings(1, null, 2, ward.Archive.Signing);
        ward.Clock.Now += TimeSpan.FromHours(1);
        await ward.Authority.RevokeAsync(new Revocation(ward.Archive.Kid, ward.Clock.Milliseconds, "sold"));
        await ward.Readings(1, null, 3, ward.Archive.Signing);
        WaybillReport before = ward.Check(await ward.Waybill(1));
        WaybillWitness told = Assert.Single(before.Witnesses);
        Assert.True(told.Counts, $"given at {told.Seconds}, withdrawn since {ward.Registry.WithdrawalOf(ward.Archive.Kid)}");
        Assert.Equal((4ul, true), (before.LogSize, before.Entries[0].IsFinal));
        WaybillReport after = ward.Check(await ward.Waybill(4));
        Assert.False(after.Entries[0].IsFinal);
        Assert.False(Assert.Single(after.Witnesses).Counts);
    }

    [Fact]
    public async Task An_archive_that_began_in_the_middle_makes_final_what_it_holds_and_nothing_before()
    {
        await using Ward ward = await Ward.Begin();
        await ward.Readings(3);
        Head head = (await ward.Store.LatestHead(Ward.Log, CancellationToken.None))!.Head;
        Countersignature from = Countersignature.Sign(ward.Archive.Signing, head, (ulong)ward.Clock.Now.ToUnixTimeSeconds(), ward.Registry.Size, 3);
        await ward.Store.PutHead(Ward.Log, new SignedHead(head, [from]), CancellationToken.None);
        Assert.False(ward.Check(await ward.Waybill(2)).Entries[0].IsFinal);
        Assert.True(ward.Check(await ward.Waybill(3)).Entries[0].IsFinal);
    }

    [Fact]
    public async Task The_head_that_the_archive_countersigned_is_preferred()
    {
        await using Ward ward = await Ward.Begin();
        await ward.Readings(2);
        await ward.Readings(1, null, 2, ward.Archive.Signing);
        WaybillReport report = ward.Check(await ward.Waybill(1));
        Assert.Equal(4ul, report.LogSize);
        Assert.True(report.Entries[0].IsFinal);
    }

    [Fact]
    public async Task A_status_older_than_the_head_is_said_to_be()
    {
        await using Ward ward = await Ward.Begin();
        await ward.Readings(2, null, 0, ward.Archive.Signing);
        WaybillReport report = ward.Check(await ward.Waybill(1));
        Assert.Contains(report.NotChecked, line => line.StartsWith("revocations published after", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_answer_to_a_challenge_is_fresh_where_the_challenge_is_shown()
    {
        await using Ward ward = await Ward.Begin();
        byte[] nonce = [1, 2, 3, 4, 5, 6, 7, 8];
        await ward.Readings(1);
        await ward.Writer.AppendAsync([Entry.Create(EntryKind.Event, ward.Clock.Milliseconds, new ChallengeEvent(nonce).ToArray())]);
        Reading reading = Reading.Sign(ward.Sensor.Signing, new ReadingNumber(1, 1), [new Measurement("hr", "beat/min", Number.From(70L))], nonce);
        await ward.Writer.AppendAsync([Entry.Create(EntryKind.Reading, ward.Clock.Milliseconds, reading.Bytes)]);
        Assert.Equal(Freshness.Fresh, ward.Check(await ward.Waybill(2, 3)).Entries[1].Judged.Verdict.Freshness);
        WaybillReport alone = ward.Check(await ward.Waybill(3));
        Assert.NotEqual(Freshness.Fresh, alone.Entries[0].Judged.Verdict.Freshness);
        Assert.Contains(alone.NotChecked, line => line.Contains("fresh", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_entry_with_a_time_after_it_was_countersigned_is_told_to_be_misdated()
    {
        await using Ward ward = await Ward.Begin();
        await ward.Readings(1, null, 0, ward.Archive.Signing);
        foreach ((ulong ahead, uint number) in new[] { (WaybillEntry.Tolerance, 1u), (WaybillEntry.Tolerance + 2000, 2u) })
        {
            Reading reading = Reading.Sign(ward.Sensor.Signing, new ReadingNumber(1, number), [new Measurement("hr", "beat/min", Number.From(70L))]);
            await ward.Writer.AppendAsync([Entry.Create(EntryKind.Reading, ward.Clock.Milliseconds + ahead, reading.Bytes)]);
        }

        Assert.Equal([0ul, 0ul], ward.Check(await ward.Waybill(1, 2)).Entries.Select(one => one.MisdatedMilliseconds));
        WaybillEntry off = ward.Check(await ward.Waybill(3)).Entries[0];
        Assert.True(off.Judged.Verdict.IsValid);
        Assert.InRange(off.MisdatedMilliseconds, WaybillEntry.Tolerance + 1, WaybillEntry.Tolerance + 3000);
    }

    [Fact]
    public async Task Whether_the_registry_was_in_force_already_is_said_to_be_unchecked_unless_the_entry_that_states_it_is_shown()
    {
        await using Ward ward = await Ward.Begin();
        await ward.Readings(1);
        await ward.Writer.AppendAsync([Entry.Create(EntryKind.Event, ward.Clock.Milliseconds, new InForceEvent(ward.Registry.Size).ToArray())]);
        await ward.Readings(1, null, 1);
        Assert.Contains(ward.Check(await ward.Waybill(3)).NotChecked, line => line.Contains("in force", StringComparison.Ordinal));
        Assert.Contains(ward.Check(await ward.Waybill(1, 2)).NotChecked, line => line.Contains("in force", StringComparison.Ordinal));
        Assert.DoesNotContain(ward.Check(await ward.Waybill(2, 3)).NotChecked, line => line.Contains("in force", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_countersignature_by_a_key_that_was_revoked_later_counts_and_is_told()
    {
        await using Ward ward = await Ward.Begin();
        await ward.Readings(2, null, 0, ward.Archive.Signing);
        ward.Clock.Now += TimeSpan.FromHours(1);
        await ward.Authority.RevokeAsync(new Revocation(ward.Archive.Kid, ward.Clock.Milliseconds, "stolen"));
        Waybill waybill = await ward.Waybill(2);
        Assert.Single(waybill.Log.Receipt.Countersignatures);

        WaybillReport report = ward.Check(waybill);
        Assert.True(report.Entries[0].IsFinal);
        Assert.Contains(report.NotChecked, line => line.Contains("revoked later", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_not_held_or_not_signed_makes_no_waybill()
    {
        await using Ward ward = await Ward.Begin();
        await ward.Readings(2);
        await Assert.ThrowsAsync<MessageException>(() => ward.Waybill(99));
        await Assert.ThrowsAsync<MessageException>(() => ward.Waybill());
        await ward.Store.Blank(Ward.Log, 1, 2, CancellationToken.None);
        Assert.Equal(Refusal.UnexpectedBlank, (await Assert.ThrowsAsync<MessageException>(() => ward.Waybill(1))).Reason);
    }
}
