namespace Sealway.Cli.Tls;

using System.Globalization;
using Sealway.TlsCheck.Reports;
using Spectre.Console;
using Profile = Sealway.TlsCheck.Reports.Profile;

/// <summary>Prints a report for people.</summary>
internal static class TlsTables
{
    private const int Width = 110;

    /// <summary>Writes what was found at one endpoint.</summary>
    public static void Write(EndpointReport report, Profile profile, TextWriter output)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), Ansi = output == Console.Out && !Console.IsOutputRedirected ? AnsiSupport.Detect : AnsiSupport.No });
        if (Console.IsOutputRedirected || output != Console.Out)
        {
            console.Profile.Width = Width;
        }

        string with = report.StartTls == TlsCheck.StartTls.StartTlsProtocol.None ? string.Empty : $", STARTTLS in {report.StartTls.ToString().ToUpperInvariant()}";
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Target} ({report.Address ?? "no address"}), asked for {report.ServerName}{with}: {report.Connections} connections in {report.Seconds:0.0} s"));
        if (report.Reason is { } reason)
        {
            output.WriteLine($"{Said(report.Outcome)}: {reason}");
        }

        if (report.Outcome == Outcome.Checked)
        {
            console.Write(Versions(report));
            console.Write(Facts(report));
        }

        foreach (Finding finding in report.Findings)
        {
            console.MarkupLine($"[{Colour(finding.Severity)}]{finding.Severity.ToString().ToUpperInvariant()}[/] {Markup.Escape($"{finding.Id}: {finding.Title}")}{(finding.Fails.Contains(profile) ? $" [red](against {Name(profile)})[/]" : string.Empty)}");
            output.WriteLine($"  seen: {finding.Detail}");
            output.WriteLine($"  why:  {finding.Why}");
            output.WriteLine($"  mend: {finding.Mend}");
        }

        foreach (ProfileReport measured in report.Profiles.Where(_ => report.Outcome == Outcome.Checked))
        {
            output.WriteLine(measured.Meets
                ? $"{Name(measured.Name)}: met"
                : $"{Name(measured.Name)}: not met, because of {string.Join(", ", measured.Because)}");
        }

        output.WriteLine();
    }

    private static Table Versions(EndpointReport report)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumns("version", "offered", "order", "suites");
        foreach (VersionReport version in report.Versions)
        {
            string suites = string.Join("\n", version.Suites.Select(suite => string.Create(CultureInfo.InvariantCulture, $"{suite.Id} {suite.Name} ({suite.Bits}){(suite.ForwardSecret ? string.Empty : ", no forward secrecy")}")));
            string order = version.ServerOrder switch { Answer.Yes => "server", Answer.No => "client", Answer.Undetermined => "undetermined", _ => string.Empty };
            table.AddRow(version.Version, Word(version.Offered), order, Markup.Escape(version.Offered == Answer.Yes && version.SuitesComplete ? suites : string.Join("\n", new[] { suites, version.Why ?? string.Empty }.Where(line => line.Length > 0))));
        }

        return table;
    }

    private static Table Facts(EndpointReport report)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumns("what", "found");
        foreach ((string what, string found) in TlsFacts.Of(report))
        {
            table.AddRow(Markup.Escape(what), Markup.Escape(found));
        }

        return table;
    }

    private static string Word(Answer answer) => answer switch
    {
        Answer.Yes => "yes",
        Answer.No => "no",
        Answer.Undetermined => "undetermined",
        _ => "–",
    };

    private static string Name(Profile profile) => profile.ToString().ToLowerInvariant();

    private static string Said(Outcome outcome) => outcome switch
    {
        Outcome.Unreachable => "not reachable",
        Outcome.NotTls => "not TLS",
        Outcome.Plaintext => "stays in plain text",
        _ => "not all was looked at",
    };

    private static string Colour(Severity severity) => severity switch
    {
        Severity.Critical or Severity.High => "red",
        Severity.Medium => "yellow",
        _ => "blue",
    };
}
