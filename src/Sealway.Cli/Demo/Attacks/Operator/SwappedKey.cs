namespace Sealway.Cli.Demo.Attacks;

using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>In a sensor's enrolment the cloud puts a key of its own, and signs the statement itself: once under the registrar's head, once under a head of its own.</summary>
/// <param name="target">Whose sensor.</param>
internal sealed class SwappedKey(OperatorTarget target) : OperatorAttack(target)
{
    private const string Follower = "follows-swapped-key";
    private const int Tries = 2;

    public override string Name => "a key swapped in the registry";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        await Target.ReadyAsync(scene, stop).ConfigureAwait(false);
        using Identity sensor = scene.Steal(true, OperatorTarget.Sensor);
        using SigningKey own = SigningKey.Generate();
        HostileCloud cloud = await HostileCloud.StartAsync(scene, true, stop).ConfigureAwait(false);
        await using (cloud.ConfigureAwait(false))
        {
            LogId registry = cloud.Stolen.RegistryLog;
            ulong index = await RegistryCut.IndexOfAsync(cloud.Store, registry, content => content is Enrolment enrolled && enrolled.Key.Kid == sensor.Kid, stop).ConfigureAwait(false);
            int asked = 0;
            cloud.Instead = async (request, ct) =>
            {
                FollowMessage? honest = await cloud.HonestAsync(request, ct).ConfigureAwait(false);
                if (honest is not Append { From: 0, Entries.Count: > 0 } append || append.Log != registry)
                {
                    return honest;
                }

                Entry before = Entry.FromUntrusted(append.Entries[(int)index].Bytes);
                Append swapped = RegistryCut.With(append, index, Statement.Sign(cloud.Stolen.Signing, registry, index, before.At, new Enrolment(own.PublicKey, Role.Sensor, OperatorTarget.Sensor)));
                return asked++ % 2 == 0 ? swapped : Signed(swapped, cloud.Stolen.Signing);
            };
            LineEye alerts = AlertsOf(scene, Follower);
            Part part = await FollowAsync(scene, Follower, cloud.Port, stop).ConfigureAwait(false);
            await using (part.ConfigureAwait(false))
            {
                alerts.Struck();
                return await alerts.See(alert => Is(alert, "notTaken", string.Empty), "that the registry is not taken", Tries, stop).ConfigureAwait(false);
            }
        }
    }

    private static Append Signed(Append append, SigningKey cloud)
    {
        Frontier tree = new();
        foreach (AppendEntry entry in append.Entries)
        {
            tree.Append(LogEntry.Of(entry.Bytes).Hash);
        }

        HeadClaims claims = append.Head.Claims with { Kid = cloud.PublicKey.Kid };
        return append with { Head = Head.Sign(cloud, claims, tree.Root()), Countersignatures = [] };
    }
}
