namespace Sealway.Cli.Drill;

using Sealway.Archive;
using Sealway.Cli.Demo;
using Sealway.Fleet;
using Sealway.Log;

/// <summary>The stores of all parts, opened to be looked at while the parts run and closed again, so that a part which dies finds its store as it left it.</summary>
internal sealed class DrillStores(DemoFolders folders)
{
    public string WardGateway => Path.Combine(folders.DataOf(DrillPart.WardGateway), "log.db");

    public string WardGatewayRegistry => Path.Combine(folders.DataOf(DrillPart.WardGateway), "registry.db");

    public string HomeGateway => Path.Combine(folders.DataOf(DrillPart.HomeGateway), "log.db");

    public string HospitalCloud => Path.Combine(folders.DataOf("cloud-hospital"), "logs.db");

    public string HomeCloud => Path.Combine(folders.DataOf("cloud-home"), "logs.db");

    public string HospitalFleet => new FleetFolder(folders.HospitalFleet).RegistryStore;

    public string HomeFleet => new FleetFolder(folders.HomeFleet).RegistryStore;

    public string App => Path.Combine(folders.DataOf(DrillPart.App), "home.db");

    public string Archive => Path.Combine(folders.Archive, "logs");

    /// <summary>Opens one, has it looked at, and closes it.</summary>
    public async Task Look(string path, Func<ILogStore, Task> look)
    {
        ILogStore store = path == Archive ? TileLogStore.OpenToRead(path) : SqliteLogStore.Open(path);
        await using (store.ConfigureAwait(false))
        {
            await look(store).ConfigureAwait(false);
        }
    }
}
