namespace Sealway.Cli.Commands;

using System.CommandLine;
using System.Net;
using Microsoft.Extensions.Logging;
using Sealway.Cli.Hosting;
using Sealway.Cli.Roles;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Messages;
using Command = System.CommandLine.Command;

/// <summary><c>sealway fleet serve CONFIGURATION</c>: the authority's EST server, where devices enrol and parties renew.</summary>
internal static class FleetServe
{
    // Its own: made anew by itself, with the issuer's key at hand.
    private static readonly TimeSpan OwnValidity = TimeSpan.FromDays(30);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    public static Command Create() => RoleCommand.Create(
        "serve",
        "Enrol devices by their factory certificates and renew parties' TLS certificates, over EST.",
        FleetServeSettings.Parse,
        Run);

    private static async Task Run(FleetServeSettings settings, RoleContext context, CancellationToken stop)
    {
        FleetFolder folder = new(settings.Fleet);
        using CertificateIssuer issuer = Issuer(settings, folder, context.Time);
        StoredRegistry registry = await StoredRegistry.OpenAsync(folder, stop).ConfigureAwait(false);
        await using (registry.ConfigureAwait(false))
        {
            RegistryView view = registry.Current;
            CertificateSubject subject = new(
                view.Log.Name,
                view.Authority.Kid,
                Role.Authority,
                [.. settings.Hosts.Where(host => !IPAddress.TryParse(host, out _))],
                [.. settings.Hosts.Select(host => IPAddress.TryParse(host, out IPAddress? address) ? address : null).OfType<IPAddress>()]);
            using EstIdentity own = EstIdentity.Create(folder.Serve, issuer, subject, OwnValidity, context.Time);

            // Whom the registry does not know yet is for the desk, which reads it anew for each request; who was revoked does not come in.
            PeerCheck check = new(() => registry.Current, context.Time, sources: Enum.GetValues<Role>());
            EnrolmentDesk desk = new(registry.RefreshAsync, new AdmittedDevices(folder.Devices), issuer, settings.Rules, context.Time);
            EstServer server = new(new EstServerOptions
            {
                Address = settings.Listen,
                Policy = new TlsPolicy(own.Source, RegistryCheck.Of(check), context.Time),
                Desk = desk,
                Factories = new FactoryAuthorities(folder.Factories),
                Every = Shorter(settings.Rules.Validity / 12, LinkLimits.EnrolmentEvery),
                Time = context.Time,
                Logging = context.Loggers,
            });
            await using (server.ConfigureAwait(false))
            {
                await server.StartAsync(stop).ConfigureAwait(false);
                context.Log.LogInformation("serving fleet {Fleet} at https://{Address}/.well-known/est", view.Log.Name, server.Address);
                context.ReportHealth(() => Health(server, desk, registry.Current, own));
                try
                {
                    await Task.WhenAny(own.RunAsync(stop), RefreshAsync(registry, context, stop)).Unwrap().ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (stop.IsCancellationRequested)
                {
                    // It was told to; requests under way are answered below.
                }
            }
        }
    }

    private static Dictionary<string, object> Health(EstServer server, EnrolmentDesk desk, RegistryView registry, EstIdentity own) => new()
    {
        ["address"] = server.Address.ToString(),
        ["enrolled"] = server.Enrolled,
        ["renewed"] = server.Renewed,
        ["refused"] = server.RefusedBy.Values.Sum(),
        ["refusedBy"] = server.RefusedBy.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value),
        ["registrySize"] = registry.Size,
        ["registryStale"] = desk.IsStale(registry),
        ["expires"] = own.Source.Current.Self.NotAfter,
    };

    // For the handshakes, which cannot wait for a disk.
    private static async Task RefreshAsync(StoredRegistry registry, RoleContext context, CancellationToken stop)
    {
        while (true)
        {
            await registry.RefreshAsync(stop).ConfigureAwait(false);
            await Task.Delay(Look, context.Time, stop).ConfigureAwait(false);
        }
    }

    private static CertificateIssuer Issuer(FleetServeSettings settings, FleetFolder folder, TimeProvider time)
    {
        if (!File.Exists(folder.CaKey))
        {
            throw new UserError("the key that issues certificates is not here", folder.CaKey, "run this where the authority keeps it", ExitCode.Usage);
        }

        char[] passphrase = Passphrase.Read(settings.PassphraseFile);
        try
        {
            return CertificateIssuer.Load(folder.CaKey, folder.CaCertificate, passphrase, time);
        }
        finally
        {
            Array.Clear(passphrase);
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
