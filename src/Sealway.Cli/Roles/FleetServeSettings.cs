namespace Sealway.Cli.Roles;

using System.Net;
using Sealway.Cli.Hosting;
using Sealway.Fleet;
using Sealway.Links;

/// <summary>A <c>sealway fleet serve</c> configuration.</summary>
/// <param name="Fleet">The fleet's folder; of it the issuer's key, the registry, the factories and the devices are needed, the authority's own key is not.</param>
/// <param name="PassphraseFile">A file whose first line unlocks the issuer's key; null: it is not locked.</param>
/// <param name="Listen">Where to listen.</param>
/// <param name="Hosts">Names and addresses by which the server is reached.</param>
/// <param name="Rules">How long certificates are valid, and how old the registry may be.</param>
internal sealed record FleetServeSettings(string Fleet, string? PassphraseFile, HostPort Listen, IReadOnlyList<string> Hosts, EnrolmentRules Rules)
{
    public static FleetServeSettings Parse(SettingsSection settings) => new(
        settings.FolderPath("fleet", mustExist: true),
        settings.OptionalFilePath("passphraseFile", mustExist: true),
        settings.Parsed("listen", HostPort.Parse, "an address to listen on, host:port", "0.0.0.0:9443"),
        settings.ParsedList("hosts", Host, "a DNS name or IP address, without a port", "authority.example"),
        new EnrolmentRules(
            settings.Duration("validity", TimeSpan.FromSeconds(1), TimeSpan.FromDays(3 * 365), EnrolmentRules.DefaultValidity),
            settings.Duration("registryStaleAfter", TimeSpan.FromMinutes(1), TimeSpan.FromDays(365), EnrolmentRules.DefaultStaleAfter)));

    private static string Host(string text) => IPAddress.TryParse(text, out _) || Uri.CheckHostName(text) == UriHostNameType.Dns ? text : throw new FormatException();
}
