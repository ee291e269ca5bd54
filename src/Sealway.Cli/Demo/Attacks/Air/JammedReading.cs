namespace Sealway.Cli.Demo.Attacks;

/// <summary>A sensor is jammed while the attacker records it; more than the time of freshness later the readings are released.</summary>
internal sealed class JammedReading : AirAttack
{
    private const string Sensor = "air-jammed";
    private const int Tries = 3;

    public override string Name => "readings jammed and released late";

    public override bool TakesLong => true;

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        (AirProxy proxy, Part sensor) = await ListenInAsync(scene, Sensor, 4, stop, speed: 1).ConfigureAwait(false);
        await using (proxy.ConfigureAwait(false))
        {
            proxy.Change(_ => []);
            int passed = proxy.Heard.Count;
            await proxy.UntilHeardAsync(passed + Tries, stop).ConfigureAwait(false);
            byte[][] kept = [.. proxy.Heard.Skip(passed).Take(Tries)];
            await sensor.Stop(TimeSpan.FromSeconds(10)).ConfigureAwait(false);

            // Freshness is by the gateway's own clock: this time has to pass.
            await Task.Delay(TimeSpan.FromMilliseconds(Fleet.FreshnessWindow.Milliseconds) + TimeSpan.FromSeconds(5), TimeProvider.System, stop).ConfigureAwait(false);
            HealthEye eye = await HealthEye.Open(scene.Archive, stop, "readings.stale").ConfigureAwait(false);
            RogueDevice device = await RogueDevice.ConnectAsync(scene.WardSocket, stop).ConfigureAwait(false);
            await using (device.ConfigureAwait(false))
            {
                await device.SendAsync(kept, stop).ConfigureAwait(false);
                eye.Struck();
                return await eye.See(Tries, stop).ConfigureAwait(false);
            }
        }
    }
}
