namespace Sealway.Cli.Roles;

using Sealway.Cli.Hosting;
using Sealway.Links;

/// <summary>A listener's or a link's TLS profile: <c>profile</c> and <c>suites</c> of a section; modern where it is left out.</summary>
internal static class TlsSettings
{
    public static TlsProfile Parse(SettingsSection section, string key)
    {
        if (section.OptionalSection(key) is not { } tls)
        {
            return TlsProfile.Modern;
        }

        string name = tls.Text("profile", TlsProfile.Modern.Name, TlsProfile.Modern.Name);
        IReadOnlyList<string> suites = tls.Texts("suites", most: TlsProfile.Intermediate.Suites.Count, example: TlsProfile.Intermediate.Suites[0]);
        try
        {
            _ = TlsProfile.Parse(name);
        }
        catch (FormatException wrong)
        {
            tls.Mistake("profile", wrong.Message, "write \"modern\", or \"intermediate\" where the other side is not Sealway's and has no TLS 1.3");
            return TlsProfile.Modern;
        }

        try
        {
            return TlsProfile.Parse(name, suites);
        }
        catch (FormatException wrong)
        {
            tls.Mistake("suites", wrong.Message, "leave \"suites\" out to have them all");
            return TlsProfile.Modern;
        }
    }
}
