namespace Sealway.Cli.Demo.Attacks;

using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>The cloud moves a sensor to another patient: once by changing the assignment, once by stating another one with the registrar's key, stolen too.</summary>
/// <param name="target">Whose sensor.</param>
internal sealed class MovedAssignment(OperatorTarget target) : OperatorAttack(target)
{
    private const string Follower = "follows-moved";
    private const int Tries = 2;

    public override string Name => "a sensor moved to another patient";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        await Target.ReadyAsync(scene, stop).ConfigureAwait(false);
        using Identity sensor = scene.Steal(true, OperatorTarget.Sensor);
        using Identity registrar = Identity.Load(new FleetFolder(scene.Folders.HospitalFleet).Registrar);
        HostileCloud cloud = await HostileCloud.StartAsync(scene, true, stop).ConfigureAwait(false);
        await using (cloud.ConfigureAwait(false))
        {
            LogId registry = cloud.Stolen.RegistryLog;
            ulong index = await RegistryCut.IndexOfAsync(cloud.Store, registry, content => content is Assignment assigned && assigned.Sensor == sensor.Kid, stop).ConfigureAwait(false);
            ulong now = (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            Assignment moved = new(sensor.Kid, OperatorTarget.Log.Name, "somebody-else", now);
            using LogWriter writer = new(cloud.Store, registry, registrar.Signing, null, TimeProvider.System);
            writer.Confirm();
            await writer.AppendAsync(place => [Statement.Sign(registrar.Signing, registry, place.Index, place.At, moved)], null, stop).ConfigureAwait(false);
            int asked = 0;
            cloud.Instead = async (request, ct) =>
            {
                FollowMessage? honest = await cloud.HonestAsync(request, ct).ConfigureAwait(false);
                if (honest is not Append { From: 0, Entries.Count: > 0 } append || append.Log != registry || asked++ > 0)
                {
                    return honest;
                }

                Entry before = Entry.FromUntrusted(append.Entries[(int)index].Bytes);
                return RegistryCut.With(append, index, Statement.Sign(cloud.Stolen.Signing, registry, index, before.At, moved));
            };
            LineEye alerts = AlertsOf(scene, Follower);
            Part part = await FollowAsync(scene, Follower, cloud.Port, stop).ConfigureAwait(false);
            await using (part.ConfigureAwait(false))
            {
                alerts.Struck();
                Noticed changed = await alerts.See(alert => Is(alert, "notTaken", string.Empty), "that the registry is not taken", 1, stop).ConfigureAwait(false);
                Noticed stated = await alerts.See(alert => Is(alert, "registry", nameof(Refusal.WrongSigner)), "that the statement has no effect", 1, stop).ConfigureAwait(false);
                return new Noticed(Tries, Tries, Follower, $"{changed.How}; {stated.How}", Math.Max(changed.AfterMs, stated.AfterMs));
            }
        }
    }
}
