namespace Sealway.Cloud.Tests.Following;

using Sealway.Links;
using Sealway.Log;

/// <summary>Each write of the cloud fails once, in its two ways; the cloud is started again, and the gateway goes on.</summary>
public sealed class WriteFailureTests
{
    private const ulong Begin = 1_800_000_000_000;

    [Theory]
    [InlineData("logs.db", Fault.NotStored)]
    [InlineData("logs.db", Fault.StoredButReportedFailed)]
    [InlineData("watch.db", Fault.NotStored)]
    [InlineData("watch.db", Fault.StoredButReportedFailed)]
    public async Task Whichever_write_fails_nothing_acknowledged_is_lost_nothing_is_doubled_and_no_head_is_contradicted(string file, Fault fault)
    {
        FaultyStore? store = null;
        ILogStore Wrap(string of, ILogStore inner) => of == file ? store = new FaultyStore(inner) : inner;
        await using FleetRig rig = await FleetRig.OpenAsync(wrap: Wrap);
        TestGateway gateway = await rig.GatewayAsync("ward");
        TestSensor sensor = await rig.SensorAsync("s1", "ward");
        TestFollower archive = await rig.FollowerAsync(Role.Archive, "archive");
        Fleet.Identity witness = archive.Identity;
        await gateway.ConnectAsync(rig.Tenant.Mqtt);
        await gateway.BeginAsync(rig.Authority.Registry.Size, Begin);
        Held acknowledged = await gateway.PushAsync();
        ulong readings = 0;
        ulong revoked = 0;
        int failures = 0;
        for (int write = 0; write == failures; write++)
        {
            store!.FailWrite(write, fault);
            int before = store.Writes;
            try
            {
                // Of every kind: entries, an archive's countersignature, the registry, and what was concluded.
                for (int i = 0; i < 2; i++)
                {
                    readings++;
                    await gateway.LogAsync(sensor.Reading(Begin + readings));
                    await gateway.SendAsync((await gateway.Writer.NextAppendAsync(acknowledged.Size))!);
                    Task<Held> answer = gateway.NextAsync<Held>(held => held.Size > acknowledged.Size);
                    Task dropped = gateway.Disconnected.Reader.WaitToReadAsync(TestContext.Current.CancellationToken).AsTask();
                    acknowledged = await Wait.Soon(Task.WhenAny(answer, dropped)) == answer ? await answer : throw await gateway.Disconnected.Reader.ReadAsync(TestContext.Current.CancellationToken);
                    await rig.JudgedAsync(gateway.Log, acknowledged.Size);
                }

                await rig.Follower(witness).AskAsync<Held>(rig.Follower(witness).Countersign(acknowledged.Head!));
                await rig.EnrolAsync(Role.Sensor, $"extra-{++revoked}");
                await rig.PublishAsync();
            }
            catch (LinkException)
            {
                // The disk failed here: no answer.
            }

            await gateway.DisconnectAsync();
            await rig.StopAsync();
            failures += store.Writes - before > write ? 1 : 0;
            while (gateway.Disconnected.Reader.TryRead(out _))
            {
            }

            await rig.StartAsync();
            await rig.PublishAsync();
            await gateway.ConnectAsync(rig.Tenant.Mqtt);
            LogState state = (await rig.Tenant.Store.State(gateway.Log, default))!;
            Assert.True(state.Size >= acknowledged.Size, "nothing acknowledged is lost");
            Assert.Equal((await gateway.Store.HeadAt(gateway.Log, state.Size, default))!.Head.Root.ToArray(), state.Head!.Head.Root.ToArray());
            acknowledged = await gateway.PushAsync();
            await rig.JudgedAsync(gateway.Log, acknowledged.Size);
            Assert.Equal((await gateway.Store.State(gateway.Log, default))!.Frontier.Root(), acknowledged.Head!.Root.ToArray());
            Assert.Equal((readings, 0ul, 0ul), (rig.Count("verified"), rig.Count("gaps"), rig.Count("verdicts", "refused")));
            Assert.Equal(rig.Authority.Registry.Size, rig.Count("registrySize"));
            Assert.Equal(0ul, rig.Count("forks"));
        }

        Assert.InRange(failures, 1, 60);
    }
}
