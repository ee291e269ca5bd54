namespace Sealway.Archive.Tests.Roles;

/// <summary>A gateway that begins generation after generation.</summary>
public sealed class ManyGenerationsTests
{
    private const int Many = 40;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Closed_generations_are_not_kept_in_memory_and_a_withdrawal_reaches_them_all_the_same()
    {
        await using Ward ward = await Ward.MakeAsync("hr-1");
        await ward.Readings("hr-1", 70);
        for (int i = 1; i < Many; i++)
        {
            await ward.NextGeneration((await ward.GatewayStore.State(ward.Log, Ct))!.Size);
            await ward.Readings("hr-1", 70);
        }

        await using TestCloud cloud = await TestCloud.StartAsync(ward);
        ArchiveOptions options = ward.Options(cloud.Address);
        await using (RunningArchive archive = await RunningArchive.StartAsync(options, ward.Time))
        {
            await archive.Until("archived", Many);
            await OneIsLeftAsync(archive);
        }

        // Nothing is new after a start: each is looked at once and let go.
        await using RunningArchive again = await RunningArchive.StartAsync(options, ward.Time);
        await again.Until("archived", Many);
        await OneIsLeftAsync(again);
        await ward.Authority.RevokeAsync(new Revocation(ward.Sensors["hr-1"].PublicKey.Kid, 0, "stolen"), Ct);
        await cloud.TakeAsync();
        await again.Until("reconsidered", Many);
        Assert.Equal(0ul, again.Count("readings.valid"));
        await OneIsLeftAsync(again);
    }

    [Fact]
    public async Task A_generation_beyond_the_most_that_a_log_may_have_is_not_followed_and_told_by_name_once()
    {
        await using Ward ward = await Ward.MakeAsync("hr-1");
        await ward.Readings("hr-1", 70);
        await using TestCloud cloud = await TestCloud.StartAsync(ward);

        // The gateway jumps ahead, and the cloud does not mind.
        LogId beyond = new("ward-3", 1_000_000);
        using LogWriter rogue = new(ward.GatewayStore, beyond, ward.Gateway.Signing, () => 1, ward.Time);
        rogue.Confirm();
        Head head = (await rogue.AppendAsync(at => [Ward.Event(at.At, new GenerationEvent("again"))], null, Ct)).Head!;
        await using RunningArchive archive = await RunningArchive.StartAsync(ward.Options(cloud.Address), ward.Time);
        await archive.Until("archived", 1);
        System.Collections.Concurrent.ConcurrentDictionary<LogId, byte> asked = new();
        cloud.Instead = message =>
        {
            if (message is not EntriesRequest { Log.Name: "ward-3" } request)
            {
                return null;
            }

            asked.TryAdd(request.Log, 0);
            return new Held(beyond, 1, head, []);
        };
        await archive.Until("notTaken", 2);
        Assert.Equal(Limits.Generations - 1, asked.Keys.Max().Generation);
    }

    private static async Task OneIsLeftAsync(RunningArchive archive)
    {
        while (archive.Count("generationsInMemory") != 1)
        {
            await Task.Delay(10, Ct);
        }
    }
}
