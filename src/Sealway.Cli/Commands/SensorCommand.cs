namespace Sealway.Cli.Commands;

using System.CommandLine;
using Microsoft.Extensions.Logging;
using Sealway.Cli.Hosting;
using Sealway.Cli.Roles;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Messages;
using Command = System.CommandLine.Command;
using Sealway.Sensor;
using Sealway.Sensor.Numbers;

/// <summary><c>sealway sensor CONFIGURATION</c>: one or more sensors that replay recordings or generate values, sign, and send.</summary>
internal static class SensorCommand
{
    public static Command Create() => RoleCommand.Create(
        "sensor",
        "Replay a recording or generate values, sign each reading, send it to a gateway.",
        SensorSettings.ParseAll,
        Run);

    private static async Task Run(IReadOnlyList<SensorSettings> sensors, RoleContext context, CancellationToken stop)
    {
        List<IDisposable> keys = [];
        try
        {
            await Task.WhenAll(sensors.Select(one => one.Identity.EnrolledAsync(context, stop))).ConfigureAwait(false);
            SensorRole role = new([.. sensors.Select(one => Options(one, context, keys))], context.Time, context.Loggers.CreateLogger<SensorRole>());
            await using (role.ConfigureAwait(false))
            {
                context.ReportHealth(role.Health);
                await role.RunAsync(stop).ConfigureAwait(false);
            }
        }
        finally
        {
            keys.ForEach(key => key.Dispose());
        }
    }

    private static SensorOptions Options(SensorSettings settings, RoleContext context, List<IDisposable> keys)
    {
        Identity identity = settings.Identity.Load(Role.Sensor);
        keys.Add(identity);
        return new SensorOptions
        {
            Name = identity.Name,
            Signer = identity.Signing,
            CounterFile = Path.Combine(settings.Identity.Folder, SensorCounter.FileName),
            Connect = Connect(settings, identity, context, keys),
            Source = settings.Source.Open(context.Time),
            WholeSamples = settings.WholeSamples,
            LedgerFile = settings.Ledger,
            LongestBackoff = settings.ReconnectWithin,
        };
    }

    private static Func<CancellationToken, ValueTask<ISensorLink>> Connect(SensorSettings settings, Identity identity, RoleContext context, List<IDisposable> keys)
    {
        if (settings.Gateway is not { } gateway)
        {
            return async stop => await SensorLinkClient.ConnectPlaintextUnixAsync(settings.Socket!, time: context.Time, cancellation: stop).ConfigureAwait(false);
        }

        // A sensor does not follow the registry: the fleet's authority, the gateway's name and role must do.
        TlsIdentitySource tls = settings.Identity.OpenTls(context);
        keys.Add(tls);

        // Nobody tells it the time either: its own certificate's beginning is past.
        TlsPolicy policy = new(tls, _ => null, new FlooredTime(context.Time, identity.Certificate.NotBefore)) { Profile = settings.Tls };
        PeerExpectation expected = new(settings.GatewayName, Role.Gateway);
        return async stop => await SensorLinkClient.ConnectTlsAsync(gateway, policy, expected, cancellation: stop).ConfigureAwait(false);
    }
}
