namespace Sealway.Cli.Commands;

using System.CommandLine;
using Sealway.Cli.Hosting;
using Sealway.Fleet;
using Command = System.CommandLine.Command;

/// <summary><c>sealway fleet show</c>.</summary>
internal static class FleetShow
{
    public static Command Create()
    {
        Command command = new("show", "Show who is enrolled, assigned and revoked.");
        FleetPlace place = new(command);
        command.SetAction(async (result, stop) =>
        {
            Registrar registrar = await place.OpenRegistrarAsync(result, stop).ConfigureAwait(false);
            await using (registrar.ConfigureAwait(false))
            {
                await Print(result.InvocationConfiguration.Output, registrar.Registry.Current).ConfigureAwait(false);
            }

            return ExitCode.Clean;
        });
        return command;
    }

    private static async Task Print(TextWriter output, RegistryView view)
    {
        await output.WriteLineAsync($"fleet {view.Log.Name}, registry of {view.Size} entries, authority {view.Authority.Kid}").ConfigureAwait(false);
        await output.WriteLineAsync($"status through {(view.LatestStatus is { } status ? Instant.Text(status.ThroughMilliseconds) : "never")}").ConfigureAwait(false);
        await output.WriteLineAsync().ConfigureAwait(false);
        int longest = view.Parties.Max(party => party.Name.Length);
        foreach (Party party in view.Parties)
        {
            await output.WriteLineAsync($"{party.Role.Word(),-10} {party.Name.PadRight(longest)}  {party.Kid}{Assigned(view, party)}{Withdrawn(view, party)}").ConfigureAwait(false);
        }

        foreach (Erased erased in view.ErasedLogs.SelectMany(view.ErasuresOf))
        {
            Messages.Erasure what = erased.Erasure;
            string entries = what.First == what.Last ? $"entry {what.First}" : $"entries {what.First} to {what.Last}";
            await output.WriteLineAsync($"erased     {what.ErasedLog} {entries}, {Instant.Text(erased.AtMilliseconds)}: {what.Reason}").ConfigureAwait(false);
        }

        foreach (Anomaly anomaly in view.Anomalies)
        {
            await output.WriteLineAsync($"entry {anomaly.Index} has no effect: {anomaly.Reason}").ConfigureAwait(false);
        }
    }

    private static string Assigned(RegistryView view, Party party) =>
        view.AssignmentOf(party.Kid) is { } assignment ? $"  {assignment.Gateway}, {assignment.Subject}" : string.Empty;

    private static string Withdrawn(RegistryView view, Party party) => view.WithdrawalOf(party.Kid) switch
    {
        { IsRevocation: true } revoked => $"  REVOKED {Instant.Text(revoked.SinceMilliseconds)}: {revoked.Reason}",
        { Successor: { } successor } replaced => $"  replaced by {successor} {Instant.Text(replaced.SinceMilliseconds)}",
        _ => string.Empty,
    };
}
