namespace Sealway.Cloud.Tests.Erasing;

using Sealway.Log;

public sealed class CloudErasureTests
{
    private const ulong Begin = 1_800_000_000_000;

    [Fact]
    public async Task The_cloud_erases_what_is_ordered_serves_it_as_a_blank_and_takes_it_as_one_from_the_writer_alone()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        TestGateway gateway = await rig.GatewayAsync("ward");
        TestFollower archive = await rig.FollowerAsync(Role.Archive, "archive");
        TestSensor sensor = await rig.SensorAsync("s1", "ward", archive.Identity.Kid);
        await rig.PublishAsync();
        await gateway.ConnectAsync(rig.Tenant.Mqtt);
        await gateway.BeginAsync(rig.Authority.Registry.Size, Begin);
        await gateway.PushAsync([.. Enumerable.Range(0, 10).Select(i => sensor.Reading(Begin + (ulong)i))]);
        await rig.JudgedAsync(gateway.Log, 13);
        byte[] secret = (await rig.Tenant.Store.Read(gateway.Log, 5, 6, int.MaxValue, default))[0].Bytes.ToArray();
        Assert.True(IsAnywhere(rig, secret));

        await rig.Authority.EraseAsync(new Erasure(gateway.Log, 5, 5, "wrong patient"));
        await rig.Authority.EraseAsync(new Erasure(gateway.Log, 13, 13, "while it waits at the gateway"));
        await rig.PublishAsync();
        await Wait.Until(() => !IsAnywhere(rig, secret));
        Append append = await archive.AskAsync<Append>(TestFollower.From(gateway.Log, 0));
        Assert.Equal([5], Enumerable.Range(0, 13).Where(i => append.Entries[i].IsBlank));

        // A writer's blank is taken exactly where it is ordered; an erased entry counts as held.
        await gateway.LogAsync(sensor.Reading(Begin + 20), sensor.Reading(Begin + 21));
        Append next = (await gateway.Writer.NextAppendAsync(13))!;
        AppendEntry Blank(int i) => AppendEntry.Blank(Merkle.LeafHash(next.Entries[i].Bytes.Span));
        await gateway.SendAsync(next with { Entries = [Blank(0), Blank(1)] });
        await Wait.Until(() => rig.Count("messagesRefused", nameof(Refusal.UnexpectedBlank)) == 1);
        await gateway.SendAsync(next with { Entries = [Blank(0), next.Entries[1]] });
        Held held = await gateway.NextAsync<Held>(held => held.Size == 15);
        Assert.Equal(0ul, Assert.Single(held.Countersignatures).From);
        Assert.True((await rig.Tenant.Store.Read(gateway.Log, 13, 14, int.MaxValue, default))[0].IsErased);
        await rig.JudgedAsync(gateway.Log, 15);
    }

    private static bool IsAnywhere(FleetRig rig, byte[] secret) => rig.DataFiles("logs.db*").Any(file =>
    {
        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        return bytes.ToArray().AsSpan().IndexOf(secret) >= 0;
    });
}
