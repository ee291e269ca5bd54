namespace Sealway.Cli.Hosting;

using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

/// <summary>Answers the health endpoint's requests.</summary>
internal sealed class HealthApplication(string role, Func<HealthReport> report, ILogger log) : IHttpApplication<HttpContext>
{
    private static readonly HealthReport Failing = new(false, new Dictionary<string, object> { ["state"] = "its state cannot be read" });

    /// <inheritdoc/>
    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    /// <inheritdoc/>
    public async Task ProcessRequestAsync(HttpContext context)
    {
        HttpResponse response = context.Response;
        response.Headers.CacheControl = "no-store";
        if (!IsLoopbackName(context.Request.Host.Host))
        {
            // A page in a browser may have made its own name resolve to this address; it learns nothing.
            response.StatusCode = StatusCodes.Status421MisdirectedRequest;
            return;
        }

        if (!HttpMethods.IsGet(context.Request.Method))
        {
            response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            response.Headers.Allow = "GET";
            return;
        }

        byte[] body;
        switch (context.Request.Path.Value)
        {
            case "/health":
                HealthReport now = Now();
                response.StatusCode = now.Healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
                response.ContentType = "application/json";
                body = HealthFormat.Json(role, now);
                break;
            case "/metrics":
                response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
                body = HealthFormat.Metrics(role, Now());
                break;
            default:
                response.StatusCode = StatusCodes.Status404NotFound;
                return;
        }

        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));

    [SuppressMessage("Design", "CA1031", Justification = "A role that cannot say how it is must still answer that it is not well.")]
    private HealthReport Now()
    {
        try
        {
            return report();
        }
        catch (Exception exception)
        {
            log.LogError(exception, "the role's state cannot be read");
            return Failing;
        }
    }
}
