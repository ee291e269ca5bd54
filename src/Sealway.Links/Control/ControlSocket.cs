namespace Sealway.Links;

using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sealway.Messages;

/// <summary>
/// How whoever runs a role speaks to it while it runs: HTTP with JSON over a Unix socket that its owner alone can open
/// (0600). The file system says who may; there are no accounts. A refusal is <c>{ "error": … }</c>.
/// </summary>
public sealed class ControlSocket : IAsyncDisposable
{
    /// <summary>The socket's name in a role's data folder.</summary>
    public const string FileName = "control.sock";

    private const int MostBytes = 65_536;
    private static readonly TimeSpan _stopTime = TimeSpan.FromSeconds(2);

    private readonly WebApplication _application;
    private readonly IReadOnlyDictionary<string, ControlHandler> _routes;
    private readonly ILogger _logger;

    private ControlSocket(string path, IReadOnlyDictionary<string, ControlHandler> routes, ILogger logger)
    {
        _routes = routes;
        _logger = logger;
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore()
            .UseSockets(sockets => sockets.CreateBoundListenSocket = _ => UnixPath.Bind(path))
            .ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxRequestBodySize = MostBytes;
                kestrel.Limits.MaxConcurrentConnections = 16;
                kestrel.ListenUnixSocket(path, listen => listen.Protocols = HttpProtocols.Http1);
            });
        builder.Services.AddSingleton<IHostLifetime, NoHostLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = _stopTime);
        _application = builder.Build();
        _application.Run(AnswerAsync);
    }

    /// <summary>Begins to listen.</summary>
    /// <param name="path">The socket; what a crash left there is cleared away.</param>
    /// <param name="routes">What it answers: <c>POST /pair</c> and the like.</param>
    /// <param name="logger">Where failures are logged.</param>
    /// <param name="cancellation">Ends the start.</param>
    /// <exception cref="LinkException"><see cref="LinkRefusal.Unreachable"/>: something listens there already, or the path is too long.</exception>
    public static async Task<ControlSocket> ListenAsync(string path, IReadOnlyDictionary<string, ControlHandler> routes, ILogger logger, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(routes);
        if (Encoding.UTF8.GetByteCount(path) > 107)
        {
            throw new LinkException(LinkRefusal.Unreachable, $"the path of the control socket is longer than 107 bytes: '{path}'");
        }

        ControlSocket socket = new(path, routes, logger);
        try
        {
            await socket._application.StartAsync(cancellation).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            await socket._application.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Stops listening.</summary>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync().ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        int status = StatusCodes.Status200OK;
        JsonNode answer;
        try
        {
            if (!_routes.TryGetValue($"{context.Request.Method} {context.Request.Path}", out ControlHandler? handler))
            {
                (status, answer) = (StatusCodes.Status404NotFound, Error($"there is only {string.Join(", ", _routes.Keys)}"));
            }
            else
            {
                answer = await handler(await ReadAsync(context).ConfigureAwait(false), context.RequestAborted).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException)
        {
            (status, answer) = (StatusCodes.Status400BadRequest, Error(e.Message));
        }
        catch (Exception e) when (e is MessageException or LinkException or TimeoutException or InvalidOperationException)
        {
            (status, answer) = (StatusCodes.Status409Conflict, Error(e.Message));
        }
#pragma warning disable CA1031 // Whoever asks is told that it failed; why is for the log.
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            _logger.LogError(e, "a request over the control socket failed");
            (status, answer) = (StatusCodes.Status500InternalServerError, Error("it failed; the log says why"));
        }

        byte[] body = Encoding.UTF8.GetBytes(answer.ToJsonString());
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }

    private static JsonObject Error(string text) => new() { ["error"] = text };

    private static async Task<JsonObject> ReadAsync(HttpContext context)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted).ConfigureAwait(false);
        if (body.Length == 0)
        {
            return [];
        }

        JsonNode? node = JsonNode.Parse(body.GetBuffer().AsSpan(0, (int)body.Length), documentOptions: new JsonDocumentOptions { MaxDepth = 4 });
        return node as JsonObject ?? throw new FormatException("the body is not a JSON object");
    }
}
