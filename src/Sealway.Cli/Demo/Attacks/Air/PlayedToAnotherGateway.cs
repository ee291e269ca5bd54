namespace Sealway.Cli.Demo.Attacks;

/// <summary>Genuine readings of a ward's sensor are played to another ward's gateway.</summary>
internal sealed class PlayedToAnotherGateway : AirAttack
{
    private const int Tries = 6;
    private const string Gateway = "ward-other";

    public override string Name => "readings played to another gateway";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        (AirProxy proxy, Part sensor) = await ListenInAsync(scene, "air-elsewhere", Tries, stop).ConfigureAwait(false);
        await using (proxy.ConfigureAwait(false))
        {
            await sensor.Stop(TimeSpan.FromSeconds(10)).ConfigureAwait(false);
            Part other = await scene.StartGatewayAsync(Gateway, stop).ConfigureAwait(false);
            HealthEye eye = await HealthEye.Open(other, stop, "refusedBy.NotAssigned").ConfigureAwait(false);
            RogueDevice device = await RogueDevice.ConnectAsync(scene.SocketOf(Gateway), stop).ConfigureAwait(false);
            await using (device.ConfigureAwait(false))
            {
                await device.SendAsync(proxy.Heard.Take(Tries), stop).ConfigureAwait(false);
                eye.Struck();
                return await eye.See(Tries, stop).ConfigureAwait(false);
            }
        }
    }
}
