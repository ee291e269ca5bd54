namespace Sealway.Transport.Tests;

using Sealway.Testing;

/// <summary>Runs testssl.sh, as the system's package has it.</summary>
internal static class TestSsl
{
    /// <summary>Protocols, categories of suites, forward secrecy, the server's preference, its defaults and certificate, and every vulnerability that it knows.</summary>
    public static readonly string[] Everything = ["-p", "-s", "-f", "-P", "-S", "-U"];

    /// <summary>Protocols, and every suite of each.</summary>
    public static readonly string[] Suites = ["-p", "-E"];

    /// <summary>Runs some of its tests against an endpoint; null if it was not done in time.</summary>
    public static async Task<TestSslReport?> RunAsync(WitnessTarget target, IEnumerable<string> tests, string folder, CancellationToken cancellation, TimeSpan? patience = null)
    {
        string file = Path.Combine(folder, $"{target.Name}.testssl.json");
        List<string> arguments =
        [
            // No name is looked up; a connection that says nothing is given up soon.
            "--quiet", "--warnings", "off", "--color", "0", "--nodns", "none", "--connect-timeout", "5", "--openssl-timeout", "5",
            "--add-ca", target.AuthorityFile, "--jsonfile", file,
            .. tests,
        ];
        if (target.StartTls is { } before)
        {
            // It knows no name for an address, and XMPP is spoken to a name.
            arguments.AddRange(before == StartTls.Smtp ? ["--starttls", "smtp"] : ["--starttls", "xmpp", "--xmpphost", "localhost"]);
        }

        arguments.Add(target.Address);
        ProcessRun? run = await WitnessTurn.RunAsync(SystemProgram.Find("testssl"), arguments, folder, cancellation, patience).ConfigureAwait(false);
        return run is null ? null : TestSslReport.Read(file);
    }
}
