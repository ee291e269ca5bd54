namespace Sealway.Cli.Roles;

using Sealway.Alarms;
using Sealway.Cli.Hosting;
using Sealway.Cloud;
using Sealway.Links;

/// <summary>One fleet of a <c>sealway cloud</c> configuration.</summary>
/// <param name="Identity">The cloud's keys in this fleet.</param>
/// <param name="Options">The tenant's options; the identity is filled in when it is loaded.</param>
internal sealed record CloudSettings(IdentitySettings Identity, Func<Fleet.Identity, TenantOptions> Options)
{
    public static IReadOnlyList<CloudSettings> ParseAll(SettingsSection settings) =>
        [.. settings.Sections("fleets", least: 1, most: 1_024, distinctBy: "data").Select(Parse)];

    private static CloudSettings Parse(SettingsSection section)
    {
        string data = section.FolderPath("data");
        HostPort mqtt = section.Parsed("mqtt", HostPort.Parse, "an address to listen on for gateways, host:port", "0.0.0.0:8883");
        HostPort https = section.Parsed("https", HostPort.Parse, "an address to listen on for registrar, archives and apps, host:port", "0.0.0.0:8443");
        AlarmRules rules = AlarmSettings.Parse(section, AlarmRules.Ward);
        bool prune = section.Flag("prune");
        TimeSpan stale = section.Duration("registryStaleAfter", TimeSpan.FromMinutes(1), TimeSpan.FromDays(365), TimeSpan.FromDays(2));
        TimeSpan silent = section.Duration("silentAfter", TimeSpan.FromMinutes(1), TimeSpan.FromDays(1), TimeSpan.FromSeconds(150));
        TimeSpan withheld = section.Duration("registryWithheldAfter", TimeSpan.FromMinutes(1), TimeSpan.FromDays(1), TimeSpan.FromMinutes(10));
        TlsProfile mqttTls = TlsSettings.Parse(section, "mqttTls");
        TlsProfile httpsTls = TlsSettings.Parse(section, "httpsTls");
        return new CloudSettings(IdentitySettings.Parse(section), identity => new TenantOptions(identity, data, mqtt, https, rules, prune, stale, silent) { RegistryWithheldAfter = withheld, MqttTls = mqttTls, HttpsTls = httpsTls });
    }
}
