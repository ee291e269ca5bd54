namespace Sealway.Cli.Demo.Attacks;

using Sealway.Fleet;
using Sealway.Messages;

/// <summary>
/// A sensor's folder was copied, counter and all. When the sensor has moved to another ward, the copy answers there in its stead: that
/// gateway has never seen its numbers, and takes them. Only whoever holds both logs can know.
/// </summary>
internal sealed class ClonedElsewhere : AirAttack
{
    private const int Heard = 6;
    private const string Sensor = "air-moved";
    private const string Clone = "air-moved-clone";
    private const string Gateway = "ward-moved-to";

    public override string Name => "two devices with one key at two gateways";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        Party sensor = await scene.EnrolSensorAsync(Sensor, DemoFleets.WardGateway, stop).ConfigureAwait(false);
        await scene.RegistryAtAsync(scene.Ward, stop).ConfigureAwait(false);
        CopyKeys(scene.Folders.Keys(true, Sensor), scene.Folders.Keys(true, Clone));
        (AirProxy proxy, Part first) = await ListenInAsync(scene, Sensor, scene.WardSocket, Heard, 8, stop).ConfigureAwait(false);
        await using (proxy.ConfigureAwait(false))
        {
            await first.Stop(TimeSpan.FromSeconds(10)).ConfigureAwait(false);
        }

        Part other = await scene.StartGatewayAsync(Gateway, stop).ConfigureAwait(false);
        using Identity archive = scene.Steal(true, DemoFleets.Archive);
        await scene.WithAuthorityAsync(
            async authority =>
            {
                ulong now = (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
                await authority.AssignAsync(new Assignment(sensor.Kid, Gateway, $"patient-of-{Sensor}", now, archive.Kid), stop).ConfigureAwait(false);
                return true;
            },
            stop).ConfigureAwait(false);
        await scene.RegistryAtAsync(other, stop).ConfigureAwait(false);
        LineEye alerts = new(scene.ArchiveAlerts, "archive");
        Part second = await scene.StartSensorAsync(Clone, scene.SocketOf(Gateway), 8, stop, seed: 8).ConfigureAwait(false);
        alerts.Struck();
        string kid = sensor.Kid.ToString();
        Noticed noticed = await alerts.See(
            line => line.TryGetProperty("kind", out System.Text.Json.JsonElement kind) && kind.ToString() == "cloned" && line.GetProperty("sensor").ToString() == kid,
            $"an alert that {kid} is cloned", 1, stop).ConfigureAwait(false);
        await second.Stop(TimeSpan.FromSeconds(10)).ConfigureAwait(false);
        return noticed;
    }
}
