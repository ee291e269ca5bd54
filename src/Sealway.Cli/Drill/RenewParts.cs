namespace Sealway.Cli.Drill;

using System.Net;
using System.Text.Json.Nodes;
using Sealway.Cli.Demo;
using Sealway.Cli.Factory;
using Sealway.Fleet;
using Sealway.Messages;

/// <summary>The ward of a renewal drill: devices fresh from a factory, the fleet that admits them, and the configurations, in which every part enrols and renews by itself.</summary>
internal sealed class RenewParts(DemoFolders folders, TimeSpan life)
{
    public const string Server = "enrolment";
    public const string Cloud = "cloud";
    public const string Registrar = "registrar";
    public const string Gateway = "gateway";
    public const string Archive = "archive";
    public const string Sensors = "sensors";
    public const string GatewayName = "ward-3";
    public const string Fleet = "hospital";

    private const string Name = "acme";
    private const double Speed = 5;

    private static readonly string[] SensorNames = ["monitor-1", "monitor-2"];

    /// <summary>The sensors' ledgers.</summary>
    public IReadOnlyList<string> Ledgers => [.. SensorNames.Select(name => Path.Combine(Keys(name), "ledger"))];

    /// <summary>A device's folder, named by its serial number, which here is its name.</summary>
    public string Keys(string name) => Path.Combine(folders.Hospital, "made", "devices", name);

    /// <summary>Makes factory, devices and fleet, and admits them.</summary>
    public async Task MakeAsync(CancellationToken stop)
    {
        FactoryOrder[] orders =
        [
            Order(Role.Cloud, Cloud), Order(Role.Gateway, GatewayName), Order(Role.Archive, Archive), .. SensorNames.Select(name => Order(Role.Sensor, name)),
        ];
        using FactoryAuthority factory = FactoryAuthority.Create(Name, Path.Combine(folders.Hospital, "factory"), default, TimeProvider.System);
        using FactoryLine line = FactoryLine.Open(factory, Path.Combine(folders.Hospital, "made"), DeviceLabel.Of);
        foreach (FactoryOrder order in orders)
        {
            line.Make(order, default);
        }

        Authority authority = await Authority.InitAsync(Fleet, folders.HospitalFleet, default, TimeProvider.System, stop).ConfigureAwait(false);
        await using (authority.ConfigureAwait(false))
        {
            FleetFolder fleet = new(folders.HospitalFleet);
            new FactoryAuthorities(fleet.Factories).Trust(Name, factory.Certificate.ExportCertificatePem());
            Admission admission = new(authority, fleet, TimeProvider.System);
            foreach (MadeDevice device in line.Made)
            {
                await admission.AdmitAsync(device, stop).ConfigureAwait(false);
            }

            Kid archive = authority.Registry.FindByName(Archive, Role.Archive)!.Kid;
            ulong now = (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            foreach (string name in SensorNames)
            {
                await authority.AssignAsync(new Assignment(authority.Registry.FindByName(name, Role.Sensor)!.Kid, GatewayName, $"patient-{name[^1]}", now, archive), stop).ConfigureAwait(false);
            }

            await authority.StatusAsync(stop).ConfigureAwait(false);
        }
    }

    /// <summary>Writes every part's configuration.</summary>
    public void WriteAll(IReadOnlyList<int> ports)
    {
        (string est, string mqtt, string https, string sensors) = (Local(ports[0]), Local(ports[1]), Local(ports[2]), Local(ports[3]));
        Write(Server, new JsonObject { ["fleet"] = folders.HospitalFleet, ["listen"] = est, ["validity"] = Hosting.Durations.Format(life) });
        Write(Cloud, new JsonObject { ["fleets"] = new JsonArray(Party(Cloud, est, new JsonObject { ["data"] = folders.DataOf(Cloud), ["mqtt"] = mqtt, ["https"] = https })) });
        Write(Registrar, new JsonObject { ["fleet"] = folders.HospitalFleet, ["cloud"] = https, ["statusEvery"] = "1s", ["headEvery"] = "1s" });
        Write(Gateway, Party(GatewayName, est, new JsonObject
        {
            ["data"] = folders.DataOf(Gateway), ["cloud"] = mqtt, ["reconnectWithin"] = "1s", ["headEvery"] = "1s", ["sensors"] = new JsonObject { ["listen"] = new JsonArray(sensors) },
        }));
        Write(Archive, Party(Archive, est, new JsonObject { ["data"] = folders.Archive, ["cloud"] = https, ["alert"] = new JsonObject { ["command"] = DemoConfigurations.AlertCommand(DemoConfigurations.AlertsFile(folders)) } }));
        Write(Sensors, new JsonObject
        {
            ["stopWithin"] = "60s",
            ["reconnectWithin"] = "500ms",
            ["sensors"] = new JsonArray([.. SensorNames.Select((name, i) => Party(name, est, new JsonObject
            {
                ["gateway"] = sensors, ["gatewayName"] = GatewayName, ["generate"] = "vitals", ["seed"] = i + 1, ["speed"] = Speed, ["ledger"] = Path.Combine(Keys(name), "ledger"),
            }))]),
        });
    }

    /// <summary>Starts a part.</summary>
    public Part Start(string part) => part == Server
        ? Part.Start(part, folders.Parts, "fleet", "serve", Path.Combine(folders.Parts, $"{part}.json"))
        : Part.Role(part is Sensors ? "sensor" : part, part, folders.Parts);

    private static FactoryOrder Order(Role role, string name) =>
        new(0, name, role, name, "Drill", role is Role.Cloud or Role.Gateway ? ["localhost", IPAddress.Loopback.ToString()] : []);

    private static string Local(int port) => $"127.0.0.1:{port}";

    private JsonObject Party(string name, string server, JsonObject configuration)
    {
        FleetFolder fleet = new(folders.HospitalFleet);
        configuration["identity"] = Keys(name);
        configuration["enrolment"] = new JsonObject { ["server"] = server, ["ca"] = fleet.CaCertificate, ["authority"] = fleet.AuthorityPin };
        return configuration;
    }

    private void Write(string part, JsonObject configuration) => DemoConfigurations.Write(folders, part, configuration);
}
