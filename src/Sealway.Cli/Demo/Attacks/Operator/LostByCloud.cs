namespace Sealway.Cli.Demo.Attacks;

using System.Text.Json;

/// <summary>The running cloud's database loses a log's tail, heads and all, which it had acknowledged. The gateway tells, and sends it again.</summary>
/// <param name="target">Who follows.</param>
/// <param name="live">The gateway.</param>
internal sealed class LostByCloud(OperatorTarget target, LiveTarget live) : OperatorAttack(target)
{
    private const int Lost = 3;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    public override string Name => "an acknowledged tail dropped by the cloud";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        Part gateway = await live.ReadyAsync(scene, stop).ConfigureAwait(false);
        JsonElement before = await gateway.Until("the cloud to hold all", health => Size(health) == ((JsonElement?)health).Count("cloudHolds"), _patience, stop).ConfigureAwait(false);
        using CloudDatabase database = new(CloudDatabase.PathOf(scene, true));
        HealthEye eye = await HealthEye.Open(gateway, stop, "cloudLosses").ConfigureAwait(false);
        long size = Size(before);
        database.InOne(() => database.Cut(database.IdOf(LiveTarget.Log), (ulong)(size - Lost)));
        eye.Struck();
        Noticed noticed = await eye.See(1, stop).ConfigureAwait(false);
        await gateway.Until("the cloud to hold all again", health => ((JsonElement?)health).Count("cloudHolds") >= size, _patience, stop).ConfigureAwait(false);
        return noticed with { How = $"{noticed.How}; sent again" };
    }

    private static long Size(JsonElement? health) => health.Count("size");
}
