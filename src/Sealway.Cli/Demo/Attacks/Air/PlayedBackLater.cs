namespace Sealway.Cli.Demo.Attacks;

using Sealway.Messages;

/// <summary>
/// Readings recorded from the air are sent an hour later, some of which the gateway never had. The hour is the gateway's own: it is started
/// again with its clock an hour on.
/// </summary>
internal sealed class PlayedBackLater : AirAttack
{
    private const int Tries = 8;
    private const string Gateway = "ward-later";

    public override string Name => "readings played back an hour later";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        Part gateway = await scene.StartGatewayAsync(Gateway, stop).ConfigureAwait(false);
        await scene.EnrolSensorAsync("air-later", Gateway, stop).ConfigureAwait(false);
        await scene.RegistryAtAsync(gateway, stop).ConfigureAwait(false);
        (AirProxy proxy, Part sensor) = await ListenInAsync(scene, "air-later", scene.SocketOf(Gateway), Tries, 8, stop).ConfigureAwait(false);
        await using (proxy.ConfigureAwait(false))
        {
            // From here on the attacker keeps what the sensor says: the gateway never sees it.
            proxy.Change(_ => []);
            int passed = proxy.Heard.Count;
            await proxy.UntilHeardAsync(passed + (Tries / 2), stop).ConfigureAwait(false);
            byte[][] kept = [.. proxy.Heard.Skip(passed).Take(Tries / 2)];
            byte[][] known = [.. proxy.Heard.Take(Tries / 2)];
            await sensor.Stop(TimeSpan.FromSeconds(10)).ConfigureAwait(false);
            await gateway.Stop(TimeSpan.FromSeconds(20)).ConfigureAwait(false);

            gateway = await scene.RestartGatewayAsync(Gateway, stop, new Dictionary<string, string> { ["SEALWAY_CLOCK_OFFSET"] = "+1h" }).ConfigureAwait(false);
            HealthEye seen = await HealthEye.Open(gateway, stop, "repeated", "refusedBy").ConfigureAwait(false);
            HealthEye stale = await HealthEye.Open(scene.Archive, stop, "readings.stale").ConfigureAwait(false);
            RogueDevice device = await RogueDevice.ConnectAsync(scene.SocketOf(Gateway), stop).ConfigureAwait(false);
            await using (device.ConfigureAwait(false))
            {
                await device.SendAsync([.. known, .. kept], stop).ConfigureAwait(false);
                seen.Struck();
                stale.Struck();
                Noticed repeated = await seen.See(known.Length, stop).ConfigureAwait(false);
                Noticed released = await stale.See(kept.Length, stop).ConfigureAwait(false);
                return new Noticed(Tries, repeated.Times + released.Times, $"{repeated.By}, archive", $"{repeated.How}; {released.How}", Math.Max(repeated.AfterMs, released.AfterMs));
            }
        }
    }
}
