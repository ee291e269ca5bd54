namespace Sealway.Cli.Commands;

using System.CommandLine;
using Sealway.Cli.Hosting;
using Sealway.Cli.Roles;
using Sealway.Fleet;
using Sealway.Links;

/// <summary><c>sealway registrar CONFIGURATION</c>: publishes the registry to the cloud; signs heads and statuses when they are due.</summary>
internal static class RegistrarCommand
{
    public static Command Create() => RoleCommand.Create(
        "registrar",
        "Publish the registry to the cloud, for everyone to follow.",
        RegistrarSettings.Parse,
        Run);

    private static async Task Run(RegistrarSettings settings, RoleContext context, CancellationToken stop)
    {
        Registrar registrar = await Registrar.OpenAsync(new FleetFolder(settings.Fleet), default, context.Time, stop).ConfigureAwait(false);
        await using (registrar.ConfigureAwait(false))
        {
            using RegistryPublisher publisher = new(registrar, settings.Cloud, settings.CloudName, context.Time, context.Log);
            context.ReportHealth(() => new Dictionary<string, object>
            {
                ["registrySize"] = registrar.Registry.Size,
                ["published"] = publisher.Published,
                ["statusThrough"] = registrar.Registry.Current.LatestStatus?.ThroughMilliseconds ?? 0,
            });
            await publisher.RunAsync(settings.HeadEvery, settings.StatusEvery, stop).ConfigureAwait(false);
        }
    }
}
