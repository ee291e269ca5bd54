namespace Sealway.Cli.Demo.Attacks;

using System.Text.Json.Nodes;

/// <summary>A bit of the ciphertext is changed on an encrypted sensor link. The link ends, the sensor makes another, and nothing is lost.</summary>
internal sealed class AlteredCiphertext : AirAttack
{
    private const string Sensor = "air-encrypted";
    private const int Tries = 3;

    public override string Name => "ciphertext altered on an encrypted link";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        await scene.EnrolSensorAsync(Sensor, DemoFleets.WardGateway, stop).ConfigureAwait(false);
        await scene.RegistryAtAsync(scene.Ward, stop).ConfigureAwait(false);
        WireProxy proxy = new(scene.Ports.WardSensors);
        await using (proxy.ConfigureAwait(false))
        {
            Part sensor = await scene.StartAsync("sensor", Sensor, Configuration(scene, proxy), stop).ConfigureAwait(false);
            LineEye eye = LineEye.LogOf(scene.Ward);
            for (int stored = 0, tried = 0; tried < Tries; tried++)
            {
                stored = (int)await StoredAsync(sensor, stored + 4, stop).ConfigureAwait(false);
                proxy.FlipOnce();
                eye.Struck();
                _ = await eye.See("link from", tried + 1, stop).ConfigureAwait(false);
            }

            Noticed noticed = await eye.See("link from", Tries, stop).ConfigureAwait(false);
            await sensor.Stop(TimeSpan.FromSeconds(20)).ConfigureAwait(false);
            System.Text.Json.JsonElement? health = await sensor.Health(stop).ConfigureAwait(false);
            return health.Count("sent") == health.Count("stored")
                ? noticed
                : throw new Unnoticed(Tries, 0, $"{health.Count("sent")} readings were sent and {health.Count("stored")} stored");
        }
    }

    private static async Task<long> StoredAsync(Part sensor, long least, CancellationToken stop)
    {
        System.Text.Json.JsonElement health = await sensor.Until($"{least} readings to be stored", now => ((System.Text.Json.JsonElement?)now).Count("stored") >= least, TimeSpan.FromSeconds(40), stop).ConfigureAwait(false);
        return ((System.Text.Json.JsonElement?)health).Count("stored");
    }

    private static JsonObject Configuration(AttackScene scene, WireProxy proxy) => new()
    {
        ["stopWithin"] = "15s",
        ["sensors"] = new JsonArray(new JsonObject
        {
            ["identity"] = scene.Folders.Keys(true, Sensor),
            ["gateway"] = AttackScene.Local(proxy.Port),
            ["gatewayName"] = DemoFleets.WardGateway,
            ["generate"] = "vitals",
            ["seed"] = 11,
            ["speed"] = 8,
        }),
    };
}
