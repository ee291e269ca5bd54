namespace Sealway.Archive.Tests.Roles;

using System.Text.Json;
using Sealway.Alarms;
using Sealway.Fleet;

/// <summary>An archive that begins to follow where a log stands now.</summary>
public sealed class FromNowTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_newcomer_from_now_holds_judges_countersigns_and_proves_what_comes_and_says_what_is_not_judged()
    {
        await using Ward ward = await BusyWard();
        await using TestCloud cloud = await TestCloud.StartAsync(ward);
        ArchiveOptions options = ward.Options(cloud.Address) with { FromNow = true };
        await using (RunningArchive archive = await RunningArchive.StartAsync(options, ward.Time))
        {
            await archive.Until("logs.ward-3/0", 302);
            Assert.Equal(302ul, archive.Count("notJudgedBefore.ward-3/0"));
            await ward.Readings("hr-1", 70, 71, 72);
            await cloud.TakeAsync();
            await archive.Until("archived", 3);
            await cloud.FinalAsync();
            Assert.Equal((3ul, 3ul), (archive.Count("entries"), archive.Count("judged")));
            SignedHead head = (await cloud.LatestHead(ward.Log))!;
            Assert.Equal((305ul, 302ul), (head.Size, head.Countersignatures.Single(one => one.Kid == ward.Archive.Kid).From));
        }

        await ward.Readings("hr-1", 73);
        await cloud.TakeAsync();
        await using (RunningArchive again = await RunningArchive.StartAsync(options, ward.Time))
        {
            await again.Until("archived", 4);
            await cloud.FinalAsync();
            Assert.Equal((4ul, 302ul, 0ul, 0ul), (again.Count("entries"), again.Count("notJudgedBefore.ward-3/0"), again.Count("gaps"), again.Count("notTaken")));
        }

        ArchiveCheckReport report = await ArchiveCheck.RunAsync(options.DataFolder, ward.Archive.RegistryLog, ward.Archive.Authority, options.Rules, ct: Ct);
        Assert.Empty(report.Problems);
        Assert.Equal((ward.Log, 302ul), Assert.Single(report.NotJudgedBefore));
        Assert.Equal(4ul, report.Readings);
        await using ArchiveProve prove = await ArchiveProve.OpenAsync(options.DataFolder, ward.Archive.RegistryLog, ward.Archive.Authority, Ct);
        Waybill proved = (await prove.ProveAsync(ward.Log, [303, 305], Ct))!;
        Assert.Equal([303ul, 305ul], proved.Log.Receipt.Proofs.Select(proof => proof.Index));
        Assert.Equal(303ul, Assert.Single(await prove.FindAsync(ward.Sensors["hr-1"].PublicKey.Kid, new ReadingNumber(1, 301), Ct)).Index);
        Assert.Equal(Refusal.UnexpectedBlank, (await Assert.ThrowsAsync<MessageException>(() => prove.ProveAsync(ward.Log, [10], Ct))).Reason);
    }

    [Fact]
    public async Task What_depends_on_entries_before_the_start_makes_no_noise()
    {
        await using Ward ward = await BusyWard();
        byte[] nonce = [1, 2, 3, 4, 5, 6, 7, 8];
        await ward.State(new ChallengeEvent(nonce));
        await ward.State(new AlarmEvent(true, AlarmRules.Ward.Rules[0].Name, ward.Sensors["hr-1"].PublicKey.Kid, null, null));
        await using TestCloud cloud = await TestCloud.StartAsync(ward);
        await using AlertReceiver alerts = await AlertReceiver.StartAsync();
        await using RunningArchive archive = await RunningArchive.StartAsync(ward.Options(cloud.Address) with { FromNow = true, AlertWebhook = alerts.Address }, ward.Time);
        await archive.Until("logs.ward-3/0", 304);
        await ward.Answer("hr-1", 70, nonce);
        await ward.State(new AlarmEvent(false, AlarmRules.Ward.Rules[0].Name, ward.Sensors["hr-1"].PublicKey.Kid, null, null));
        await ward.Readings("hr-2", 70, 71);
        await ward.Writer.AppendAsync(at => [Ward.Event(at.At + 30_000, new StartEvent("later"))], null, Ct);
        await cloud.TakeAsync();
        await archive.Until("judged", 5);
        Assert.Equal((3ul, 0ul, 0ul), (archive.Count("archived"), archive.Count("readings.stale"), archive.Count("readings.refused")));
        Assert.Equal((0ul, 0ul, 0ul), (archive.Count("gaps"), archive.Count("alarmsDiffer"), archive.Count("cuts")));
        Assert.Equal((0ul, 0ul), (archive.Count("alertsDelivered"), archive.Count("alertsWaiting")));
    }

    [Fact]
    public async Task A_made_up_start_is_not_taken_and_told_and_the_true_one_is_taken_after()
    {
        await using Ward ward = await BusyWard();
        await using TestCloud cloud = await TestCloud.StartAsync(ward);
        await using AlertReceiver alerts = await AlertReceiver.StartAsync();
        Start true_ = null!;
        Func<Start, Start> bend = start => start with { Frontier = [new byte[32], .. start.Frontier.Skip(1)] };
        cloud.Change = answer => answer is Start start ? bend(true_ = start) : answer;
        await using RunningArchive archive = await RunningArchive.StartAsync(ward.Options(cloud.Address) with { FromNow = true, AlertWebhook = alerts.Address }, ward.Time);
        Assert.Contains("RootMismatch", (await alerts.Next("notTaken")).GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(0ul, archive.Count("entries"));

        // A true frontier of another size.
        bend = start => start with { Frontier = [.. start.Frontier.SkipLast(1)] };
        Assert.Contains("WrongCount", (await alerts.Next("notTaken")).GetProperty("text").GetString(), StringComparison.Ordinal);

        // A head that the gateway never signed.
        bend = start => start with { Head = Head.FromUntrusted((byte[])[.. start.Head.Bytes.Span[..^1], (byte)(start.Head.Bytes.Span[^1] ^ 1)]) };
        Assert.Contains("BadSignature", (await alerts.Next("notTaken")).GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(ward.Folder.File("archive-data"), "logs", "ward-3")));

        bend = start => start;
        await archive.Until("logs.ward-3/0", 302);
        Assert.Equal(302ul, true_.Head.Claims.Size);
    }

    [Fact]
    public async Task Another_history_after_the_start_is_a_fork_with_evidence()
    {
        await using Ward ward = await BusyWard();
        await using TestCloud cloud = await TestCloud.StartAsync(ward);
        await using AlertReceiver alerts = await AlertReceiver.StartAsync();
        await using RunningArchive archive = await RunningArchive.StartAsync(ward.Options(cloud.Address) with { FromNow = true, AlertWebhook = alerts.Address }, ward.Time);
        await archive.Until("logs.ward-3/0", 302);
        Append own = (await Appends.NextAsync(ward.GatewayStore, ward.Log, 0, ulong.MaxValue, null, Ct))!;
        await ward.Readings("hr-1", 70);
        await cloud.TakeAsync();
        await archive.Until("logs.ward-3/0", 303);

        // The gateway's key signs two other entries after the same beginning.
        Frontier tree = new();
        foreach (AppendEntry entry in own.Entries)
        {
            tree.Append(Merkle.LeafHash(entry.Bytes.Span));
        }

        Entry[] others = [Ward.Event(1, new StartEvent("other")), Ward.Event(2, new StartEvent("history"))];
        foreach (Entry entry in others)
        {
            tree.Append(Merkle.LeafHash(entry.Bytes.Span));
        }

        Head head = Head.Sign(ward.Gateway.Signing, own.Head.Claims with { Size = tree.Size, Seconds = own.Head.Claims.Seconds + 60 }, tree.Root());
        cloud.Instead = message => message is EntriesRequest request && request.Log == ward.Log
            ? new Append(ward.Log, request.From, [.. others.Skip((int)(request.From - 302)).Select(entry => AppendEntry.Full(entry.Bytes))], head, [])
            : null;
        Assert.Equal(302, (await alerts.Next("fork")).GetProperty("index").GetInt32());
        Assert.Equal(1ul, archive.Count("forks"));
    }

    [Fact]
    public async Task A_start_with_an_old_head_is_taken_and_counts_as_silent_at_once()
    {
        await using Ward ward = await BusyWard();
        await using TestCloud cloud = await TestCloud.StartAsync(ward);
        await using AlertReceiver alerts = await AlertReceiver.StartAsync();
        cloud.Change = answer => answer is Start start
            ? start with { Head = Head.Sign(ward.Gateway.Signing, start.Head.Claims with { Seconds = start.Head.Claims.Seconds - 3600 }, start.Head.Root.Span), Countersignatures = [] }
            : answer;
        await using RunningArchive archive = await RunningArchive.StartAsync(ward.Options(cloud.Address) with { FromNow = true, AlertWebhook = alerts.Address }, ward.Time);
        JsonElement silent = await alerts.Next("logSilence");
        Assert.True(silent.GetProperty("raised").GetBoolean());
        await ward.Readings("hr-1", 70);
        await cloud.TakeAsync();
        Assert.False((await alerts.Next("logSilence")).GetProperty("raised").GetBoolean());
    }

    [Fact]
    public async Task A_log_that_has_not_begun_or_is_held_already_is_followed_as_ever()
    {
        await using Ward ward = await BusyWard();
        await using TestCloud cloud = await TestCloud.StartAsync(ward);
        cloud.Change = answer => answer is Start start ? new Held(start.Log, 0, null, []) : answer;
        ArchiveOptions options = ward.Options(cloud.Address) with { FromNow = true };
        await using (RunningArchive archive = await RunningArchive.StartAsync(options, ward.Time))
        {
            await archive.Until("archived", 300);
            Assert.Null(archive.Value("notJudgedBefore"));
        }

        cloud.Change = answer => answer is Start ? throw new InvalidOperationException("asked for the start of a log that is held") : answer;
        await ward.NextGeneration(302);
        await ward.Readings("hr-1", 70);
        await cloud.TakeAsync();
        await using RunningArchive again = await RunningArchive.StartAsync(options, ward.Time);
        await again.Until("archived", 301);
        Assert.Equal(0ul, again.Count("cuts"));
    }

    /// <summary>A ward whose log has 302 entries.</summary>
    private static async Task<Ward> BusyWard()
    {
        Ward ward = await Ward.MakeAsync("hr-1", "hr-2");
        for (int i = 0; i < 100; i++)
        {
            await ward.Readings("hr-1", 70, 71, 72);
        }

        return ward;
    }
}
