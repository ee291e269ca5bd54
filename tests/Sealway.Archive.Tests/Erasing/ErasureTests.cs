namespace Sealway.Archive.Tests.Erasing;

using Sealway.Alarms;
using Sealway.Archive.Tests.Roles;
using Sealway.Fleet;

public sealed class ErasureTests : IAsyncLifetime
{
    private Ward _ward = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Data => _ward.Folder.File("archive-data");

    public async ValueTask InitializeAsync() => _ward = await Ward.MakeAsync("hr-1");

    public async ValueTask DisposeAsync() => await _ward.DisposeAsync();

    [Fact]
    public async Task An_entry_ordered_erased_leaves_every_file_of_the_archive_and_all_else_stays_proved()
    {
        byte[] secret;
        await using (TestCloud cloud = await TestCloud.StartAsync(_ward))
        {
            await using RunningArchive archive = await RunningArchive.StartAsync(_ward.Options(cloud.Address), _ward.Time);
            await _ward.Readings("hr-1", 70, 71, 72, 73, 74, 75);
            secret = (await _ward.GatewayStore.Read(_ward.Log, 4, 5, int.MaxValue, Ct))[0].Bytes.ToArray();
            await cloud.TakeAsync();
            await cloud.FinalAsync();
            Assert.True(IsAnywhere(secret));
            await archive.Until("archived", 6);

            await _ward.Authority.EraseAsync(new Erasure(_ward.Log, 4, 4, "wrong patient"), Ct);
            await _ward.Authority.EraseAsync(new Erasure(_ward.Log, 9, 9, "not there yet"), Ct);
            await cloud.TakeAsync();
            await cloud.FinalAsync(_ward.Archive.RegistryLog, _ward.Authority.Registry.Size);
            DateTimeOffset end = DateTimeOffset.UtcNow.AddSeconds(60);
            while (IsAnywhere(secret))
            {
                Assert.True(DateTimeOffset.UtcNow < end, "it is still there");
                await Task.Delay(10, Ct);
            }

            // The log goes on behind it, one of the next entries being ordered erased before it came; an erased one counts as held.
            await _ward.Readings("hr-1", 76, 77, 78);
            await cloud.TakeAsync();
            await cloud.FinalAsync();
            await archive.Until("judged", 11);

            // The one that was never read is missing among its sensor's numbers; the one that was judged before is not.
            Assert.Equal(1ul, archive.Count("gaps"));
            Assert.Equal(0ul, (await cloud.LatestHead(_ward.Log))!.Countersignatures.Single(one => one.Kid == _ward.Archive.Kid).From);
        }

        ArchiveCheckReport report = await Check();
        Assert.Empty(report.Problems);
        Assert.Equal((2ul, 0ul), (report.Erased, report.Blanks));

        await using ArchiveProve prove = await ArchiveProve.OpenAsync(Data, _ward.Archive.RegistryLog, _ward.Archive.Authority, Ct);
        Assert.Equal(Refusal.UnexpectedBlank, (await Assert.ThrowsAsync<MessageException>(() => prove.ProveAsync(_ward.Log, [4], Ct))).Reason);
        Assert.Equal("wrong patient", prove.Registry.ErasureOf(_ward.Log, 4)!.Erasure.Reason);
        Waybill waybill = (await prove.ProveAsync(_ward.Log, [3, 5, 10], Ct))!;
        Assert.All(WaybillJudge.Check(waybill.ToArray(), _ward.Archive.Authority).Entries, entry => Assert.True(entry.Judged.Verdict.IsValid && entry.IsFinal));
    }

    [Fact]
    public async Task An_archive_that_stands_still_while_it_is_ordered_erases_at_its_next_start_and_the_check_says_so_before()
    {
        byte[] secret;
        await using TestCloud cloud = await TestCloud.StartAsync(_ward);
        await using (RunningArchive archive = await RunningArchive.StartAsync(_ward.Options(cloud.Address), _ward.Time))
        {
            await _ward.Readings("hr-1", 70, 71, 72);
            secret = (await _ward.GatewayStore.Read(_ward.Log, 3, 4, int.MaxValue, Ct))[0].Bytes.ToArray();
            await cloud.TakeAsync();
            await cloud.FinalAsync();
            await cloud.FinalAsync(_ward.Archive.RegistryLog, _ward.Authority.Registry.Size);
        }

        // The order is stored, and the process dies before it is carried out.
        await _ward.Authority.EraseAsync(new Erasure(_ward.Log, 3, 3, "by court"), Ct);
        await cloud.TakeAsync();
        await using (TileLogStore store = TileLogStore.Open(Path.Combine(Data, "logs")))
        {
            using RegistryFollower registry = await RegistryFollower.OpenAsync(store, _ward.Archive.RegistryLog, _ward.Archive.Authority, null, _ward.Time, Ct);
            Append append = (await _ward.Authority.Registrar.Writer.NextAppendAsync(registry.Current.Size, Ct))!;
            Assert.Equal(Refusal.None, (await registry.AcceptAsync(append, Ct)).Refused);
        }

        Assert.Contains((await Check()).Problems, problem => problem.What.Contains("ordered erased", StringComparison.Ordinal) || problem.What.Contains("orders erased", StringComparison.Ordinal));
        Assert.True(IsAnywhere(secret));
        await (await ArchiveRole.OpenAsync(_ward.Options(cloud.Address), _ward.Time, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, Ct)).DisposeAsync();
        Assert.False(IsAnywhere(secret));
        ArchiveCheckReport report = await Check();
        Assert.Empty(report.Problems);
        Assert.Equal(1ul, report.Erased);
    }

    [Fact]
    public async Task The_check_tells_an_erased_entry_from_one_that_is_missing_without_an_order()
    {
        await using (TestCloud cloud = await TestCloud.StartAsync(_ward))
        {
            await using RunningArchive archive = await RunningArchive.StartAsync(_ward.Options(cloud.Address), _ward.Time);
            await _ward.Readings("hr-1", 70, 71, 72);
            await cloud.TakeAsync();
            await cloud.FinalAsync();
            await archive.Until("archived", 3);
            await cloud.FinalAsync(_ward.Archive.RegistryLog, _ward.Authority.Registry.Size);
        }

        await using (TileLogStore store = TileLogStore.Open(Path.Combine(Data, "logs")))
        {
            await store.Erase(_ward.Log, 3, 4, Ct);
            await store.Blank(_ward.Log, 2, 3, Ct);
        }

        ArchiveCheckReport report = await Check();
        Assert.Equal((1ul, 1ul), (report.Erased, report.Blanks));
        ArchiveProblem problem = Assert.Single(report.Problems);
        Assert.StartsWith("logs/ward-3/0/erased/", problem.File, StringComparison.Ordinal);
        Assert.Equal("entry 3 is kept as erased, and the registry does not order it", problem.What);
    }

    private Task<ArchiveCheckReport> Check() => ArchiveCheck.RunAsync(Data, _ward.Archive.RegistryLog, _ward.Archive.Authority, AlarmRules.Ward, null, Ct);

    private bool IsAnywhere(byte[] secret) => Directory.EnumerateFiles(Data, "*", SearchOption.AllDirectories)
        .Where(file => Path.GetFileName(file) != "lock")
        .Any(file =>
        {
            try
            {
                return File.ReadAllBytes(file).AsSpan().IndexOf(secret) >= 0;
            }
            catch (FileNotFoundException)
            {
                // It was replaced meanwhile: the look goes on in the next round.
                return true;
            }
        });
}
