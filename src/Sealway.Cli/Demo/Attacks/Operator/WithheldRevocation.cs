namespace Sealway.Cli.Demo.Attacks;

using System.Text.Json.Nodes;
using Sealway.Fleet;
using Sealway.Messages;

/// <summary>A sensor's key is revoked, and the cloud keeps that and everything later from a follower. What stays old is told to be old.</summary>
/// <param name="target">Who follows.</param>
internal sealed class WithheldRevocation(OperatorTarget target) : OperatorAttack(target)
{
    private const string Thief = "operated-thief";
    private const string Follower = "follows-unrevoked";

    public override string Name => "a revocation withheld";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        await Target.ReadyAsync(scene, stop).ConfigureAwait(false);
        Party thief = await scene.EnrolSensorAsync(Thief, OperatorTarget.Log.Name, stop).ConfigureAwait(false);
        ulong now = (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        await scene.WithAuthorityAsync(authority => authority.RevokeAsync(new Revocation(thief.Kid, now, "stolen"), stop), stop).ConfigureAwait(false);
        HostileCloud cloud = await HostileCloud.StartAsync(scene, true, stop).ConfigureAwait(false);
        await using (cloud.ConfigureAwait(false))
        {
            cloud.CutRegistry(await RegistryCut.IndexOfAsync(cloud.Store, cloud.Stolen.RegistryLog, content => content is Revocation revoked && revoked.Key == thief.Kid, stop).ConfigureAwait(false));
            LineEye alerts = AlertsOf(scene, Follower);

            // The registrar speaks every five seconds here; by default every hour, and two days are the limit.
            Part part = await FollowAsync(scene, Follower, cloud.Port, stop, more: new JsonObject { ["registryStaleAfter"] = "6s" }).ConfigureAwait(false);
            await using (part.ConfigureAwait(false))
            {
                alerts.Struck();
                return await alerts.See(alert => Is(alert, "registry", "stale"), "that the registry is stale", 1, stop).ConfigureAwait(false);
            }
        }
    }
}
