namespace Sealway.Cli.Roles;

using Sealway.Alarms;
using Sealway.Cli.Hosting;

/// <summary>The alarm rules: <c>alarms</c>, a JSON file; the built-in ones where it is left out. Gateway, cloud and archive need the same rules to come to the same alarms.</summary>
internal static class AlarmSettings
{
    public static AlarmRules Parse(SettingsSection section, AlarmRules builtIn)
    {
        if (section.OptionalFilePath("alarms", mustExist: true) is not { } file || !File.Exists(file))
        {
            return builtIn;
        }

        try
        {
            return AlarmRules.FromJson(File.ReadAllBytes(file));
        }
        catch (AlarmRulesException mistakes)
        {
            section.Mistake("alarms", string.Join("; ", mistakes.Mistakes), "mend the rules file");
            return builtIn;
        }
    }
}
