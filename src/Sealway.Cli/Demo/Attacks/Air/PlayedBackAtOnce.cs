namespace Sealway.Cli.Demo.Attacks;

/// <summary>Genuine readings are sent a second time, at once: each is known, counted as a repeat, and logged once.</summary>
internal sealed class PlayedBackAtOnce : AirAttack
{
    private const int Tries = 8;

    public override string Name => "readings played back at once";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        (AirProxy proxy, Part sensor) = await ListenInAsync(scene, "air-playback", Tries, stop).ConfigureAwait(false);
        await using (proxy.ConfigureAwait(false))
        {
            await sensor.Stop(TimeSpan.FromSeconds(10)).ConfigureAwait(false);
            long logged = (await scene.Ward.Health(stop).ConfigureAwait(false)).Count("logged");
            HealthEye eye = await HealthEye.Open(scene.Ward, stop, "repeated", "refusedBy").ConfigureAwait(false);
            RogueDevice device = await RogueDevice.ConnectAsync(scene.WardSocket, stop).ConfigureAwait(false);
            await using (device.ConfigureAwait(false))
            {
                await device.SendAsync(proxy.Heard.Take(Tries), stop).ConfigureAwait(false);
                eye.Struck();
                Noticed noticed = await eye.See(Tries, stop).ConfigureAwait(false);
                long after = (await scene.Ward.Health(stop).ConfigureAwait(false)).Count("logged");
                return after == logged ? noticed : throw new Unnoticed(Tries, 0, $"{after - logged} readings were logged a second time");
            }
        }
    }
}
