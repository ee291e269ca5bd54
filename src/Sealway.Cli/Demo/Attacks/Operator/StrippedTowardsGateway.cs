namespace Sealway.Cli.Demo.Attacks;

using Sealway.Fleet;

/// <summary>A trigger in the running cloud's database takes the archive's countersignatures away as they come, so that the gateway never sees one.</summary>
/// <param name="target">Who follows.</param>
/// <param name="live">The gateway.</param>
internal sealed class StrippedTowardsGateway(OperatorTarget target, LiveTarget live) : OperatorAttack(target)
{
    public override string Name => "countersignatures kept from the gateway";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        Part gateway = await live.ReadyAsync(scene, stop).ConfigureAwait(false);
        await LiveTarget.ArchivedAsync(gateway, stop).ConfigureAwait(false);
        using Identity archive = scene.Steal(true, DemoFleets.Archive);
        using CloudDatabase database = new(CloudDatabase.PathOf(scene, true));
        LineEye eye = LineEye.LogOf(gateway);
        database.Run($"""
            CREATE TRIGGER strip AFTER INSERT ON countersignatures
            WHEN NEW.kid = x'{archive.Kid}' AND NEW.log = {database.IdOf(LiveTarget.Log)}
            BEGIN DELETE FROM countersignatures WHERE log = NEW.log AND size = NEW.size AND seq = NEW.seq AND kid = NEW.kid; END
            """);
        try
        {
            await live.MeasureAsync(scene, stop).ConfigureAwait(false);
            eye.Struck();
            return await eye.See("no archive has countersigned", 1, stop).ConfigureAwait(false);
        }
        finally
        {
            database.Run("DROP TRIGGER strip");
        }
    }
}
