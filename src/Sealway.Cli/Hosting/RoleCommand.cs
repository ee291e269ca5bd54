namespace Sealway.Cli.Hosting;

using System.CommandLine;

/// <summary>Makes the command of a long-running role: <c>sealway ROLE CONFIGURATION</c>.</summary>
internal static class RoleCommand
{
    /// <param name="role">The command's name.</param>
    /// <param name="description">What the role does, for the help.</param>
    /// <param name="parse">Asks for the role's own keys.</param>
    /// <param name="run">Does its work until it is done or cancelled.</param>
    public static Command Create<TOptions>(
        string role,
        string description,
        Func<SettingsSection, TOptions> parse,
        Func<TOptions, RoleContext, CancellationToken, Task> run)
    {
        Argument<string> configuration = new("configuration") { Description = "The role's configuration, a JSON file." };
        Option<string?> keylog = KeyLogging.Option();
        Command command = new(role, description) { configuration, keylog };
        command.SetAction((result, cancellation) => RoleHost.Run(role, result.GetRequiredValue(configuration), parse, run, result.GetValue(keylog), cancellation));
        return command;
    }
}
