namespace Sealway.Cli.Drill;

/// <summary>One of the drill's processes.</summary>
/// <param name="Role">Its role: the command.</param>
/// <param name="Name">Its name: its configuration, its log.</param>
internal sealed record DrillPart(string Role, string Name)
{
    public const string WardSensors = "ward-sensors";
    public const string HomeSensors = "home-sensors";
    public const string WardGateway = "ward-gateway";
    public const string HomeGateway = "home-gateway";
    public const string Cloud = "cloud";
    public const string Registrar = "registrar";
    public const string Archive = "archive";
    public const string App = "app-anna";

    /// <summary>All of them, in the order in which they start first.</summary>
    public static IReadOnlyList<DrillPart> All { get; } =
    [
        new("cloud", Cloud), new("registrar", Registrar), new("gateway", WardGateway), new("gateway", HomeGateway),
        new("archive", Archive), new("app", App), new("sensor", WardSensors), new("sensor", HomeSensors),
    ];

    /// <summary>The roles, each once.</summary>
    public static IReadOnlyList<string> Roles { get; } = [.. All.Select(part => part.Role).Distinct()];
}
