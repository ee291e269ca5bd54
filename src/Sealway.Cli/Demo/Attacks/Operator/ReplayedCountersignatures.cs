namespace Sealway.Cli.Demo.Attacks;

using Sealway.Log;
using Sealway.Messages;

/// <summary>Countersignatures on older heads, and on another log's, are put on the newest head, so that it looks final.</summary>
/// <param name="target">The log that is attacked.</param>
internal sealed class ReplayedCountersignatures(OperatorTarget target) : OperatorAttack(target)
{
    private const string Follower = "follows-replayed";

    public override string Name => "countersignatures replayed onto a newer head";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        await Target.ReadyAsync(scene, stop).ConfigureAwait(false);
        HostileCloud cloud = await HostileCloud.StartAsync(scene, true, stop).ConfigureAwait(false);
        await using (cloud.ConfigureAwait(false))
        {
            SignedHead? other = await cloud.Store.LatestHead(new LogId(DemoFleets.WardGateway, 0), stop).ConfigureAwait(false);
            IReadOnlyList<SignedHead> older = await cloud.Store.Heads(OperatorTarget.Log, 0, Target.Size - 1, 8, stop).ConfigureAwait(false);
            Countersignature[] replayed = [.. older.Append(other!).SelectMany(head => head.Countersignatures).Take(Limits.Countersignatures)];
            cloud.Instead = async (request, ct) => await cloud.HonestAsync(request, ct).ConfigureAwait(false) is Append append && append.Log == OperatorTarget.Log
                ? append with { Countersignatures = replayed }
                : await cloud.HonestAsync(request, ct).ConfigureAwait(false);
            LineEye alerts = AlertsOf(scene, Follower);
            Part part = await FollowAsync(scene, Follower, cloud.Port, stop).ConfigureAwait(false);
            await using (part.ConfigureAwait(false))
            {
                alerts.Struck();
                Noticed told = await alerts.See(alert => Is(alert, "notTaken", "countersignatures"), "that countersignatures do not verify", 1, stop).ConfigureAwait(false);
                Noticed counted = await HealthEye.FromZero(part, "forgedCountersignatures").See(replayed.Length, stop).ConfigureAwait(false);
                return told with { Tried = replayed.Length, Times = counted.Times };
            }
        }
    }
}
