namespace Sealway.Transport.Tests;

using System.Xml;
using Sealway.Testing;

/// <summary>Runs sslscan, as the system's package has it.</summary>
internal static class SslScan
{
    /// <summary>Looks at an endpoint; null if it was not done in time or came to no result.</summary>
    public static async Task<SslScanReport?> RunAsync(WitnessTarget target, string folder, CancellationToken cancellation, TimeSpan? patience = null)
    {
        string file = Path.Combine(folder, $"{target.Name}.sslscan.xml");
        List<string> arguments = ["--no-colour", $"--xml={file}"];
        if (target.StartTls is { } before)
        {
            arguments.Add(before == StartTls.Smtp ? "--starttls-smtp" : "--starttls-xmpp");
        }

        arguments.Add(target.Address);
        ProcessRun? run = await WitnessTurn.RunAsync(SystemProgram.Find("sslscan"), arguments, folder, cancellation, patience).ConfigureAwait(false);
        if (run is null || !File.Exists(file))
        {
            return null;
        }

        try
        {
            return SslScanReport.Parse(await File.ReadAllTextAsync(file, cancellation).ConfigureAwait(false));
        }
        catch (XmlException)
        {
            // It closes its document only when it came to its end.
            return null;
        }
    }
}
