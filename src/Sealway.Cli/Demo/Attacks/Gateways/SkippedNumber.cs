namespace Sealway.Cli.Demo.Attacks;

/// <summary>A gateway leaves readings out.</summary>
internal sealed class SkippedNumber : GatewayAttack
{
    private const string Gateway = "rogue-skips";
    private const string Sensor = "rogue-skips-s";

    public override string Name => "readings left out by their gateway";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        RogueGateway rogue = await RogueGateway.ConnectAsync(scene, Gateway, Sensor, stop).ConfigureAwait(false);
        await using (rogue.ConfigureAwait(false))
        {
            HealthEye eye = await HealthEye.Open(scene.Archive, stop, "gaps").ConfigureAwait(false);

            // Left out: 2, 5 and 6.
            await rogue.ShowAsync(rogue.Log(), [.. rogue.Beginning(), .. Readings(scene, Sensor, [0, 1, 3, 4, 7, 8])], stop).ConfigureAwait(false);
            eye.Struck();
            return await eye.See(3, stop).ConfigureAwait(false);
        }
    }
}
