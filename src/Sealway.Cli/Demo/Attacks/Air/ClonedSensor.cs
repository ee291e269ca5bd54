namespace Sealway.Cli.Demo.Attacks;

/// <summary>Two devices with one key: a sensor's folder was copied, counter and all, and both measure.</summary>
internal sealed class ClonedSensor : AirAttack
{
    private const string Sensor = "air-cloned";
    private const string Clone = "air-clone";

    public override string Name => "two devices with one key";

    public override async Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop)
    {
        await scene.EnrolSensorAsync(Sensor, DemoFleets.WardGateway, stop).ConfigureAwait(false);
        await scene.RegistryAtAsync(scene.Ward, stop).ConfigureAwait(false);
        CopyKeys(scene.Folders.Keys(true, Sensor), scene.Folders.Keys(true, Clone));
        HealthEye eye = await HealthEye.Open(scene.Ward, stop, "refusedBy.Cloned").ConfigureAwait(false);
        Part first = await scene.StartSensorAsync(Sensor, scene.WardSocket, 4, stop).ConfigureAwait(false);
        Part second = await scene.StartSensorAsync(Clone, scene.WardSocket, 4, stop, seed: 8).ConfigureAwait(false);
        eye.Struck();
        Noticed noticed = await eye.See(1, stop).ConfigureAwait(false);
        await Task.WhenAll(first.Stop(TimeSpan.FromSeconds(10)), second.Stop(TimeSpan.FromSeconds(10))).ConfigureAwait(false);
        return noticed;
    }
}
