namespace Sealway.Archive.Tests.Proving;

using Sealway.Archive.Tests.Roles;

/// <summary>An archive of 6,000 readings in two generations, shared by tests that leave it as it is.</summary>
public sealed class ProvenWard : IAsyncLifetime
{
    public Ward Ward { get; private set; } = null!;

    public string Data { get; private set; } = null!;

    public ArchiveProve Prove { get; private set; } = null!;

    /// <summary>A second before the first reading.</summary>
    public DateTimeOffset Start { get; private set; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Ward = await Ward.MakeAsync("hr-1", "hr-2");
        await using TestCloud cloud = await TestCloud.StartAsync(Ward);
        ArchiveOptions options = Ward.Options(cloud.Address);
        await using RunningArchive archive = await RunningArchive.StartAsync(options, Ward.Time);
        // Ahead of the clock that the generation's first entry has.
        Start = Ward.Time.GetUtcNow().AddMinutes(1);
        ulong at = (ulong)Start.ToUnixTimeMilliseconds();

        // Every tenth second one of hr-1, and nine of hr-2 between, over two generations.
        for (int batch = 0; batch < 30; batch++)
        {
            await Ward.Writer.AppendAsync(
                _ => [.. Enumerable.Range(0, 200).Select(i => Entry.Create(EntryKind.Reading, at += 1000, Ward.Reading(i % 10 == 0 ? "hr-1" : "hr-2", 70 + (i % 5)).Bytes))], null, Ct);
            if (batch == 19)
            {
                await Ward.NextGeneration(await SizeAsync());
            }
        }

        await cloud.TakeAsync();
        await cloud.FinalAsync(Ward.Log with { Generation = 0 });
        await cloud.FinalAsync();
        await cloud.FinalAsync(Ward.Archive.RegistryLog, Ward.Authority.Registry.Size);
        await archive.Until("archived", 6000);
        Data = options.DataFolder;
        Prove = await ArchiveProve.OpenAsync(Data, Ward.Archive.RegistryLog, Ward.Archive.Authority, Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await Prove.DisposeAsync();
        await Ward.DisposeAsync();
    }

    private async Task<ulong> SizeAsync() => (await Ward.GatewayStore.State(Ward.Log, Ct))!.Size;
}
