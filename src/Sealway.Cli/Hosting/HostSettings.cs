namespace Sealway.Cli.Hosting;

using Microsoft.Extensions.Logging;

/// <summary>What every role's configuration may hold besides its own keys.</summary>
/// <param name="Level"><c>log.level</c>: the least level that is logged; information.</param>
/// <param name="HealthPort"><c>health.port</c>: the loopback port of the health endpoint; 0, a port of the system's choice.</param>
/// <param name="HealthPortFile"><c>health.portFile</c>: a file to write that port to; none.</param>
/// <param name="HealthLastFile">A file that gets the last health report when the role has ended; null: none.</param>
/// <param name="StopWithin"><c>stopWithin</c>: how long a role may take to stop before it is left behind; 10 s.</param>
/// <param name="AllowTlsKeylog"><c>debug.allowTlsKeylog</c>: whether <c>--tls-keylog</c> is not refused; false.</param>
internal sealed record HostSettings(LogLevel Level, int HealthPort, string? HealthPortFile, string? HealthLastFile, TimeSpan StopWithin, bool AllowTlsKeylog)
{
    /// <summary>Asks for these keys.</summary>
    public static HostSettings Parse(SettingsSection settings) => new(
        settings.Choice<LogLevel>("log.level", LogLevel.Information),
        settings.Port("health.port", fallback: 0, anyAllowed: true),
        settings.OptionalFilePath("health.portFile"),
        settings.OptionalFilePath("health.lastFile"),
        settings.Duration("stopWithin", TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(10)),
        settings.Flag("debug.allowTlsKeylog"));
}
