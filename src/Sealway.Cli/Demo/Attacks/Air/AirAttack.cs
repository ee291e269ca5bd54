namespace Sealway.Cli.Demo.Attacks;

/// <summary>An attack on an honest sensor's link: the sensor is a process of its own, and the attacker's proxy stands between it and the gateway.</summary>
internal abstract class AirAttack : Attack
{
    public sealed override Attacker Attacker => Attacker.OnTheAir;

    /// <summary>An honest sensor of the ward behind a proxy, after its first readings were stored.</summary>
    protected static async Task<(AirProxy Proxy, Part Sensor)> ListenInAsync(AttackScene scene, string name, int heard, CancellationToken stop, double speed = 8)
    {
        await scene.EnrolSensorAsync(name, DemoFleets.WardGateway, stop).ConfigureAwait(false);
        await scene.RegistryAtAsync(scene.Ward, stop).ConfigureAwait(false);
        return await ListenInAsync(scene, name, scene.WardSocket, heard, speed, stop).ConfigureAwait(false);
    }

    /// <summary>The same for a sensor that is enrolled, at whichever gateway.</summary>
    protected static async Task<(AirProxy Proxy, Part Sensor)> ListenInAsync(AttackScene scene, string name, string gateway, int heard, double speed, CancellationToken stop)
    {
        AirProxy proxy = new(Path.Combine(scene.Folders.Parts, $"{name}.sock"), gateway);
        try
        {
            Part sensor = await scene.StartSensorAsync(name, proxy.Path, speed, stop).ConfigureAwait(false);
            await proxy.UntilHeardAsync(heard, stop).ConfigureAwait(false);
            return (proxy, sensor);
        }
        catch
        {
            await proxy.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Copies a device: its keys, its counter, and all else that it keeps.</summary>
    protected static void CopyKeys(string from, string to)
    {
        Fleet.PrivateFile.CreateFolder(to);
        foreach (string file in Directory.EnumerateFiles(from))
        {
            // A copy keeps the mode: keys that others may read are not loaded.
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }
}
