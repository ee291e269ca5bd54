namespace Sealway.Cli.Demo.Attacks;

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
            Part part = await FollowAsync(scene, Follower, cloud.Port, stop).ConfigureAwait(false);
            await using (part.ConfigureAwait(false))
            {
                Noticed pending = await HealthEye.FromZero(part, "readings.pending").See(Least, stop).ConfigureAwait(false);
                return pending with { Tried = 1, Times = 1, How = $"readings {pending.How}, none valid" };
            }
        }
    }
}
