namespace Sealway.Cli.Commands;

using Microsoft.Extensions.Logging;
using Sealway.Cli.Hosting;
using Sealway.Cli.Roles;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Messages;
using Command = System.CommandLine.Command;

/// <summary><c>sealway registrar CONFIGURATION</c>: publishes the registry to the cloud; signs heads and statuses when they are due.</summary>
internal static class RegistrarCommand
{
    public static Command Create() => RoleCommand.Create(
        "registrar",
        "Publish the registry to the cloud, for everyone to follow.",
        RegistrarSettings.Parse,
        Run);

    // A registrar whose key is replaced while it runs goes on with the new one, as soon as that lies in the fleet's folder.
    private static async Task Run(RegistrarSettings settings, RoleContext context, CancellationToken stop)
    {
        Kid? replaced = null;
        while (true)
        {
            Registrar registrar = await Registrar.OpenAsync(new FleetFolder(settings.Fleet), default, context.Time, stop).ConfigureAwait(false);
            await using (registrar.ConfigureAwait(false))
            {
                if (replaced == registrar.Identity.Kid)
                {
                    registrar.RequireStands();
                }

                try
                {
                    await Run(registrar, settings, context, stop).ConfigureAwait(false);
                    return;
                }
                catch (RegistrarReplacedException old) when (replaced != old.Key)
                {
                    context.Log.LogWarning("the registrar's key {Key} was replaced; going on with the new one", old.Key);
                    replaced = old.Key;
                }
            }
        }
    }

    private static async Task Run(Registrar registrar, RegistrarSettings settings, RoleContext context, CancellationToken stop)
    {
        using TlsIdentitySource tls = new IdentitySettings(new FleetFolder(settings.Fleet).Registrar, null, settings.Enrolment).OpenTls(context);
        using RegistryPublisher publisher = new(registrar, settings.Cloud, settings.CloudName, context.Time, context.Log, tls);
        context.ReportHealth(() => new Dictionary<string, object>
        {
            ["registrySize"] = registrar.Registry.Size,
            ["published"] = publisher.Published,
            ["statusThrough"] = registrar.Registry.Current.LatestStatus?.ThroughMilliseconds ?? 0,
        });
        await publisher.RunAsync(settings.HeadEvery, settings.StatusEvery, stop).ConfigureAwait(false);
    }
}
