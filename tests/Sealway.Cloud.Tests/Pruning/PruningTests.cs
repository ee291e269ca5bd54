namespace Sealway.Cloud.Tests.Pruning;

using Sealway.Fleet;
using Sealway.Log;

public sealed class PruningTests
{
    private const ulong Begin = 1_800_000_000_000;

    [Fact]
    public async Task What_the_named_archive_holds_and_the_watch_has_judged_is_pruned_and_stays_provable()
    {
        await using FleetRig rig = await FleetRig.OpenAsync(prune: true);
        TestGateway gateway = await rig.GatewayAsync("ward");
        TestFollower another = await rig.FollowerAsync(Role.Archive, "another");
        TestFollower archive = await rig.FollowerAsync(Role.Archive, "archive");
        TestSensor sensor = await rig.SensorAsync("s1", "ward", archive.Identity.Kid);
        await rig.PublishAsync();
        await gateway.ConnectAsync(rig.Tenant.Mqtt);
        await gateway.BeginAsync(rig.Authority.Registry.Size, Begin);
        Held held = await gateway.PushAsync([.. Enumerable.Range(0, 10).Select(i => sensor.Reading(Begin + (ulong)i))]);
        await rig.JudgedAsync(gateway.Log, 13);

        // Not the archive that counts; then the one that does, which holds from 2 on.
        await another.AskAsync<Held>(another.Countersign(held.Head!));
        Assert.Equal(0ul, rig.Count("pruned"));
        await archive.AskAsync<Held>(archive.Countersign(held.Head!, from: 2));
        await Wait.Until(() => rig.Count("pruned") == 11);
        IReadOnlyList<LogEntry> entries = await rig.Tenant.Store.Read(gateway.Log, 0, 13, int.MaxValue, default);
        Assert.Equal([false, false, .. Enumerable.Repeat(true, 11)], entries.Select(entry => entry.IsBlank));

        ITileSource tiles = rig.Tenant.Store.Tiles(gateway.Log);
        for (ulong index = 0; index < 13; index++)
        {
            IReadOnlyList<byte[]> path = await Inclusion.Prove(tiles, index, 13);
            Assert.True(Inclusion.Verify(entries[(int)index].Hash, index, 13, path, held.Head!.Root.Span));
        }

        // The log goes on, and followers get what is left.
        Held more = await gateway.PushAsync(sensor.Reading(Begin + 20));
        Assert.Equal(14ul, more.Size);
        Assert.Equal(13ul, Assert.Single(more.Countersignatures).From);
        Append append = await archive.AskAsync<Append>(TestFollower.From(gateway.Log, 0));
        Assert.Equal(11, append.Entries.Count(entry => entry.IsBlank));
        await rig.JudgedAsync(gateway.Log, 14);
        Assert.Equal((11ul, 0ul), (rig.Count("verified"), rig.Count("gaps")));
    }

    [Fact]
    public async Task Sealed_logs_and_what_no_archive_holds_stay()
    {
        await using FleetRig rig = await FleetRig.OpenAsync(prune: true);
        TestGateway gateway = await rig.GatewayAsync("home");
        TestFollower archive = await rig.FollowerAsync(Role.Archive, "archive");
        await gateway.ConnectAsync(rig.Tenant.Mqtt);
        await gateway.BeginAsync(rig.Authority.Registry.Size, Begin);
        await gateway.LogAsync(Sealed.Epoch(gateway.Log, Begin, out Sealer sealer));
        using (sealer)
        {
            Held held = await gateway.PushAsync(Sealed.Slot(sealer, Begin));
            await rig.JudgedAsync(gateway.Log, 5);
            await archive.AskAsync<Held>(archive.Countersign(held.Head!));
            await gateway.PushAsync(Sealed.Slot(sealer, Begin));
            await rig.JudgedAsync(gateway.Log, 6);
        }

        Assert.DoesNotContain(await rig.Tenant.Store.Read(gateway.Log, 0, 6, int.MaxValue, default), entry => entry.IsBlank);
    }

    [Fact]
    public async Task Doubtful_readings_are_pruned_by_the_named_archives_word_alone_and_stay_counted()
    {
        await using FleetRig rig = await FleetRig.OpenAsync(prune: true);
        TestGateway gateway = await rig.GatewayAsync("ward");
        TestFollower another = await rig.FollowerAsync(Role.Archive, "another");
        TestFollower archive = await rig.FollowerAsync(Role.Archive, "archive");
        Identity stolen = await rig.EnrolAsync(Role.Sensor, "s1");
        await rig.Authority.AssignAsync(new Assignment(stolen.Kid, "ward", "patient-1", 0, archive.Identity.Kid));
        await rig.Authority.RevokeAsync(new Revocation(stolen.Kid, 0, "lost", new LastThatCounts(new ReadingNumber(1, 100), null, null)));
        await rig.PublishAsync();
        TestSensor sensor = new(stolen.Signing);
        await gateway.ConnectAsync(rig.Tenant.Mqtt);
        await gateway.BeginAsync(rig.Authority.Registry.Size, Begin);
        Held held = await gateway.PushAsync([.. Enumerable.Range(0, 10).Select(i => sensor.Reading(Begin + (ulong)i))]);
        await rig.JudgedAsync(gateway.Log, 13);
        Assert.Equal(10ul, rig.Count("verdicts", "doubtful"));

        // A word that the archive never gave: another's signature under its name is not even kept.
        Countersignature foreign = Countersignature.Sign(another.Identity.Signing, held.Head!, (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds(), 1, 0);
        await another.AskAsync<Held>(new Append(gateway.Log, 13, [], held.Head!, [foreign]));
        Assert.DoesNotContain(await rig.Tenant.Store.Read(gateway.Log, 0, 13, int.MaxValue, default), entry => entry.IsBlank);
        await archive.AskAsync<Held>(archive.Countersign(held.Head!, from: 6));
        await Wait.Until(() => rig.Count("pruned") == 7);
        Assert.Equal(
            [.. Enumerable.Repeat(false, 6), .. Enumerable.Repeat(true, 7)],
            (await rig.Tenant.Store.Read(gateway.Log, 0, 13, int.MaxValue, default)).Select(entry => entry.IsBlank));
        Assert.Equal((10ul, 0ul), (rig.Count("verdicts", "doubtful"), rig.Count("verified")));
    }
}
