namespace Sealway.Cli.Hosting;

using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

/// <summary>
/// A role's health on loopback: <c>GET /health</c> as JSON, 200 or 503, and <c>GET /metrics</c> in the Prometheus text format.
/// It has no TLS and no accounts: whoever may open a port on this machine may see these numbers, and they hold no content.
/// </summary>
internal sealed class HealthEndpoint : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly KestrelServer _server;
    private readonly string? _portFile;

    private HealthEndpoint(KestrelServer server, Uri address, string? portFile) => (_server, Address, _portFile) = (server, address, portFile);

    /// <summary>Where it listens, with the port that was chosen: <c>http://127.0.0.1:9102/</c>.</summary>
    public Uri Address { get; }

    /// <summary>Starts listening; the address is logged, and the port is written to a file if one is named.</summary>
    /// <param name="role">The role, named in the answers.</param>
    /// <param name="port">The port; 0 lets the system choose one.</param>
    /// <param name="portFile">A file that holds the port, one decimal line, as long as the endpoint is there; null for none.</param>
    /// <param name="report">Asked once per request, from any thread.</param>
    /// <param name="loggers">Where the address and failing reports are logged.</param>
    /// <param name="cancellation">Ends the start.</param>
    /// <exception cref="UserError">The port is taken, or the file cannot be written.</exception>
    public static async Task<HealthEndpoint> Start(string role, int port, string? portFile, Func<HealthReport> report, ILoggerFactory loggers, CancellationToken cancellation)
    {
        ILogger log = loggers.CreateLogger("health");
        KestrelServerOptions options = new() { AddServerHeader = false };
        options.Limits.MaxConcurrentConnections = 32;
        options.Limits.MaxRequestBodySize = 0;
        options.Limits.MaxRequestHeadersTotalSize = 8192;
        options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
        options.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http1);
        KestrelServer server = new(Options.Create(options), new SocketTransportFactory(Options.Create(new SocketTransportOptions()), loggers), loggers);
        try
        {
            await server.StartAsync(new HealthApplication(role, report, log), cancellation).ConfigureAwait(false);
            Uri address = new(server.Features.Get<IServerAddressesFeature>()!.Addresses.Single());
            if (portFile is not null)
            {
                WriteAtomically(portFile, address.Port.ToString(CultureInfo.InvariantCulture) + "\n");
            }

            log.LogInformation("health at {Address}", new Uri(address, "health"));
            return new(server, address, portFile);
        }
        catch (Exception exception)
        {
            server.Dispose();
            if (UserError.From(exception) is { } error)
            {
                throw new UserError(error.Message, $"health endpoint, port {port}", error.Mend, error.Code, exception);
            }

            throw;
        }
    }

    /// <summary>Stops listening and removes the port file.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_portFile is not null)
        {
            File.Delete(_portFile);
        }

        using CancellationTokenSource patience = new(Patience);
        await _server.StopAsync(patience.Token).ConfigureAwait(false);
        _server.Dispose();
    }

    /// <summary>A reader sees the whole file or none.</summary>
    private static void WriteAtomically(string path, string text)
    {
        string made = $"{path}.{Environment.ProcessId}.new";
        File.WriteAllText(made, text);
        File.Move(made, path, overwrite: true);
    }
}
