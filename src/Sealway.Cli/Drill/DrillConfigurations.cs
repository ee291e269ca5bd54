namespace Sealway.Cli.Drill;

using System.Text.Json;
using System.Text.Json.Nodes;
using Sealway.Cli.Demo;

/// <summary>The demo's ward and home, with ledgers for the sensors, short slots, frequent heads and statuses, and quick attempts to connect again.</summary>
internal sealed class DrillConfigurations(DemoFolders folders, DemoPlan plan, DemoOptions options)
{
    private readonly DemoConfigurations _demo = new(folders, DemoPorts.Choose(), plan, options);

    /// <summary>The sensors' ledgers.</summary>
    public IReadOnlyList<string> WardLedgers => [.. plan.Ward.Select(sensor => Ledger(hospital: true, sensor))];

    /// <summary>The same of the home.</summary>
    public IReadOnlyList<string> HomeLedgers => [.. plan.Home.Select(sensor => Ledger(hospital: false, sensor))];

    public void WriteAll()
    {
        _demo.WriteAll();
        Change(DrillPart.Registrar, registrar =>
        {
            registrar["statusEvery"] = "1s";
            registrar["headEvery"] = "1s";
        });
        Change(DrillPart.WardGateway, Quick);
        Change(DrillPart.HomeGateway, gateway =>
        {
            Quick(gateway);
            gateway["home"]!["tick"] = "250ms";
        });
        Change(DrillPart.WardSensors, sensors => Ledgers(sensors, WardLedgers));
        Change(DrillPart.HomeSensors, sensors => Ledgers(sensors, HomeLedgers));
    }

    /// <summary>A paired member's configuration.</summary>
    public void WriteApp(string name, string identity) => _demo.WriteApp(name, identity);

    /// <summary>A part's configuration.</summary>
    public string FileOf(string part) => Path.Combine(folders.Parts, $"{part}.json");

    private string Ledger(bool hospital, DemoSensor sensor) => Path.Combine(folders.Keys(hospital, sensor.Name), "ledger");

    private static void Quick(JsonObject gateway)
    {
        gateway["reconnectWithin"] = "1s";
        gateway["headEvery"] = "1s";
    }

    private static void Ledgers(JsonObject sensors, IReadOnlyList<string> ledgers)
    {
        sensors["reconnectWithin"] = "500ms";
        JsonArray all = sensors["sensors"]!.AsArray();
        for (int i = 0; i < all.Count; i++)
        {
            all[i]!["ledger"] = ledgers[i];
        }
    }

    private void Change(string part, Action<JsonObject> change)
    {
        JsonObject configuration = JsonNode.Parse(File.ReadAllText(FileOf(part)))!.AsObject();
        change(configuration);
        File.WriteAllText(FileOf(part), configuration.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
    }
}
