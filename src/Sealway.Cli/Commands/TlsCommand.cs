namespace Sealway.Cli.Commands;

using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sealway.Cli.Hosting;
using Sealway.Cli.Tls;
using Sealway.TlsCheck;
using Sealway.TlsCheck.Probing;
using Sealway.TlsCheck.Reports;
using Sealway.TlsCheck.StartTls;
using Command = System.CommandLine.Command;

/// <summary><c>sealway tls check HOST[:PORT]…</c>: what any TLS endpoint offers, measured against a profile.</summary>
internal static class TlsCommand
{
    private const int MostEndpoints = 64;
    private const int AtOnce = 4;

    public static Command Create() => new("tls", "Look at TLS endpoints.") { Check() };

    private static Command Check()
    {
        Argument<string[]> endpoints = new("endpoint") { Description = "HOST[:PORT], several if wanted; port 443 if none is given (SMTP 25, XMPP 5222). An IPv6 address with a port stands in brackets.", Arity = ArgumentArity.OneOrMore };
        Option<string> profile = new("--profile") { Description = "What decides the exit code: modern or intermediate (Mozilla, Server Side TLS 5.7).", DefaultValueFactory = _ => "intermediate" };
        Option<string?> json = new("--json") { Description = "A file that gets the report for machines; - for standard output, and then nothing else is printed there." };
        Option<string?> startTls = new("--starttls") { Description = "What is spoken before TLS: smtp or xmpp." };
        Option<string?> serverName = new("--servername") { Description = "The name to ask for and to find in the certificate; left out: the host." };
        Option<string?> authorities = new("--ca") { Description = "A PEM file of authorities to trust instead of the system's." };
        Option<string?> certificate = new("--cert") { Description = "A PEM file with the client certificate to show, its chain behind it." };
        Option<string?> key = new("--key") { Description = "A PEM file with the private key to --cert; left out: it is in the same file." };
        Option<int> timeout = new("--timeout") { Description = "Seconds for each connection, 1 to 60.", DefaultValueFactory = _ => 5 };
        Option<int> concurrency = new("--concurrency") { Description = "Connections at a time to one endpoint, 1 to 16.", DefaultValueFactory = _ => 4 };
        Option<string?> only = new("--only") { Description = "What to look at, with commas: versions, suites, groups, certificate, features, holes." };
        Command command = new("check", "Find out what a TLS endpoint offers, and measure it against a profile.") { endpoints, profile, json, startTls, serverName, authorities, certificate, key, timeout, concurrency, only };
        command.SetAction(async (result, stop) =>
        {
            StartTlsProtocol protocol = Chosen(result.GetValue(startTls), "--starttls", StartTlsProtocol.None);
            CheckOptions options = new()
            {
                StartTls = protocol,
                ServerName = Name(result.GetValue(serverName)),
                Authorities = Authorities(result.GetValue(authorities)),
                ClientCertificate = ClientCertificate(result.GetValue(certificate), result.GetValue(key)),
                Timeout = TimeSpan.FromSeconds(Within(result.GetValue(timeout), "--timeout", 60)),
                Concurrency = Within(result.GetValue(concurrency), "--concurrency", 16),
                Parts = Parts(result.GetValue(only)),
            };
            Target[] targets = Targets(result.GetRequiredValue(endpoints), protocol);
            Profile measured = Chosen(result.GetValue(profile), "--profile", Profile.Intermediate);
            return await Run(targets, options, measured, result.GetValue(json), result.InvocationConfiguration, stop).ConfigureAwait(false);
        });
        return command;
    }

    private static async Task<int> Run(Target[] targets, CheckOptions options, Profile profile, string? json, InvocationConfiguration console, CancellationToken stop)
    {
        using ShutdownSignals signals = new(stop);
        using SemaphoreSlim places = new(AtOnce);
        CheckReport report = new(CheckReport.Current, profile, await Task.WhenAll(targets.Select(Look)).ConfigureAwait(false));
        if (json == "-")
        {
            await console.Output.WriteLineAsync(report.ToJson()).ConfigureAwait(false);
            return report.ExitCode();
        }

        foreach (EndpointReport endpoint in report.Endpoints)
        {
            TlsTables.Write(endpoint, profile, console.Output);
        }

        if (json is not null)
        {
            await File.WriteAllTextAsync(json, report.ToJson() + "\n", stop).ConfigureAwait(false);
        }

        return report.ExitCode();

        async Task<EndpointReport> Look(Target target)
        {
            await places.WaitAsync(signals.Token).ConfigureAwait(false);
            try
            {
                TlsChecker checker = new(options, TimeProvider.System)
                {
                    Progress = Console.IsErrorRedirected ? null : stage => console.Error.WriteLine($"{target}: {stage}"),
                };
                return await checker.CheckAsync(target, signals.Token).ConfigureAwait(false);
            }
            finally
            {
                places.Release();
            }
        }
    }

    private static Target[] Targets(string[] given, StartTlsProtocol protocol)
    {
        if (given.Length > MostEndpoints)
        {
            throw new UserError($"these are more than {MostEndpoints} endpoints", mend: "check them in several calls", code: ExitCode.Usage);
        }

        int port = protocol switch { StartTlsProtocol.Smtp => 25, StartTlsProtocol.Xmpp => 5222, _ => Target.DefaultPort };
        return [.. given.Select(text => Target.Parse(text, port) ?? throw new UserError("this is no endpoint", text, "write host, host:port, or [IPv6 address]:port", ExitCode.Usage))];
    }

    private static T Chosen<T>(string? given, string option, T otherwise)
        where T : struct, Enum =>
        given is null ? otherwise
        : char.IsAsciiLetter(given.FirstOrDefault()) && given != "none" && Enum.TryParse(given, ignoreCase: true, out T value) ? value
        : throw new UserError($"'{given}' is none of its values", option, $"choose one of {string.Join(", ", Enum.GetNames<T>().Select(name => name.ToLowerInvariant()).Where(name => name != "none"))}", ExitCode.Usage);

    private static int Within(int given, string option, int most) => given >= 1 && given <= most
        ? given
        : throw new UserError("the number is out of range", option, $"give a number from 1 to {most}", ExitCode.Usage);

    private static CheckParts Parts(string? given)
    {
        if (given is null)
        {
            return CheckParts.All;
        }

        CheckParts parts = CheckParts.Versions;
        foreach (string name in given.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            parts |= Chosen(name, "--only", CheckParts.All);
        }

        return parts;
    }

    private static string? Name(string? given) => given is null || Uri.CheckHostName(given) is UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6
        ? given
        : throw new UserError("this is no host name", "--servername", "give a DNS name or an IP address", ExitCode.Usage);

    private static X509Certificate2Collection? Authorities(string? file)
    {
        if (file is null)
        {
            return null;
        }

        X509Certificate2Collection read = [];
        try
        {
            read.ImportFromPemFile(file);
        }
        catch (CryptographicException)
        {
            read.Clear();
        }

        return read.Count > 0 ? read : throw new UserError("there is no certificate in it", file, "give a PEM file of authorities", ExitCode.Usage);
    }

    private static X509Certificate2Collection? ClientCertificate(string? file, string? key)
    {
        if (file is null)
        {
            return key is null ? null : throw new UserError("a key without its certificate", "--key", "give --cert too", ExitCode.Usage);
        }

        try
        {
            X509Certificate2Collection chain = [];
            chain.ImportFromPemFile(file);
            return [X509Certificate2.CreateFromPemFile(file, key), .. chain.Skip(1)];
        }
        catch (CryptographicException wrong)
        {
            throw new UserError($"the certificate and its key cannot be read: {wrong.Message}", file, "give PEM files whose key is not locked", ExitCode.Usage, wrong);
        }
    }
}
