namespace Sealway.Cli.Commands;

using System.CommandLine;
using Sealway.Cli.Hosting;
using Sealway.Fleet;
using Command = System.CommandLine.Command;

/// <summary><c>sealway fleet status</c>.</summary>
internal static class FleetStatus
{
    public static Command Create()
    {
        Command command = new("status", "State every revocation so far; due at least daily, and before waybills of today are made.");
        FleetPlace place = new(command);
        command.SetAction(async (result, stop) =>
        {
            Registrar registrar = await place.OpenRegistrarAsync(result, stop).ConfigureAwait(false);
            await using (registrar.ConfigureAwait(false))
            {
                RegistryView view = await registrar.StatusAsync(stop).ConfigureAwait(false);
                int revoked = view.Withdrawals.Count();
                await result.InvocationConfiguration.Output.WriteLineAsync(
                    $"stated {revoked} revocation{(revoked == 1 ? string.Empty : "s")} through {Instant.Text(view.LatestStatus!.ThroughMilliseconds)}").ConfigureAwait(false);
            }

            return ExitCode.Clean;
        });
        return command;
    }
}
