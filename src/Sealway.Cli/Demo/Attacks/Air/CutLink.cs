namespace Sealway.Cli.Demo.Attacks;

/// <summary>A sensor is kept off the air altogether: what does not come is an alarm.</summary>
internal sealed class CutLink : AirAttack
{
    private const string Sensor = "air-cut";

    public override string Name => "a sensor cut off";

    public override bool TakesLong => true;

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        (AirProxy proxy, Part _) = await ListenInAsync(scene, Sensor, 4, stop, speed: 1).ConfigureAwait(false);
        await using (proxy.ConfigureAwait(false))
        {
            using Fleet.Identity keys = scene.Steal(true, Sensor);
            LineEye eye = new(scene.ArchiveAlerts, "the archive's own alert");
            proxy.Change(_ => []);
            eye.Struck();
            string kid = keys.Kid.ToString();
            return await eye.See(
                alert => alert.GetProperty("kind").GetString() == "alarm" && alert.GetProperty("raised").GetBoolean() && alert.TryGetProperty("rule", out System.Text.Json.JsonElement rule) && rule.GetString()!.Contains("silence", StringComparison.Ordinal) && alert.GetProperty("sensor").GetString() == kid,
                $"an alarm that sensor {kid} is silent",
                1,
                stop,
                TimeSpan.FromMinutes(4)).ConfigureAwait(false);
        }
    }
}
