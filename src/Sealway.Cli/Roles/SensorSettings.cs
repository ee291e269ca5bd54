namespace Sealway.Cli.Roles;

using Sealway.Cli.Hosting;
using Sealway.Links;

/// <summary>One sensor of a <c>sealway sensor</c> configuration.</summary>
/// <param name="Identity">Its keys.</param>
/// <param name="Gateway">The gateway's address; null with a socket.</param>
/// <param name="Socket">A Unix socket, plaintext; null with an address.</param>
/// <param name="GatewayName">The gateway's enrolled name.</param>
/// <param name="Source">What it measures.</param>
/// <param name="WholeSamples">Whether all values of a moment travel in one reading, instead of one value in each.</param>
/// <param name="Ledger">A file where it writes down what it signed and what the gateway answered; null: nowhere.</param>
/// <param name="ReconnectWithin">The longest wait before a new attempt to connect.</param>
/// <param name="Tls">The TLS profile of its link.</param>
internal sealed record SensorSettings(
    IdentitySettings Identity, HostPort? Gateway, string? Socket, string? GatewayName, SourceSettings Source, bool WholeSamples, string? Ledger, TimeSpan ReconnectWithin, TlsProfile Tls)
{
    public static IReadOnlyList<SensorSettings> ParseAll(SettingsSection settings)
    {
        double speed = settings.Number("speed", 0.001, 1_000_000, 1);
        TimeSpan reconnect = settings.Duration("reconnectWithin", TimeSpan.FromMilliseconds(250), TimeSpan.FromHours(1), TimeSpan.FromSeconds(30));
        return [.. settings.Sections("sensors", least: 1, most: 10_000, distinctBy: "identity").Select(one => Parse(one, speed, reconnect))];
    }

    private static SensorSettings Parse(SettingsSection section, double speed, TimeSpan reconnect)
    {
        string? socket = section.OptionalFilePath("socket");
        HostPort? gateway = section.Has("gateway")
            ? section.Parsed("gateway", HostPort.Parse, "the gateway's address, host:port", "gateway.ward-3.example:7443")
            : null;
        if ((socket is null) == (gateway is null))
        {
            section.Mistake("gateway", "either \"gateway\" or \"socket\" is needed, not both", "write \"gateway\": \"host:port\" for TLS, or \"socket\": \"path\" for a plaintext Unix socket");
        }

        string? name = gateway is null ? null : section.Text("gatewayName", example: "ward-3");
        return new SensorSettings(IdentitySettings.Parse(section), gateway, socket, name, SourceSettings.Parse(section, speed), section.Flag("wholeSamples"), section.OptionalFilePath("ledger"), reconnect, TlsSettings.Parse(section, "tls"));
    }
}
