namespace Sealway.Cli.Demo.Attacks;

using Sealway.Messages;

/// <summary>A hostile cloud with the cloud's keys tampers with what it answers, another way each time; the follower takes none of it.</summary>
/// <param name="target">The log that is attacked.</param>
/// <param name="name">What is done.</param>
/// <param name="follower">The follower's name.</param>
/// <param name="tamper">The tampering, given the true append and how often it was asked for.</param>
internal sealed class TamperedAnswers(OperatorTarget target, string name, string follower, Func<Append, int, Append> tamper) : OperatorAttack(target)
{
    private const int Tries = 3;

    public override string Name => name;

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        await Target.ReadyAsync(scene, stop).ConfigureAwait(false);
        HostileCloud cloud = await HostileCloud.StartAsync(scene, true, stop).ConfigureAwait(false);
        await using (cloud.ConfigureAwait(false))
        {
            int asked = 0;
            cloud.Instead = async (request, ct) => await cloud.HonestAsync(request, ct).ConfigureAwait(false) is Append append && append.Log == OperatorTarget.Log && append.Entries.Count > 0
                ? tamper(append, asked++)
                : await cloud.HonestAsync(request, ct).ConfigureAwait(false);
            LineEye alerts = AlertsOf(scene, follower);
            Part part = await FollowAsync(scene, follower, cloud.Port, stop).ConfigureAwait(false);
            await using (part.ConfigureAwait(false))
            {
                // A follower that has taken nothing yet: what it counts, it counts from here.
                HealthEye eye = HealthEye.FromZero(part, "notTaken");
                alerts.Struck();
                Noticed told = await alerts.See(alert => Is(alert, "notTaken", string.Empty), "that entries are not taken", 1, stop).ConfigureAwait(false);
                Noticed counted = await eye.See(Tries, stop).ConfigureAwait(false);
                return told with { Tried = Tries, Times = counted.Times };
            }
        }
    }
}
