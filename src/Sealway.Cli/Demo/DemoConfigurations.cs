namespace Sealway.Cli.Demo;

using System.Text.Json;
using System.Text.Json.Nodes;

/// <summary>Writes each part's configuration file: the same files that a person would write.</summary>
internal sealed class DemoConfigurations(DemoFolders folders, DemoPorts ports, DemoPlan plan, DemoOptions options)
{
    public const string HeatingFile = "heating";

    public void WriteAll()
    {
        Write("cloud", new JsonObject
        {
            ["fleets"] = new JsonArray(Tenant(hospital: true, ports.HospitalMqtt, ports.HospitalHttps), Tenant(hospital: false, ports.HomeMqtt, ports.HomeHttps)),
        });
        Write("registrar", new JsonObject
        {
            ["fleet"] = folders.HospitalFleet,
            ["cloud"] = Local(ports.HospitalHttps),
            ["statusEvery"] = "5s",
        });
        Write("ward-gateway", new JsonObject
        {
            ["identity"] = folders.Keys(true, DemoFleets.WardGateway),
            ["data"] = folders.DataOf("ward-gateway"),
            ["cloud"] = Local(ports.HospitalMqtt),
            ["sensors"] = WardSensors(),
        });
        Write("home-gateway", new JsonObject
        {
            ["identity"] = folders.Keys(false, DemoFleets.HomeGateway),
            ["data"] = folders.DataOf("home-gateway"),
            ["cloud"] = Local(ports.HomeMqtt),
            ["sensors"] = new JsonObject { ["listen"] = new JsonArray(Local(ports.HomeSensors)) },
            ["home"] = new JsonObject
            {
                ["fleet"] = folders.HomeFleet,
                ["pairing"] = Local(ports.Pairing),
                ["cloudHttps"] = Local(ports.HomeHttps),
                ["slotBytes"] = 4096,
                ["tick"] = "2s",
                ["labels"] = new JsonArray([.. plan.Home.Select(sensor => new JsonObject { ["name"] = sensor.Subject, ["label"] = sensor.Label })]),
                ["heating"] = new JsonArray(new JsonObject
                {
                    ["room"] = plan.Home[0].Subject,
                    ["target"] = 15,
                    ["leastOn"] = "1s",
                    ["leastOff"] = "1s",
                    ["file"] = HeatingPath,
                }),
            },
        });
        Write("archive", new JsonObject
        {
            ["identity"] = folders.Keys(true, DemoFleets.Archive),
            ["data"] = folders.Archive,
            ["cloud"] = Local(ports.HospitalHttps),
            ["alert"] = new JsonObject { ["command"] = AlertCommand(AlertsFile(folders)) },
        });
        Write("ward-sensors", Sensors(hospital: true, plan.Ward, DemoFleets.WardGateway, ports.WardSensors));
        Write("home-sensors", Sensors(hospital: false, plan.Home, DemoFleets.HomeGateway, ports.HomeSensors));
    }

    /// <summary>The file that stands for the heating's switch.</summary>
    public string HeatingPath => Path.Combine(folders.Home, HeatingFile);

    /// <summary>A paired member's configuration.</summary>
    public void WriteApp(string name, string identity) => Write(name, new JsonObject { ["identity"] = identity, ["data"] = folders.DataOf(name) });

    /// <summary>The socket at which the ward's gateway takes sensors in plaintext while it is attacked.</summary>
    public static string WardSocket(DemoFolders folders) => Path.Combine(folders.Parts, "ward.sock");

    /// <summary>What the archive's own channel delivered: an alert a line.</summary>
    public static string AlertsFile(DemoFolders folders) => Path.Combine(folders.Parts, "archive.alerts");

    /// <summary>A program that appends each alert to a file.</summary>
    public static JsonArray AlertCommand(string file) => new("/bin/sh", "-c", "cat >> \"$0\"; echo >> \"$0\"", file);

    private JsonObject WardSensors()
    {
        JsonObject sensors = new() { ["listen"] = new JsonArray(Local(ports.WardSensors)) };
        if (options.Attack)
        {
            sensors["plaintextSockets"] = new JsonArray(WardSocket(folders));
        }

        return sensors;
    }

    private JsonObject Tenant(bool hospital, int mqtt, int https) => new()
    {
        ["identity"] = folders.Keys(hospital, DemoFleets.Cloud),
        ["data"] = folders.DataOf(hospital ? "cloud-hospital" : "cloud-home"),
        ["mqtt"] = Local(mqtt),
        ["https"] = Local(https),
    };

    private JsonObject Sensors(bool hospital, IReadOnlyList<DemoSensor> sensors, string gateway, int port) => new()
    {
        ["stopWithin"] = "60s",
        ["sensors"] = new JsonArray([.. sensors.Select(sensor => Sensor(hospital, sensor, gateway, port))]),
    };

    private JsonObject Sensor(bool hospital, DemoSensor sensor, string gateway, int port)
    {
        JsonObject one = new()
        {
            ["identity"] = folders.Keys(hospital, sensor.Name),
            ["gateway"] = Local(port),
            ["gatewayName"] = gateway,
            ["speed"] = sensor.Speed,
        };
        if (sensor.Recording is { } recording)
        {
            one["recordings"] = options.Recordings;
            one["recording"] = recording.Name;
            one["repeat"] = true;
        }
        else
        {
            one["generate"] = hospital ? "vitals" : "room";
            one["seed"] = sensor.Seed;
            if (!hospital && sensor == plan.Home[0])
            {
                one["heatingFile"] = HeatingPath;
            }
        }

        return one;
    }

    private void Write(string part, JsonObject configuration)
    {
        if (options.TlsKeylog is not null)
        {
            configuration["debug"] = new JsonObject { ["allowTlsKeylog"] = true };
        }

        Write(folders, part, configuration);
    }

    /// <summary>Writes a part's configuration, with the places of its health report.</summary>
    public static void Write(DemoFolders folders, string part, JsonObject configuration)
    {
        configuration["health"] = new JsonObject
        {
            ["portFile"] = Path.Combine(folders.Parts, $"{part}.port"),
            ["lastFile"] = Path.Combine(folders.Parts, $"{part}.last.json"),
        };
        File.WriteAllText(Path.Combine(folders.Parts, $"{part}.json"), configuration.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
    }

    private static string Local(int port) => $"127.0.0.1:{port}";
}
