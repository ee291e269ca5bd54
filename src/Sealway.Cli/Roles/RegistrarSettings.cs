namespace Sealway.Cli.Roles;

using Sealway.Cli.Hosting;
using Sealway.Links;

/// <summary>A <c>sealway registrar</c> configuration.</summary>
/// <param name="Fleet">The fleet's folder; of it the registrar's keys and the registry are needed, the authority's key is not.</param>
/// <param name="Cloud">The cloud's HTTPS address.</param>
/// <param name="CloudName">The cloud's enrolled name; null: any cloud of this fleet at that address.</param>
/// <param name="HeadEvery">How often a head is signed even if nothing happened.</param>
/// <param name="StatusEvery">How often every revocation so far is stated.</param>
/// <param name="Enrolment">Where the registrar's TLS certificate is renewed; null: by hand.</param>
internal sealed record RegistrarSettings(string Fleet, HostPort Cloud, string? CloudName, TimeSpan HeadEvery, TimeSpan StatusEvery, EnrolmentSettings? Enrolment = null)
{
    public static RegistrarSettings Parse(SettingsSection settings) => new(
        settings.FolderPath("fleet", mustExist: true),
        settings.Parsed("cloud", HostPort.Parse, "the cloud's HTTPS address, host:port", "cloud.example:8443"),
        settings.OptionalText("cloudName", example: "cloud"),
        settings.Duration("headEvery", TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1)),
        settings.Duration("statusEvery", TimeSpan.FromSeconds(1), TimeSpan.FromDays(1), TimeSpan.FromHours(1)),
        EnrolmentSettings.Parse(settings));
}
