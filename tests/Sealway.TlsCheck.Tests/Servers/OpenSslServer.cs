namespace Sealway.TlsCheck.Tests.Servers;

using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Sealway.TlsCheck.Probing;

/// <summary>A real <c>openssl s_server</c> on a port of its own.</summary>
internal sealed class OpenSslServer : IDisposable
{
    private readonly Process _process;

    private OpenSslServer(Process process, int port)
    {
        _process = process;
        Target = new Target("127.0.0.1", port);
    }

    public Target Target { get; }

    /// <summary>Starts one and waits until it listens.</summary>
    public static async Task<OpenSslServer> StartAsync(string folder, X509Certificate2 certificate, string arguments = "", params X509Certificate2[] chain)
    {
        (string file, string key, string more) = TestCertificates.Write(folder, certificate, chain);
        List<string> all = ["s_server", "-accept", "127.0.0.1:0", "-www", "-cert", file, "-key", key];
        if (chain.Length > 0)
        {
            all.AddRange(["-cert_chain", more]);
        }

        all.AddRange(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        ProcessStartInfo start = new("openssl", all) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        Process process = Process.Start(start)!;
        process.BeginErrorReadLine();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("ACCEPT ", StringComparison.Ordinal))
            {
                // Nobody reads on; a full pipe would stop it.
                _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
                return new OpenSslServer(process, int.Parse(line[(line.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture));
            }
        }

        throw new InvalidOperationException($"openssl {string.Join(' ', all)} ended with {process.ExitCode}");
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
