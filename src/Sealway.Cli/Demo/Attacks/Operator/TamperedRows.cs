namespace Sealway.Cli.Demo.Attacks;

/// <summary>The operator changes rows in the running cloud's own database; a follower that begins then does not take what it is given.</summary>
/// <param name="target">The log that is attacked.</param>
/// <param name="name">What is done.</param>
/// <param name="follower">The follower's name.</param>
/// <param name="change">The change, given the database, the log's number and its size.</param>
internal sealed class TamperedRows(OperatorTarget target, string name, string follower, Action<CloudDatabase, long, long> change) : OperatorAttack(target)
{
    public override string Name => name;

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        await Target.ReadyAsync(scene, stop).ConfigureAwait(false);
        LineEye eye = AlertsOf(scene, follower);
        using CloudDatabase database = new(CloudDatabase.PathOf(scene, true));
        Action putBack = database.Change(OperatorTarget.Log, id => change(database, id, (long)Target.Size));
        try
        {
            Part part = await FollowAsync(scene, follower, scene.Ports.HospitalHttps, stop).ConfigureAwait(false);
            await using (part.ConfigureAwait(false))
            {
                eye.Struck();
                return await eye.See(alert => Is(alert, "notTaken", string.Empty), "that entries are not taken", 1, stop).ConfigureAwait(false);
            }
        }
        finally
        {
            putBack();
        }
    }
}
