namespace Sealway.Cli.Demo.Attacks;

using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// With the gateway's key stolen, too, the operator signs a second history, in which a reading never was, and shows it to a second follower
/// alone. When that follower comes to the true cloud, it has the evidence, and brings the cloud its own.
/// </summary>
/// <param name="target">The log that is attacked.</param>
internal sealed class TwoHistories(OperatorTarget target) : OperatorAttack(target)
{
    private const string Follower = "follows-another";

    public override string Name => "two histories shown to two followers";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        await Target.ReadyAsync(scene, stop).ConfigureAwait(false);
        SqliteLogStore store = await ForgeAsync(scene, stop).ConfigureAwait(false);
        HostileCloud cloud = await HostileCloud.StartAsync(scene, true, store, stop).ConfigureAwait(false);
        await using (cloud.ConfigureAwait(false))
        {
            Part misled = await FollowAsync(scene, Follower, cloud.Port, stop).ConfigureAwait(false);
            await HoldsAsync(misled, OperatorTarget.Log, Target.Size - 1, stop).ConfigureAwait(false);
            await misled.Stop(TimeSpan.FromSeconds(20)).ConfigureAwait(false);
        }

        LineEye alerts = AlertsOf(scene, Follower);
        HealthEye atCloud = await HealthEye.Open(scene.Cloud, stop, $"{DemoFleets.Hospital}.forks").ConfigureAwait(false);
        Part part = await FollowAsync(scene, Follower, scene.Ports.HospitalHttps, stop).ConfigureAwait(false);
        await using (part.ConfigureAwait(false))
        {
            alerts.Struck();
            Noticed seen = await alerts.See(alert => Is(alert, "fork", string.Empty), "that the log is forked", 1, stop).ConfigureAwait(false);
            Noticed brought = await atCloud.See(1, stop).ConfigureAwait(false);
            return seen with { By = $"{seen.By}, {brought.By}" };
        }
    }

    /// <summary>The registry as it is, and the log without one of its readings under a head that the gateway's key signs.</summary>
    private async Task<SqliteLogStore> ForgeAsync(AttackScene scene, CancellationToken stop)
    {
        using Identity gateway = scene.Steal(true, OperatorTarget.Log.Name);
        string copy = HostileCloud.NewFile(scene);
        CloudDatabase.Copy(scene, true, copy);
        SqliteLogStore forged = SqliteLogStore.Open(HostileCloud.NewFile(scene));
        SqliteLogStore honest = SqliteLogStore.Open(copy);
        await using (honest.ConfigureAwait(false))
        {
            for (ulong from = 0; await Appends.NextAsync(honest, gateway.RegistryLog, from, Limits.LargestNumber, null, stop).ConfigureAwait(false) is { Entries.Count: > 0 } append; from = append.Head.Claims.Size)
            {
                await forged.Append(append.Log, from, [.. append.Entries.Select(entry => LogEntry.Of(entry.Bytes))], new SignedHead(append.Head, append.Countersignatures), null, stop).ConfigureAwait(false);
            }

            List<Entry> entries = [];
            await foreach ((ulong index, ReadOnlyMemory<byte> bytes) in DemoBytes.Entries(honest, OperatorTarget.Log, stop).ConfigureAwait(false))
            {
                if (index != Target.Size / 2)
                {
                    entries.Add(Entry.FromUntrusted(bytes));
                }
            }

            ulong registry = (await forged.State(gateway.RegistryLog, stop).ConfigureAwait(false))!.Size;
            using LogWriter writer = new(forged, OperatorTarget.Log, gateway.Signing, () => registry, TimeProvider.System);
            writer.Confirm();
            await writer.AppendAsync(entries, null, stop).ConfigureAwait(false);
        }

        return forged;
    }
}
