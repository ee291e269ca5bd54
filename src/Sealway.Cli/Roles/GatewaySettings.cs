namespace Sealway.Cli.Roles;

using Sealway.Alarms;
using Sealway.Cli.Hosting;
using Sealway.Gateway;
using Sealway.Links;

/// <summary>A <c>sealway gateway</c> configuration.</summary>
/// <param name="Identity">Its keys.</param>
/// <param name="Options">The core's options; the identity is filled in when it is loaded.</param>
/// <param name="Rules">The alarm rules.</param>
/// <param name="Home">What a home's gateway has besides; null: an open log.</param>
internal sealed record GatewaySettings(IdentitySettings Identity, Func<Fleet.Identity, GatewayOptions> Options, AlarmRules Rules, HomeSettings? Home)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public static GatewaySettings Parse(SettingsSection settings)
    {
        IdentitySettings identity = IdentitySettings.Parse(settings);
        string data = settings.FolderPath("data");
        HostPort cloud = settings.Parsed("cloud", HostPort.Parse, "the cloud's MQTT address, host:port", "cloud.example:8883");
        string? cloudName = settings.OptionalText("cloudName", example: "cloud");
        IReadOnlyList<HostPort> listeners = settings.ParsedList("sensors.listen", HostPort.Parse, "an address to listen on, host:port", "0.0.0.0:7443");
        IReadOnlyList<string> sockets = settings.Texts("sensors.plaintextSockets", example: "/run/sealway/sensors.sock");
        TimeSpan idle = settings.Duration("sensors.idle", Second, Day, LinkLimits.SensorIdleTime);
        TlsProfile sensorTls = TlsSettings.Parse(settings, "sensors.tls");
        if (listeners.Count + sockets.Count == 0)
        {
            settings.Mistake("sensors", "sensors have nowhere to connect", "write for example \"sensors\": { \"listen\": [\"0.0.0.0:7443\"] }");
        }

        TimeSpan challenge = settings.Duration("challengeEvery", Second, TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(1));
        TimeSpan head = settings.Duration("headEvery", Second, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));
        TimeSpan refused = settings.Duration("refusedEvery", Second, TimeSpan.FromHours(1), TimeSpan.FromMinutes(1));
        TimeSpan registry = settings.Duration("registryEvery", Second, TimeSpan.FromHours(1), TimeSpan.FromMinutes(1));
        TimeSpan stale = settings.Duration("registryStaleAfter", TimeSpan.FromMinutes(1), TimeSpan.FromDays(365), TimeSpan.FromDays(2));
        TimeSpan reconnect = settings.Duration("reconnectWithin", Second, TimeSpan.FromHours(1), LinkLimits.LongestBackoff);
        TimeSpan late = settings.Duration("archiveLateAfter", Second, Day, TimeSpan.FromMinutes(5));
        int? unsent = settings.OptionalInteger("mostUnsent", 1_024, int.MaxValue);
        bool free = settings.Flag("freeArchived");
        bool generation = settings.Flag("newGeneration");
        SettingsSection? home = settings.OptionalSection("home");
        return new GatewaySettings(
            identity,
            loaded => new GatewayOptions
            {
                Identity = loaded,
                DataFolder = data,
                Cloud = cloud,
                CloudName = cloudName,
                SensorListeners = listeners,
                SensorTls = sensorTls,
                PlaintextSockets = sockets,
                SensorIdle = idle,
                ChallengeEvery = challenge,
                HeadEvery = head,
                RefusedEvery = refused,
                RegistryEvery = registry,
                RegistryStaleAfter = stale,
                ReconnectWithin = reconnect,
                ArchiveLateAfter = late,
                MostUnsent = (ulong?)unsent,
                FreeArchived = free,
                NewGeneration = generation,
            },
            AlarmSettings.Parse(settings, home is null ? AlarmRules.Ward : AlarmRules.Home),
            home is null ? null : HomeSettings.Parse(home));
    }
}
