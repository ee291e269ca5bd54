namespace Sealway.Archive.Tests.Roles;

/// <summary>An archive whose file system really has no room for one more byte.</summary>
public sealed class NoRoomTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_waits_and_says_so_and_goes_on_by_itself_once_there_is_room()
    {
        await using SmallDisk disk = await SmallDisk.MountAsync(4_096);
        await using Ward ward = await Ward.MakeAsync("hr-1");
        await ward.Readings("hr-1", 70);
        await using TestCloud cloud = await TestCloud.StartAsync(ward);
        ArchiveOptions options = ward.Options(cloud.Address) with { DataFolder = Path.Combine(disk.Path, "archive") };
        await using (RunningArchive archive = await RunningArchive.StartAsync(options, ward.Time))
        {
            await archive.Until("archived", 1);
            await cloud.FinalAsync();
            ulong before = (await cloud.LatestHead(ward.Log))!.Size;
            disk.Fill();
            await ward.Readings("hr-1", [.. Enumerable.Repeat(71.0, 900)]);
            await cloud.TakeAsync();
            while (archive.Value("diskTrouble") is null)
            {
                await Task.Delay(10, Ct);
            }

            Assert.Equal(false, archive.Value("healthy"));
            Assert.Equal(before, archive.Count("entries"));
            Assert.DoesNotContain((await cloud.LatestHead(ward.Log))!.Countersignatures, one => one.Kid == ward.Archive.Kid);

            disk.MakeRoom();
            await archive.Until("archived", 901);
            await cloud.FinalAsync();
            Assert.Null(archive.Value("diskTrouble"));
        }

        ArchiveCheckReport report = await ArchiveCheck.RunAsync(options.DataFolder, ward.Archive.RegistryLog, ward.Archive.Authority, Alarms.AlarmRules.Ward, ct: Ct);
        Assert.Empty(report.Problems);
    }
}
