namespace Sealway.Cli.Roles;

using Sealway.Cli.Hosting;

/// <summary>A <c>sealway app</c> configuration.</summary>
/// <param name="Identity">The folder that pairing made.</param>
/// <param name="Data">Where the home's log is kept, sealed as it came.</param>
internal sealed record AppSettings(IdentitySettings Identity, string Data)
{
    public static AppSettings Parse(SettingsSection settings) => new(IdentitySettings.Parse(settings), settings.FolderPath("data"));
}
