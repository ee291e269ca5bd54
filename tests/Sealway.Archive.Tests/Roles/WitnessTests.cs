namespace Sealway.Archive.Tests.Roles;

using System.Text.Json;
using Sealway.Alarms;
using Sealway.Fleet;

public sealed class WitnessTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_later_generation_logs_again_is_archived_once_and_nothing_is_missing()
    {
        await using Ward ward = await Ward.MakeAsync("hr-1");
        await using TestCloud cloud = await TestCloud.StartAsync(ward);
        ArchiveOptions options = ward.Options(cloud.Address);
        Reading[] readings = [.. Enumerable.Range(0, 8).Select(i => ward.Reading("hr-1", 70 + i))];
        await using (RunningArchive archive = await RunningArchive.StartAsync(options, ward.Time))
        {
            await LogAsync(ward, readings[..5]);
            await cloud.TakeAsync();
            await archive.Until("archived", 5);
            await ward.NextGeneration(7);
            await LogAsync(ward, readings[3..]);
            await cloud.TakeAsync();
            await archive.Until("judged", 14);
            Assert.Equal((8ul, 2ul, 0ul, 0ul), (archive.Count("archived"), archive.Count("witnessedAgain"), archive.Count("gaps"), archive.Count("cloned")));
        }

        ArchiveCheckReport report = await CheckAsync(ward, options);
        Assert.Empty(report.Problems);
        Assert.Equal((2ul, 0ul, 0ul), (report.WitnessedAgain, report.Missing, report.Cloned));
        await using RunningArchive again = await RunningArchive.StartAsync(options, ward.Time);
        await again.Until("judged", 14);
        Assert.Equal((8ul, 2ul, 0ul), (again.Count("archived"), again.Count("witnessedAgain"), again.Count("gaps")));
    }

    [Fact]
    public async Task Two_contents_under_one_number_in_two_logs_are_alarmed_kept_and_proved()
    {
        await using Ward ward = await Ward.MakeAsync("hr-1");
        await using TestCloud cloud = await TestCloud.StartAsync(ward);
        await using AlertReceiver alerts = await AlertReceiver.StartAsync();
        ArchiveOptions options = ward.Options(cloud.Address) with { AlertWebhook = alerts.Address };
        string sensor = ward.Sensors["hr-1"].PublicKey.Kid.ToString();
        await using (RunningArchive archive = await RunningArchive.StartAsync(options, ward.Time))
        {
            await ward.Readings("hr-1", 70, 71, 72, 73);
            await cloud.TakeAsync();
            await archive.Until("archived", 4);
            await ward.NextGeneration(6);
            await LogAsync(ward, Clone(ward, 2), Clone(ward, 3));
            await cloud.TakeAsync();
            await archive.Until("cloned", 2);
            JsonElement alert = await alerts.Next("cloned");
            Assert.Equal((sensor, "ward-3/1", 2), (alert.GetProperty("sensor").GetString(), alert.GetProperty("log").GetString(), alert.GetProperty("index").GetInt32()));
            Assert.Contains("under number 1.2 in entry 2 of ward-3/1 than in entry 4 of ward-3/0", alert.GetProperty("text").GetString(), StringComparison.Ordinal);
            Assert.Equal((6ul, 0ul), (archive.Count("archived"), archive.Count("witnessedAgain")));
            await cloud.FinalAsync();
        }

        ArchiveCheckReport report = await CheckAsync(ward, options);
        Assert.Empty(report.Problems);
        Assert.Equal((2ul, 0ul), (report.Cloned, report.WitnessedAgain));

        // The two waybills: both readings are the sensor's.
        await using (ArchiveProve prove = await ArchiveProve.OpenAsync(options.DataFolder, ward.Archive.RegistryLog, ward.Archive.Authority, Ct))
        {
            foreach ((LogId log, ulong index) in new[] { (new LogId("ward-3", 0), 4ul), (new LogId("ward-3", 1), 2ul) })
            {
                WaybillReport checkedBill = WaybillJudge.Check((await prove.ProveAsync(log, [index], Ct))!.ToArray(), ward.Archive.Authority);
                Assert.Equal(Validity.Valid, Assert.Single(checkedBill.Entries).Judged.Verdict.Validity);
            }
        }

        // It stands after a restart, and after what was kept is lost: the entries say it again.
        await using (RunningArchive again = await RunningArchive.StartAsync(options, ward.Time))
        {
            await again.Until("cloned", 2);
        }

        foreach (string lost in new[] { "0", "1" })
        {
            File.Delete(Path.Combine(options.DataFolder, "judged", "ward-3", lost));
            await using (RunningArchive anew = await RunningArchive.StartAsync(options, ward.Time))
            {
                await anew.Until("judged", 10);
                await anew.Until("cloned", 2);
                Assert.Equal((2ul, 6ul), (anew.Count("cloned"), anew.Count("archived")));
            }

            // Whichever is judged anew finds it against what is kept of the other.
            JudgedFolder folder = new(options.JudgedFolder, options.Rules);
            LogId log = new("ward-3", ulong.Parse(lost, System.Globalization.CultureInfo.InvariantCulture));
            Assert.Equal(2, folder.Read(log, await File.ReadAllBytesAsync(folder.FileOf(log), Ct), lost).Tally.Clones.Count);
        }
    }

    [Fact]
    public async Task Evidence_of_a_clone_that_the_entries_do_not_bear_out_or_that_is_left_out_is_found_by_the_check()
    {
        await using Ward ward = await Ward.MakeAsync("hr-1");
        await using TestCloud cloud = await TestCloud.StartAsync(ward);
        ArchiveOptions options = ward.Options(cloud.Address);
        await using (RunningArchive archive = await RunningArchive.StartAsync(options, ward.Time))
        {
            await ward.Readings("hr-1", 70, 71, 72, 73);
            await cloud.TakeAsync();
            await archive.Until("archived", 4);
            await ward.NextGeneration(6);
            await LogAsync(ward, Clone(ward, 2));
            await cloud.TakeAsync();
            await archive.Until("cloned", 1);
        }

        JudgedFolder folder = new(options.JudgedFolder, options.Rules);
        LogId log = new("ward-3", 1);
        JudgedLog judged = folder.Read(log, await File.ReadAllBytesAsync(folder.FileOf(log), Ct), "kept");
        ClonedNumber found = Assert.Single(judged.Tally.Clones);
        judged.Tally.Clones[0] = found with { OtherIndex = found.OtherIndex + 1 };
        folder.Save(judged);
        Assert.Contains("do not bear out", (await CheckAsync(ward, options)).Problems[0].What, StringComparison.Ordinal);
        judged.Tally.Clones.Clear();
        folder.Save(judged);
        Assert.Contains("says nothing of two contents under number 1.2", Assert.Single((await CheckAsync(ward, options)).Problems).What, StringComparison.Ordinal);
    }

    private static Reading Clone(Ward ward, uint sequence) =>
        Reading.Sign(ward.Sensors["hr-1"], new ReadingNumber(1, sequence), [new Measurement("hr", "beat/min", Number.From(33))]);

    private static Task<Appended> LogAsync(Ward ward, params Reading[] readings) =>
        ward.Writer.AppendAsync(at => [.. readings.Select(reading => Entry.Create(EntryKind.Reading, at.At, reading.Bytes))], null, Ct);

    private static Task<ArchiveCheckReport> CheckAsync(Ward ward, ArchiveOptions options) =>
        ArchiveCheck.RunAsync(options.DataFolder, ward.Archive.RegistryLog, ward.Archive.Authority, options.Rules, ct: Ct);
}
