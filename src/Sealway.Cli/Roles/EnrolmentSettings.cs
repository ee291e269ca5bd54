namespace Sealway.Cli.Roles;

using Sealway.Cli.Hosting;
using Sealway.Links;

/// <summary>Where a party renews its TLS certificate by itself: <c>enrolment</c> of a role's configuration.</summary>
/// <param name="Server">The authority's EST server.</param>
/// <param name="Ca">A fleet's <c>ca.crt</c>, for a device that is not enrolled yet; null: the one in its folder.</param>
/// <param name="Authority">The fleet's <c>authority.pub</c>, likewise.</param>
internal sealed record EnrolmentSettings(HostPort Server, string? Ca, string? Authority)
{
    public const string Key = "enrolment";

    public static EnrolmentSettings? Parse(SettingsSection section) => section.OptionalSection(Key) is not { } enrolment
        ? null
        : new EnrolmentSettings(
            enrolment.Parsed("server", HostPort.Parse, "the authority's EST server, host:port", "authority.example:9443"),
            enrolment.OptionalFilePath("ca", mustExist: true),
            enrolment.OptionalFilePath("authority", mustExist: true));
}
