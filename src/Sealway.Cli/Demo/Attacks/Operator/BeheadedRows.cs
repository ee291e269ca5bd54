namespace Sealway.Cli.Demo.Attacks;

using System.Text.Json.Nodes;

/// <summary>The last entries' rows are deleted, and the cloud claims to hold them still: it has the heads that sign them.</summary>
/// <param name="target">The log that is attacked.</param>
internal sealed class BeheadedRows(OperatorTarget target) : OperatorAttack(target)
{
    private const string Follower = "follows-beheaded-rows";

    public override string Name => "the log's tail deleted from the database";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        await Target.ReadyAsync(scene, stop).ConfigureAwait(false);
        using CloudDatabase database = new(CloudDatabase.PathOf(scene, true));
        Action putBack = database.Change(OperatorTarget.Log, id => RowChanges.Beheaded(database, id, (long)Target.Size));
        try
        {
            LineEye eye = AlertsOf(scene, Follower);

            // Who wants to hear soon of silence asks often.
            Part part = await FollowAsync(scene, Follower, scene.Ports.HospitalHttps, stop, more: new JsonObject { ["silentAfter"] = "2s" }).ConfigureAwait(false);
            await using (part.ConfigureAwait(false))
            {
                eye.Struck();
                return await eye.See(alert => Is(alert, "withheld", string.Empty), "that entries are withheld", 1, stop).ConfigureAwait(false);
            }
        }
        finally
        {
            putBack();
        }
    }
}
