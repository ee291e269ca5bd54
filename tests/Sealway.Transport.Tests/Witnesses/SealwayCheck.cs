namespace Sealway.Transport.Tests;

using System.Text.Json;
using Sealway.Testing;

/// <summary>Runs <c>sealway tls check</c> as a user does.</summary>
internal static class SealwayCheck
{
    /// <summary>Looks at an endpoint; null if it was not done in time or wrote no report.</summary>
    public static async Task<SealwayCheckReport?> RunAsync(WitnessTarget target, string folder, CancellationToken cancellation, TimeSpan? patience = null, params string[] options)
    {
        List<string> arguments = [Path.Combine(AppContext.BaseDirectory, "sealway.dll"), "tls", "check", target.Address, "--json", "-", "--ca", target.AuthorityFile, .. options];
        if (target.StartTls is { } before)
        {
            arguments.AddRange(["--starttls", before == StartTls.Smtp ? "smtp" : "xmpp"]);
        }

        ProcessRun? run = await WitnessTurn.RunAsync("dotnet", arguments, folder, cancellation, patience).ConfigureAwait(false);
        try
        {
            return run is null ? null : SealwayCheckReport.Parse(run.Output);
        }
        catch (JsonException broken)
        {
            throw new InvalidDataException($"sealway tls check {target.Name} ended with {run!.Code} and wrote: {run.Output} {run.Error}", broken);
        }
    }
}
