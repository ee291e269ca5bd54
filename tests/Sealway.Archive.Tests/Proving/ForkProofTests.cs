namespace Sealway.Archive.Tests.Proving;

using Sealway.Archive.Tests.Roles;
using Sealway.Fleet;

public sealed class ForkProofTests : IAsyncLifetime
{
    private Ward _ward = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Data => _ward.Folder.File("archive-data");

    public async ValueTask InitializeAsync()
    {
        _ward = await Ward.MakeAsync("hr-1");
        await using TestCloud cloud = await TestCloud.StartAsync(_ward);
        await using RunningArchive archive = await RunningArchive.StartAsync(_ward.Options(cloud.Address), _ward.Time);
        await _ward.Readings("hr-1", [.. Enumerable.Repeat(70.0, 600)]);
        await cloud.TakeAsync();
        await cloud.FinalAsync();
        await cloud.FinalAsync(_ward.Archive.RegistryLog, _ward.Authority.Registry.Size);
    }

    public async ValueTask DisposeAsync() => await _ward.DisposeAsync();

    [Theory]
    [InlineData(0, 300, 601)]
    [InlineData(200, 255, 600)]
    [InlineData(256, 256, 602)]
    [InlineData(300, 511, 700)]
    [InlineData(601, 601, 602)]
    public async Task A_fork_is_two_waybills_that_are_each_accepted(int from, int differs, int size)
    {
        // A gateway that signs a second history: from one index on other readings of the same sensor.
        LogEntry[] held = [.. await _ward.GatewayStore.Read(_ward.Log, 0, 602, int.MaxValue, Ct)];
        ulong at = Entry.FromUntrusted(held[^1].Bytes).At;
        LogEntry[] others =
        [
            .. held[..differs],
            .. Enumerable.Range(differs, size - differs).Select(_ => LogEntry.Of(Entry.Create(EntryKind.Reading, at, _ward.Reading("hr-1", 99).Bytes).Bytes)),
        ];
        Head head = Sample.Head(Sample.Tree(others), (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds(), _ward.Log, _ward.Gateway.Signing);
        await Follow(Sample.Append((ulong)from, others[from..], head));

        await using ArchiveProve prove = await ArchiveProve.OpenAsync(Data, _ward.Archive.RegistryLog, _ward.Archive.Authority, Ct);
        ForkEvidence fork = Assert.Single(await prove.ForksAsync(_ward.Log, Ct));
        ForkWaybills both = (await prove.ProveForkAsync(fork, Ct))!;
        Assert.Equal((ulong)differs, both.Index);
        WaybillReport one = WaybillJudge.Check(both.Held.ToArray(), _ward.Archive.Authority);
        WaybillReport other = WaybillJudge.Check(both.Other.ToArray(), _ward.Archive.Authority);
        Assert.Equal((_ward.Log, _ward.Log), (both.Held.Log.Receipt.Claims.Log, both.Other.Log.Receipt.Claims.Log));
        Assert.Equal(Assert.Single(one.Entries).Index, Assert.Single(other.Entries).Index);
        Assert.NotEqual(both.Held.Log.Entries[0].ToArray(), both.Other.Log.Entries[0].ToArray());
        Assert.Empty(other.Witnesses);
        Assert.NotEmpty(one.Witnesses);
    }

    [Fact]
    public async Task A_fork_of_which_only_the_head_was_seen_is_no_waybill_and_neither_are_entries_that_do_not_lead_to_it()
    {
        Head head = Sample.Head(Sample.Tree(Sample.Leaves(0, 602)), 1, _ward.Log, _ward.Gateway.Signing);
        await Follow(Sample.Append(602, [], head));
        await Follow(Sample.Append(0, Sample.Leaves(0, 300, "made up"), Sample.Head(Sample.Tree(Sample.Leaves(0, 300)), 1, _ward.Log, _ward.Gateway.Signing)));
        await using ArchiveProve prove = await ArchiveProve.OpenAsync(Data, _ward.Archive.RegistryLog, _ward.Archive.Authority, Ct);
        IReadOnlyList<ForkEvidence> forks = await prove.ForksAsync(_ward.Log, Ct);
        Assert.Equal(2, forks.Count);
        foreach (ForkEvidence fork in forks)
        {
            await Assert.ThrowsAsync<MessageException>(() => prove.ProveForkAsync(fork, Ct));
        }
    }

    private async Task Follow(Append append)
    {
        await using TileLogStore store = TileLogStore.Open(Path.Combine(Data, "logs"));
        using Follower follower = new(store, new FollowerKeys((log, kid) => _ward.Authority.Registry.WriterOf(log, kid), _ => null), null, () => 0, _ward.Time);
        Assert.NotNull((await follower.AcceptAsync(append, false, Ct)).Fork);
    }
}
