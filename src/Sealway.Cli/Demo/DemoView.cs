namespace Sealway.Cli.Demo;

using System.Globalization;
using System.Text.Json;
using Spectre.Console;

/// <summary>What the demo shows while it runs: the latest health report of each part, as a table.</summary>
internal sealed class DemoView
{
    private readonly Dictionary<string, JsonElement?> _latest = new(StringComparer.Ordinal);

    /// <summary>The home fleet's name, under which the cloud reports on it.</summary>
    public string HomeFleet { get; set; } = string.Empty;

    /// <summary>What is going on, in one line.</summary>
    public string Stage { get; set; } = "setting up";

    public void Update(string part, JsonElement? health) => _latest[part] = health;

    public JsonElement? Of(string part) => _latest.GetValueOrDefault(part);

    public Table Table()
    {
        Table table = new Table().Border(TableBorder.Rounded).Title(Markup.Escape($"Sealway · {Stage}"));
        table.AddColumns("the ward", "", "the home", "");
        table.AddRow("readings sent", Number(Of("ward-sensors").Count("sent")), "readings sent", Number(Of("home-sensors").Count("sent")));
        table.AddRow("logged by the gateway", Number(Of("ward-gateway").Count("logged")), "sealed entries", Number(Of("cloud").Count($"{HomeFleet}.sealedEntries")));
        table.AddRow("verified by the cloud", Number(Of("cloud").Count($"{DemoFleets.Hospital}.verified")), "of one size, in bytes", Sizes());
        table.AddRow("archived", Number(Of("archive").Count("archived")), "opened by Anna", Number(Of("app-anna").Count("opened")));
        table.AddRow("gaps", Number(Of("archive").Count("gaps")), "opened by Ben", Number(Of("app-ben").Count("opened")));
        table.AddRow("lag p50 / p99", Lag(), "heating", Heating());
        table.AddRow("alarms: gateway / cloud / archive", Alarms(), "switched", Number(Of("home-gateway").Count("heatingChanges")));
        return table;
    }

    /// <summary>The same in one line, for a terminal that is none.</summary>
    public string Line() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Stage}: ward sent {Of("ward-sensors").Count("sent")}, logged {Of("ward-gateway").Count("logged")}, verified {Of("cloud").Count($"{DemoFleets.Hospital}.verified")}, archived {Of("archive").Count("archived")}; home sent {Of("home-sensors").Count("sent")}, opened {Of("app-anna").Count("opened")}");

    private string Sizes() => Figures.At(Of("cloud"), $"{HomeFleet}.sealedSizes") is { ValueKind: JsonValueKind.Array } sizes
        ? string.Join(", ", sizes.EnumerateArray().Select(size => size.ToString()))
        : "–";

    private string Lag() => string.Create(CultureInfo.InvariantCulture, $"{Of("archive").Value("lagMs.p50"):0} / {Of("archive").Value("lagMs.p99"):0} ms");

    private string Alarms() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Of("ward-gateway").Count("alarmsRaised")} / {Of("cloud").Count($"{DemoFleets.Hospital}.alarmsRaised")} / {Of("archive").Count("alarmsRaised")}");

    private string Heating() => Of("home-gateway") is null ? "–" : Of("home-gateway").Flag("heatingOn") ? "[red]on[/]" : "off";

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
