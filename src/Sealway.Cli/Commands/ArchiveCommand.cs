namespace Sealway.Cli.Commands;

using System.CommandLine;
using Sealway.Archive;
using Sealway.Cli.Hosting;
using Sealway.Cli.Roles;
using Sealway.Fleet;
using Sealway.Messages;
using Command = System.CommandLine.Command;

/// <summary><c>sealway archive CONFIGURATION</c>: follows, judges, countersigns, keeps; <c>check</c> re-verifies every stored byte; <c>prove</c> writes a waybill.</summary>
internal static class ArchiveCommand
{
    public static Command Create() => RoleCommand.Create(
        "archive",
        "Follow logs through the cloud, judge, alarm, countersign, keep as files that never change.",
        ArchiveSettings.Parse,
        Run);

    private static async Task Run(ArchiveSettings settings, RoleContext context, CancellationToken stop)
    {
        using Identity identity = settings.Identity.Load(Role.Archive);
        ArchiveRole role = await ArchiveRole.OpenAsync(settings.Options(identity), context.Time, context.Loggers, stop).ConfigureAwait(false);
        await using (role.ConfigureAwait(false))
        {
            context.ReportHealth(role.Health);
            await role.RunAsync(stop).ConfigureAwait(false);
        }
    }
}
