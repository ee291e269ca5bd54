namespace Sealway.Archive.Tests.Roles;

using System.Text.Json;
using Sealway.Links;

public sealed class ArchiveRoleTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_reading_is_archived_judged_and_countersigned_at_the_cloud()
    {
        await using Ward ward = await Ward.MakeAsync("hr-1", "hr-2");
        await using TestCloud cloud = await TestCloud.StartAsync(ward);
        await using RunningArchive archive = await RunningArchive.StartAsync(ward.Options(cloud.Address), ward.Time);
        for (int i = 0; i < 5; i++)
        {
            await ward.Readings("hr-1", 70, 71, 72);
            await ward.Readings("hr-2", 80);
            await cloud.TakeAsync();
        }

        await cloud.FinalAsync();
        await archive.Until("archived", 20);
        Assert.Equal(22ul, archive.Count("entries"));
        Assert.Equal(22ul, archive.Count("logs.ward-3/0"));
        Assert.Equal(0ul, archive.Count("gaps"));
        Assert.Equal(0ul, archive.Count("readings.refused"));
        Assert.Equal(ward.Authority.Registry.Size, archive.Count("registrySize"));
        Assert.Equal(true, archive.Value("connected"));
        SignedHead head = (await cloud.LatestHead(ward.Log))!;
        Assert.Equal(22ul, head.Size);
        Assert.Equal([ward.Cloud.Kid, ward.Archive.Kid], head.Countersignatures.Select(one => one.Kid));
        head.Countersignatures[1].Verify(ward.Archive.Signing.PublicKey, head.Head);
        Assert.Equal(ward.Authority.Registry.Size, head.Countersignatures[1].RegistrySize);
        Assert.Equal(0ul, head.Countersignatures[1].From);
        await cloud.FinalAsync(ward.Archive.RegistryLog, ward.Authority.Registry.Size);
    }

    [Fact]
    public async Task What_came_while_it_was_stopped_is_fetched_after_and_nothing_is_judged_twice()
    {
        await using Ward ward = await Ward.MakeAsync("hr-1");
        await ward.Readings("hr-1", 70, 71);
        await using TestCloud cloud = await TestCloud.StartAsync(ward);
        await using (RunningArchive archive = await RunningArchive.StartAsync(ward.Options(cloud.Address), ward.Time))
        {
            await archive.Until("archived", 2);
        }

        ward.Skip("hr-1", 3);
        for (int i = 0; i < 300; i++)
        {
            await ward.Readings("hr-1", 70, 71, 72, 73, 74);
        }

        await cloud.TakeAsync();
        await using RunningArchive again = await RunningArchive.StartAsync(ward.Options(cloud.Address), ward.Time);
        await again.Until("archived", 1502);
        await cloud.FinalAsync();
        Assert.Equal(3ul, again.Count("gaps"));
        Assert.Equal(1504ul, again.Count("judged"));
        Assert.Equal(1502ul, again.Count("readings.valid"));
    }

    [Fact]
    public async Task A_place_that_was_lost_or_damaged_is_made_again_from_the_entries()
    {
        await using Ward ward = await Ward.MakeAsync("hr-1");
        await ward.Readings("hr-1", 70, 71, 72);
        await using TestCloud cloud = await TestCloud.StartAsync(ward);
        ArchiveOptions options = ward.Options(cloud.Address);
        string place = Path.Combine(options.DataFolder, "judged", "ward-3", "0");
        foreach (Action damage in new Action[] { () => { }, () => File.Delete(place), () => File.WriteAllBytes(place, [1, 2, 3]), () => Flip(place) })
        {
            if (File.Exists(place))
            {
                damage();
            }

            await using RunningArchive archive = await RunningArchive.StartAsync(options, ward.Time);
            await archive.Until("archived", 3);
            Assert.Equal(3ul, archive.Count("archived"));
        }
    }

    [Fact]
    public async Task The_cloud_may_go_and_come_back()
    {
        await using Ward ward = await Ward.MakeAsync("hr-1");
        TestCloud cloud = await TestCloud.StartAsync(ward);
        HostPort address = cloud.Address;
        await using RunningArchive archive = await RunningArchive.StartAsync(ward.Options(address), ward.Time);
        await ward.Readings("hr-1", 70);
        await cloud.TakeAsync();
        await archive.Until("archived", 1);
        await cloud.DisposeAsync();
        await ward.Readings("hr-1", 71);
        await using TestCloud back = await TestCloud.StartAsync(ward, address);
        await archive.Until("archived", 2);
        await back.FinalAsync();
    }

    [Fact]
    public async Task A_sensor_enrolled_later_is_pending_until_its_enrolment_comes()
    {
        await using Ward ward = await Ward.MakeAsync("hr-1");
        await using TestCloud cloud = await TestCloud.StartAsync(ward);
        cloud.Instead = message => message.Log == ward.Archive.RegistryLog && message is EntriesRequest { From: > 0 } request
            ? new Held(request.Log, 0, null, [])
            : null;
        await using RunningArchive archive = await RunningArchive.StartAsync(ward.Options(cloud.Address), ward.Time);
        await archive.Until("registrySize", 1);
        await ward.Sensor("hr-2");
        await ward.InForce();
        await ward.Readings("hr-2", 70, 71);
        await cloud.TakeAsync();
        await archive.Until("readings.pending", 2);
        Assert.Equal(0ul, archive.Count("archived"));
        cloud.Instead = null;
        await cloud.TakeAsync();
        await archive.Until("archived", 2);
        Assert.Equal(0ul, archive.Count("readings.pending"));
    }

    [Fact]
    public async Task A_revocation_makes_the_archive_judge_again_and_tell_the_figures_and_the_check_agrees()
    {
        await using Ward ward = await Ward.MakeAsync("hr-1", "hr-2");
        await ward.Readings("hr-1", 70, 71, 72, 73);
        await ward.Readings("hr-2", 80);
        await using TestCloud cloud = await TestCloud.StartAsync(ward);
        await using AlertReceiver alerts = await AlertReceiver.StartAsync();
        ArchiveOptions options = ward.Options(cloud.Address) with { AlertWebhook = alerts.Address };
        Kid lost = ward.Sensors["hr-1"].PublicKey.Kid;
        await using (RunningArchive archive = await RunningArchive.StartAsync(options, ward.Time))
        {
            await archive.Until("archived", 5);
            await ward.Authority.RevokeAsync(new Revocation(lost, 1, "lost", new LastThatCounts(new ReadingNumber(1, 2), null, null)), Ct);
            await cloud.TakeAsync();
            JsonElement told = await alerts.Next("reconsidered");
            Assert.Equal((lost.ToString(), "hr-1"), (told.GetProperty("sensor").GetString(), told.GetProperty("sensorName").GetString()));
            Assert.Contains("3 are doubtful now, 1 are refused now; withdrawn since 1970-01-01T00:00:00Z", told.GetProperty("text").GetString(), StringComparison.Ordinal);
            await archive.Until("reconsidered", 1);
            Assert.Equal((1ul, 3ul, 1ul), (archive.Count("readings.valid"), archive.Count("readings.doubtful"), archive.Count("readings.refused")));
            Assert.Equal(1ul, archive.Count("refusedBy.Revoked"));
        }

        ArchiveCheckReport report = await ArchiveCheck.RunAsync(options.DataFolder, ward.Archive.RegistryLog, ward.Archive.Authority, options.Rules, ct: Ct);
        Assert.Empty(report.Problems);
        Assert.Equal((0, 1ul), (report.Reconsidered, report.Readings));
    }

    [Fact]
    public async Task A_revocation_that_came_while_the_archive_was_stopped_is_found_by_the_check_and_judged_at_the_next_start()
    {
        await using Ward ward = await Ward.MakeAsync("hr-1");
        await ward.Readings("hr-1", 70, 71);
        await using TestCloud cloud = await TestCloud.StartAsync(ward);
        ArchiveOptions options = ward.Options(cloud.Address);
        string place = Path.Combine(options.DataFolder, "judged", "ward-3", "0");
        byte[] before;
        await using (RunningArchive archive = await RunningArchive.StartAsync(options, ward.Time))
        {
            await archive.Until("archived", 2);
        }

        before = await File.ReadAllBytesAsync(place, Ct);
        await ward.Authority.RevokeAsync(new Revocation(ward.Sensors["hr-1"].PublicKey.Kid, 1, "lost"), Ct);
        await cloud.TakeAsync();
        await using (RunningArchive archive = await RunningArchive.StartAsync(options, ward.Time))
        {
            await archive.Until("reconsidered", 1);
            Assert.Equal((0ul, 2ul), (archive.Count("readings.valid"), archive.Count("readings.refused")));
        }

        // As a crash would have left it, right after the registry came.
        await File.WriteAllBytesAsync(place, before, Ct);
        ArchiveCheckReport report = await ArchiveCheck.RunAsync(options.DataFolder, ward.Archive.RegistryLog, ward.Archive.Authority, options.Rules, ct: Ct);
        Assert.Empty(report.Problems);
        Assert.Equal(1, report.Reconsidered);
        await using RunningArchive again = await RunningArchive.StartAsync(options, ward.Time);
        await again.Until("reconsidered", 1);
        Assert.Equal((0ul, 2ul), (again.Count("readings.valid"), again.Count("readings.refused")));
    }

    [Fact]
    public async Task Misdated_entries_and_a_clock_that_goes_back_are_told_once_and_never_refused()
    {
        await using Ward ward = await Ward.MakeAsync("hr-1");
        await using TestCloud cloud = await TestCloud.StartAsync(ward);
        await using AlertReceiver alerts = await AlertReceiver.StartAsync();
        await using RunningArchive archive = await RunningArchive.StartAsync(ward.Options(cloud.Address) with { AlertWebhook = alerts.Address }, ward.Time);
        await ward.Readings("hr-1", 70);
        await cloud.TakeAsync();
        await archive.Until("archived", 1);
        Assert.Equal(0ul, archive.Count("misdated"));
        ulong now = (ulong)ward.Time.GetUtcNow().ToUnixTimeMilliseconds();

        // What the archive countersigned an hour after these say they were logged; then what it will not see for an hour.
        foreach (ulong at in new[] { now - 3_600_000, now - 3_599_000, now, now + 3_600_000 })
        {
            // An honest writer does not let its clock go back: this one is not.
            LogState state = (await ward.GatewayStore.State(ward.Log, Ct))!;
            LogEntry entry = LogEntry.Of(Entry.Create(EntryKind.Reading, at, ward.Reading("hr-1", 71).Bytes).Bytes);
            state.Frontier.Append(entry.Hash);
            Head head = Head.Sign(ward.Gateway.Signing, new HeadClaims(ward.Gateway.Kid, ward.Log, (now / 1000) + state.Size, state.Frontier.Size, 0), state.Frontier.Root());
            await ward.GatewayStore.Append(ward.Log, state.Size, [entry], new SignedHead(head), null, Ct);
        }

        await cloud.TakeAsync();
        await archive.Until("archived", 5);
        JsonElement past = await alerts.Next("misdated");
        Assert.Equal(3, past.GetProperty("index").GetInt32());
        Assert.Contains("before this archive's countersignature", past.GetProperty("text").GetString(), StringComparison.Ordinal);
        JsonElement ahead = await alerts.Next("misdated");
        Assert.Equal(6, ahead.GetProperty("index").GetInt32());
        Assert.Contains("ahead of this archive's clock", ahead.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(3, (await alerts.Next("clockWentBack")).GetProperty("index").GetInt32());
        Assert.Equal((3ul, 0ul, 5ul), (archive.Count("misdated"), archive.Count("readings.refused"), archive.Count("readings.valid")));
        Assert.True(archive.Count("clockWentBack") >= 2);
    }

    [Fact]
    public async Task A_registry_that_the_cloud_withholds_is_told_and_so_is_its_coming()
    {
        await using Ward ward = await Ward.MakeAsync("hr-1");
        await using TestCloud cloud = await TestCloud.StartAsync(ward);
        cloud.Instead = message => message.Log == ward.Archive.RegistryLog && message is EntriesRequest { From: > 0 } request
            ? new Held(request.Log, 0, null, [])
            : null;
        await using AlertReceiver alerts = await AlertReceiver.StartAsync();
        await using RunningArchive archive = await RunningArchive.StartAsync(ward.Options(cloud.Address) with { AlertWebhook = alerts.Address, RegistryWithheldAfter = TimeSpan.FromSeconds(1) }, ward.Time);
        await archive.Until("registrySize", 1);
        await ward.Sensor("hr-2");
        await ward.InForce();
        await ward.Readings("hr-2", 70);
        await cloud.TakeAsync();
        JsonElement told = await alerts.Next("registryWithheld");
        Assert.True(told.GetProperty("raised").GetBoolean());
        Assert.Contains($"states {ward.Authority.Registry.Size} entries in force", told.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal((1ul, 1ul), (archive.Count("registryWithheld"), archive.Count("readings.pending")));
        cloud.Instead = null;
        await cloud.TakeAsync();
        await archive.Until("archived", 1);
        Assert.False((await alerts.Next("registryWithheld")).GetProperty("raised").GetBoolean());
    }

    [Fact]
    public async Task A_new_generation_is_followed_and_a_cut_is_told()
    {
        await using Ward ward = await Ward.MakeAsync("hr-1");
        await ward.Readings("hr-1", 70);
        await ward.Readings("hr-1", 71, 72);
        await using TestCloud cloud = await TestCloud.StartAsync(ward);
        await using AlertReceiver alerts = await AlertReceiver.StartAsync();
        await using RunningArchive archive = await RunningArchive.StartAsync(ward.Options(cloud.Address) with { AlertWebhook = alerts.Address }, ward.Time);
        await archive.Until("archived", 3);
        LogId before = ward.Log;
        await ward.NextGeneration(from: 3);
        await ward.Readings("hr-1", 73);
        await cloud.TakeAsync();
        await cloud.FinalAsync();
        await archive.Until("cuts", 1);
        await archive.Until("archived", 4);
        Assert.Equal(3ul, archive.Count("logs.ward-3/1"));
        JsonElement generation = await alerts.Next("generation");
        Assert.Equal(ward.Log.ToString(), generation.GetProperty("log").GetString());
        Assert.Contains("a disk was lost", generation.GetProperty("text").GetString(), StringComparison.Ordinal);
        JsonElement cut = await alerts.Next("cut");
        Assert.Contains($"goes on from 3 entries of {before}, of which 5", cut.GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generation_after_generation_is_followed_and_judged_and_told_in_one_alert_a_minute()
    {
        const int Generations = 150;
        await using Ward ward = await Ward.MakeAsync("hr-1");
        await using TestCloud cloud = await TestCloud.StartAsync(ward);
        await using AlertReceiver alerts = await AlertReceiver.StartAsync();
        await using RunningArchive archive = await RunningArchive.StartAsync(ward.Options(cloud.Address) with { AlertWebhook = alerts.Address }, ward.Time);
        await archive.Until("logs.ward-3/0", 2);
        for (int i = 1; i < Generations; i++)
        {
            await ward.NextGeneration(from: 2);
        }

        // And on goes the log.
        await ward.Readings("hr-1", 71);
        await cloud.TakeAsync();
        await archive.Until($"logs.{ward.Log}", 3);
        await archive.Until("archived", 1);
        Assert.Equal(0ul, archive.Count("cuts"));
        Assert.Equal(1ul, archive.Count("readings.valid"));
        await alerts.Next("generation");

        // However slow the machine: one a minute, and not one a generation.
        Assert.InRange(archive.Count("alertsDelivered") + archive.Count("alertsWaiting"), 1ul, (ulong)Generations / 4);
    }

    [Fact]
    public async Task A_generation_that_the_writer_has_not_signed_is_not_believed()
    {
        await using Ward ward = await Ward.MakeAsync("hr-1");
        await ward.Readings("hr-1", 70, 71);
        await using TestCloud cloud = await TestCloud.StartAsync(ward);
        LogId later = ward.Log with { Generation = 7 };
        Head forged = Head.Sign(ward.Cloud.Signing, new HeadClaims(ward.Cloud.Kid, later, 1, 0, 0), Merkle.EmptyRoot);
        int asked = 0;
        cloud.Instead = message => message is EntriesRequest request && request.Log == ward.Log && asked++ < 8 ? new Held(later, 0, asked % 2 == 0 ? forged : null, []) : null;
        await using RunningArchive archive = await RunningArchive.StartAsync(ward.Options(cloud.Address), ward.Time);
        await archive.Until("archived", 2);
        Assert.Equal(4ul, archive.Count("logs.ward-3/0"));
    }

    [Fact]
    public async Task A_tail_that_the_cloud_withholds_is_told_when_the_next_generation_goes_on_from_it()
    {
        await using Ward ward = await Ward.MakeAsync("hr-1");
        await ward.Readings("hr-1", 70);
        await using TestCloud cloud = await TestCloud.StartAsync(ward);
        await using AlertReceiver alerts = await AlertReceiver.StartAsync();
        await using RunningArchive archive = await RunningArchive.StartAsync(ward.Options(cloud.Address) with { AlertWebhook = alerts.Address }, ward.Time);
        await archive.Until("archived", 1);
        LogId before = ward.Log;
        await ward.Readings("hr-1", 71);
        await ward.NextGeneration(from: 4);
        Held next = new(ward.Log, 2, (await ward.GatewayStore.LatestHead(ward.Log, Ct))!.Head, []);
        cloud.Instead = message => message is EntriesRequest request && request.Log == before ? next : null;
        await cloud.TakeAsync();
        JsonElement told = await alerts.Next("withheld");
        Assert.Contains($"from 4 entries of {before}, of which only 3", told.GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_forked_log_is_told_and_both_sides_are_kept()
    {
        await using Ward ward = await Ward.MakeAsync("hr-1");
        await ward.Readings("hr-1", 70, 71);
        await using TestCloud cloud = await TestCloud.StartAsync(ward);
        await using AlertReceiver alerts = await AlertReceiver.StartAsync();
        ArchiveOptions options = ward.Options(cloud.Address) with { AlertWebhook = alerts.Address };
        await using (RunningArchive archive = await RunningArchive.StartAsync(options, ward.Time))
        {
            await archive.Until("archived", 2);

            // The gateway's key signs another tree, and the cloud tells the archive of that one.
            LogEntry[] others = [.. (await ward.GatewayStore.Read(ward.Log, 0, 3, 100_000, Ct)), .. Sample.Leaves(3, 7)];
            Head head = Head.Sign(ward.Gateway.Signing, new HeadClaims(ward.Gateway.Kid, ward.Log, 2_000_000_000, 7, 0), Sample.Tree(others).Root());
            cloud.Instead = message => message is EntriesRequest request && request.Log == ward.Log
                ? new Append(ward.Log, request.From, [.. others.Skip((int)request.From).Select(entry => AppendEntry.Full(entry.Bytes))], head, [])
                : null;
            await cloud.TakeAsync();
            await archive.Until("forks", 1);
            Assert.Equal(4ul, archive.Count("entries"));
            JsonElement told = await alerts.Next("fork");
            Assert.Equal(ward.Log.ToString(), told.GetProperty("log").GetString());
            Assert.Equal(3, told.GetProperty("index").GetInt32());
        }

        await using TileLogStore store = TileLogStore.OpenToRead(Path.Combine(options.DataFolder, "logs"));
        ForkEvidence fork = Assert.Single(await store.Forks(ward.Log, Ct));
        Assert.Equal((7ul, 3ul), (fork.Other.Claims.Size, fork.Index));
    }

    [Fact]
    public async Task What_is_not_signed_by_the_gateway_is_not_taken()
    {
        await using Ward ward = await Ward.MakeAsync("hr-1");
        await ward.Readings("hr-1", 70, 71);
        await using TestCloud cloud = await TestCloud.StartAsync(ward);
        LogEntry[] forged = Sample.Leaves(0, 5);
        Head head = Head.Sign(ward.Cloud.Signing, new HeadClaims(ward.Cloud.Kid, ward.Log, 1, 5, 0), Sample.Tree(forged).Root());
        cloud.Instead = message => message is EntriesRequest request && request.Log == ward.Log
            ? new Append(ward.Log, 0, [.. forged.Select(entry => AppendEntry.Full(entry.Bytes))], head, [])
            : null;
        await using RunningArchive archive = await RunningArchive.StartAsync(ward.Options(cloud.Address), ward.Time);
        await archive.Until("notTaken", 1);
        Assert.Equal(0ul, archive.Count("entries"));
        cloud.Instead = null;
        await archive.Until("archived", 2);
    }

    [Fact]
    public async Task A_pruned_log_is_taken_only_where_that_is_allowed()
    {
        await using Ward ward = await Ward.MakeAsync("hr-1");
        await ward.Readings("hr-1", 70, 71, 72);
        await using TestCloud cloud = await TestCloud.StartAsync(ward);
        await cloud.BlankAsync(ward.Log, 0, 3);
        await using (RunningArchive strict = await RunningArchive.StartAsync(ward.Options(cloud.Address), ward.Time))
        {
            await strict.Until("notTaken", 1);
            Assert.Equal(0ul, strict.Count("entries"));
        }

        await using RunningArchive archive = await RunningArchive.StartAsync(ward.Options(cloud.Address) with { AcceptBlanks = true }, ward.Time);
        await cloud.FinalAsync();
        await archive.Until("judged", 5);
        SignedHead head = (await cloud.LatestHead(ward.Log))!;
        Assert.Equal(3ul, head.Countersignatures.Single(one => one.Kid == ward.Archive.Kid).From);
    }

    [Fact]
    public async Task A_log_that_falls_silent_is_told_and_so_is_its_return()
    {
        await using Ward ward = await Ward.MakeAsync("hr-1");
        await ward.Readings("hr-1", 70);
        await using TestCloud cloud = await TestCloud.StartAsync(ward);
        await using AlertReceiver alerts = await AlertReceiver.StartAsync();
        ArchiveOptions options = ward.Options(cloud.Address) with { AlertWebhook = alerts.Address, SilentAfter = TimeSpan.FromSeconds(2) };
        await using RunningArchive archive = await RunningArchive.StartAsync(options, ward.Time);
        JsonElement silent = await alerts.Next("logSilence");
        Assert.True(silent.GetProperty("raised").GetBoolean());
        Assert.Equal("ward-3", silent.GetProperty("log").GetString());
        await ward.Readings("hr-1", 71);
        await cloud.TakeAsync();
        JsonElement heard = await alerts.Next("logSilence");
        Assert.False(heard.GetProperty("raised").GetBoolean());
    }

    [Fact]
    public async Task Countersignatures_that_do_not_verify_are_left_out_counted_and_told()
    {
        await using Ward ward = await Ward.MakeAsync("hr-1");
        await ward.Readings("hr-1", 70);
        await using TestCloud cloud = await TestCloud.StartAsync(ward);
        Countersignature older = Assert.Single((await cloud.LatestHead(ward.Log))!.Countersignatures);
        await ward.Readings("hr-1", 71);
        await cloud.TakeAsync();
        cloud.Change = answer => answer is Append append && append.Log == ward.Log ? append with { Countersignatures = [older] } : answer;
        await using AlertReceiver alerts = await AlertReceiver.StartAsync();
        await using RunningArchive archive = await RunningArchive.StartAsync(ward.Options(cloud.Address) with { AlertWebhook = alerts.Address }, ward.Time);
        JsonElement told = await alerts.Next("notTaken");
        Assert.Contains("countersignatures", told.GetProperty("text").GetString(), StringComparison.Ordinal);
        await archive.Until("archived", 2);
        await archive.Until("forgedCountersignatures", 1);
        Assert.Equal(0ul, archive.Count("notTaken"));
    }

    [Fact]
    public async Task A_cloud_that_has_a_head_and_never_its_entries_is_told()
    {
        await using Ward ward = await Ward.MakeAsync("hr-1");
        await ward.Readings("hr-1", 70);
        await using TestCloud cloud = await TestCloud.StartAsync(ward);
        SignedHead head = (await cloud.LatestHead(ward.Log))!;
        cloud.Instead = request => request is EntriesRequest && request.Log == ward.Log ? new Held(ward.Log, head.Size, head.Head, []) : null;
        await using AlertReceiver alerts = await AlertReceiver.StartAsync();
        await using RunningArchive archive = await RunningArchive.StartAsync(ward.Options(cloud.Address) with { AlertWebhook = alerts.Address }, ward.Time);
        Assert.Equal("ward-3/0", (await alerts.Next("withheld")).GetProperty("log").GetString());
        cloud.Instead = null;
        await archive.Until("archived", 1);
    }

    [Fact]
    public async Task A_registry_that_stays_old_is_told_and_so_is_its_renewal()
    {
        await using Ward ward = await Ward.MakeAsync("hr-1");
        await using TestCloud cloud = await TestCloud.StartAsync(ward);
        await using AlertReceiver alerts = await AlertReceiver.StartAsync();
        ArchiveOptions options = ward.Options(cloud.Address) with { AlertWebhook = alerts.Address, RegistryStaleAfter = TimeSpan.FromSeconds(2) };
        await using RunningArchive archive = await RunningArchive.StartAsync(options, ward.Time);
        JsonElement stale = await alerts.Next("registry");
        Assert.True(stale.GetProperty("raised").GetBoolean());
        Assert.Contains("stale", stale.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(true, archive.Value("registryStale"));
        await ward.Authority.StatusAsync(Ct);
        await cloud.TakeAsync();
        JsonElement fresh = await alerts.Next("registry");
        Assert.False(fresh.GetProperty("raised").GetBoolean());
    }

    [Fact]
    public async Task Alarms_are_the_archives_own_and_a_gateway_that_states_others_is_told()
    {
        await using Ward ward = await Ward.MakeAsync("hr-1");
        await using TestCloud cloud = await TestCloud.StartAsync(ward);
        await using AlertReceiver alerts = await AlertReceiver.StartAsync();
        await using RunningArchive archive = await RunningArchive.StartAsync(ward.Options(cloud.Address) with { AlertWebhook = alerts.Address }, ward.Time);
        ulong now = (ulong)ward.Time.GetUtcNow().ToUnixTimeMilliseconds();

        // A heart that races for half a minute, of which the gateway says nothing; and an alarm that nothing bears out.
        await ward.Writer.AppendAsync(
            _ => [.. Enumerable.Range(0, 7).Select(i => Entry.Create(EntryKind.Reading, now + ((ulong)i * 5000), ward.Reading("hr-1", 150).Bytes)),
                Ward.Event(now + 30_000, new AlarmEvent(true, "temp-high", ward.Sensors["hr-1"].PublicKey.Kid, "temp", Number.From(40)))],
            null, Ct);
        await ward.Writer.AppendAsync(_ => [Entry.Create(EntryKind.Reading, now + 60_000, ward.Reading("hr-1", 150).Bytes)], null, Ct);
        await cloud.TakeAsync();
        JsonElement first = await alerts.Next("alarm");
        JsonElement second = await alerts.Next("alarm");
        Assert.Equal(["hr-high", "hr-very-high"], new[] { first, second }.Select(one => one.GetProperty("rule").GetString()));
        Assert.Equal("hr-1", first.GetProperty("sensorName").GetString());
        Assert.Equal("patient of hr-1", first.GetProperty("subject").GetString());
        Assert.Equal(150, first.GetProperty("value").GetDouble());
        Assert.Equal("medium", first.GetProperty("priority").GetString());
        await archive.Until("alarmsDiffer", 3);
        string?[] differ = [(await alerts.Next("alarmsDiffer")).GetProperty("rule").GetString(), (await alerts.Next("alarmsDiffer")).GetProperty("rule").GetString(), (await alerts.Next("alarmsDiffer")).GetProperty("rule").GetString()];
        Assert.Equal(["hr-high", "hr-very-high", "temp-high"], differ.Order());
        Assert.Equal(2ul, archive.Count("alarmsRaised"));
        Assert.Equal(2ul, archive.Count("alarmsActive"));
        OrderedDictionary<string, object>[] listed = (OrderedDictionary<string, object>[])archive.Value("alarms")!;
        Assert.Equal(["hr-high ward-3/0", "hr-very-high ward-3/0"], listed.Select(one => $"{one["rule"]} {one["log"]}").Order());
        Assert.All(listed, one => Assert.Equal((ward.Sensors["hr-1"].PublicKey.Kid.ToString(), "hr", true), (one["sensor"], one["metric"], one["raised"])));
    }

    [Fact]
    public async Task A_store_whose_disk_fails_is_tried_again_and_nothing_is_lost()
    {
        await using Ward ward = await Ward.MakeAsync("hr-1");
        await ward.Readings("hr-1", 70);
        await using TestCloud cloud = await TestCloud.StartAsync(ward);
        ArchiveOptions options = ward.Options(cloud.Address);

        // Where a log's folder should be, there is a file: nothing can be stored until an operator takes it away.
        string blocked = Path.Combine(options.DataFolder, "logs", "ward-3");
        Directory.CreateDirectory(Path.GetDirectoryName(blocked)!);
        await File.WriteAllTextAsync(blocked, "in the way", Ct);
        await using RunningArchive archive = await RunningArchive.StartAsync(options, ward.Time);
        await cloud.FinalAsync(ward.Archive.RegistryLog, ward.Authority.Registry.Size);
        Assert.Equal(0ul, archive.Count("entries"));
        File.Delete(blocked);
        await archive.Until("archived", 1);
        await cloud.FinalAsync();
    }

    [Fact]
    public async Task Options_that_cannot_be_are_named()
    {
        await using Ward ward = await Ward.MakeAsync();
        ArchiveOptions good = ward.Options(new HostPort("127.0.0.1", 1));
        ArchiveOptions[] wrong =
        [
            good with { Identity = ward.Cloud },
            good with { AlertWebhook = new Uri("http://elsewhere.example/alerts") },
            good with { AlertWebhook = new Uri("https://elsewhere.example/alerts"), AlertCommand = ["true"] },
            good with { AlertCommand = [] },
            good with { Poll = TimeSpan.FromMinutes(2) },
            good with { SilentAfter = TimeSpan.FromSeconds(1) },
            good with { Logs = ["Ward 3"] },
        ];
        foreach (ArchiveOptions options in wrong)
        {
            await Assert.ThrowsAsync<ArgumentException>(() => RunningArchive.StartAsync(options, ward.Time));
        }
    }

    private static void Flip(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
    }
}
