namespace Sealway.Cli.Demo.Attacks;

using System.Text.Json.Nodes;
using Sealway.Fleet;
using Sealway.Messages;

/// <summary>The cloud keeps a sensor's assignment from a follower. Its readings do not count there, and are not lost: they are pending.</summary>
/// <param name="target">The log that is attacked.</param>
internal sealed class WithheldAssignment(OperatorTarget target) : OperatorAttack(target)
{
    private const string Follower = "follows-unassigned";
    private const int Least = 40;

    public override string Name => "an assignment withheld";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        await Target.ReadyAsync(scene, stop).ConfigureAwait(false);
        using Identity sensor = scene.Steal(true, OperatorTarget.Sensor);
        HostileCloud cloud = await HostileCloud.StartAsync(scene, true, stop).ConfigureAwait(false);
        await using (cloud.ConfigureAwait(false))
        {
            cloud.CutRegistry(await RegistryCut.IndexOfAsync(cloud.Store, cloud.Stolen.RegistryLog, content => content is Assignment assigned && assigned.Sensor == sensor.Kid, stop).ConfigureAwait(false));
            LineEye eye = AlertsOf(scene, Follower);
            Part part = await FollowAsync(scene, Follower, cloud.Port, stop, more: new JsonObject { ["registryWithheldAfter"] = "1s" }).ConfigureAwait(false);
            await using (part.ConfigureAwait(false))
            {
                Noticed pending = await HealthEye.FromZero(part, "readings.pending").See(Least, stop).ConfigureAwait(false);
                Noticed told = await eye.See(alert => Is(alert, "registryWithheld", string.Empty), "that the registry is withheld", 1, stop).ConfigureAwait(false);
                return told with { How = $"{told.How}; readings {pending.How}, none valid" };
            }
        }
    }
}
