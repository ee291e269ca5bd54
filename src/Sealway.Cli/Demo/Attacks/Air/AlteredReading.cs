namespace Sealway.Cli.Demo.Attacks;

/// <summary>One bit of a reading is changed on its way: in its header, its payload, its signature.</summary>
internal sealed class AlteredReading : AirAttack
{
    private const int Tries = 12;

    public override string Name => "a reading altered on its way";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        (AirProxy proxy, Part sensor) = await ListenInAsync(scene, "air-altered", 4, stop).ConfigureAwait(false);
        await using (proxy.ConfigureAwait(false))
        {
            HealthEye eye = await HealthEye.Open(scene.Ward, stop, "refusedBy").ConfigureAwait(false);
            int altered = 0;
            proxy.Change(message =>
            {
                if (altered < Tries)
                {
                    // From the beginning to the end of the message in equal steps.
                    message = [.. message];
                    message[altered * (message.Length - 1) / (Tries - 1)] ^= 0x10;
                    altered++;
                    eye.Struck();
                }

                return [message];
            });
            Noticed noticed = await eye.See(Tries, stop).ConfigureAwait(false);
            await sensor.Stop(TimeSpan.FromSeconds(10)).ConfigureAwait(false);
            return noticed;
        }
    }
}
