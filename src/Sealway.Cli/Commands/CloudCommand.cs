namespace Sealway.Cli.Commands;

using System.CommandLine;
using Sealway.Cli.Hosting;
using Sealway.Cli.Roles;
using Sealway.Cloud;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Messages;
using Command = System.CommandLine.Command;

/// <summary><c>sealway cloud CONFIGURATION</c>: follows gateways' logs for one or more fleets, keeps, judges, countersigns, alarms, serves followers.</summary>
internal static class CloudCommand
{
    public static Command Create() => RoleCommand.Create(
        "cloud",
        "Follow gateways' logs, keep, judge, countersign, raise alarms, serve archives and apps.",
        CloudSettings.ParseAll,
        Run);

    private static async Task Run(IReadOnlyList<CloudSettings> fleets, RoleContext context, CancellationToken stop)
    {
        List<Identity> identities = [];
        List<TlsIdentitySource> sources = [];
        try
        {
            List<TenantOptions> tenants = [];
            foreach (CloudSettings fleet in fleets)
            {
                await fleet.Identity.EnrolledAsync(context, stop).ConfigureAwait(false);
                identities.Add(fleet.Identity.Load(Role.Cloud));
                sources.Add(fleet.Identity.OpenTls(context));
                tenants.Add(fleet.Options(identities[^1]) with { Tls = sources[^1] });
            }

            CloudRole role = await CloudRole.OpenAsync(new CloudOptions(tenants), context.Time, context.Loggers, stop).ConfigureAwait(false);
            await using (role.ConfigureAwait(false))
            {
                context.ReportHealth(role.Health);
                await role.RunAsync(stop).ConfigureAwait(false);
            }
        }
        finally
        {
            sources.ForEach(source => source.Dispose());
            identities.ForEach(identity => identity.Dispose());
        }
    }
}
