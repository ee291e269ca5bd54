namespace Sealway.Links;

using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sealway.Messages;

/// <summary>
/// Enrolment over Secure Transport (RFC 7030, RFC 8951): <c>cacerts</c>, <c>csrattrs</c>, <c>simpleenroll</c> for devices of a trusted factory and
/// <c>simplereenroll</c> for parties of the fleet, over the one TLS policy: TLS 1.3, certificates on both sides, for every operation. A refusal is plain text,
/// <c>Reason: what to do</c>.
/// </summary>
public sealed class EstServer : IAsyncDisposable
{
    private static readonly TimeSpan _stopTime = TimeSpan.FromSeconds(5);

    private readonly EstServerOptions _options;
    private readonly ILogger _logger;
    private readonly WebApplication _application;
    private readonly HttpsConnections _connections;
    private readonly EstPace _pace;
    private readonly SemaphoreSlim _places = new(LinkLimits.EnrolmentsAtOnce, LinkLimits.EnrolmentsAtOnce);
    private readonly ConcurrentDictionary<LinkRefusal, long> _refused = new();
    private HostPort? _address;
    private long _enrolled;
    private long _renewed;

    /// <summary>Does not listen yet.</summary>
    public EstServer(EstServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _logger = options.Logging.CreateLogger<EstServer>();
        _connections = new HttpsConnections(options.Policy, LinkLimits.EnrolmentConnections, HttpProtocols.Http1, () => new EstConnection(options, _logger), Refused);
        _pace = new EstPace(options.Burst, options.Every, options.Time);

        // Empty: no settings from the environment or the working directory reach what listens.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Configure);
        builder.Services.AddSingleton(options.Logging);
        builder.Services.AddSingleton<IHostLifetime, NoHostLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = _stopTime);
        builder.Services.AddRouting();
        _application = builder.Build();
        _application.Use((HttpContext request, RequestDelegate next) => _connections.JudgeAsync(request, next, RefuseAsync));
        _application.UseRouting();
        _application.MapGet(EstPath.CaCertificates, request => AnsweredAsync(request, CaCertificatesAsync));
        _application.MapGet(EstPath.Attributes, request => AnsweredAsync(request, AttributesAsync));
        _application.MapPost(EstPath.Enrol, request => AnsweredAsync(request, EnrolAsync));
        _application.MapPost(EstPath.Renew, request => AnsweredAsync(request, RenewAsync));
        _application.MapFallback(request => RefuseAsync(request, StatusCodes.Status404NotFound, LinkRefusal.BadRequest, "there are cacerts, csrattrs, simpleenroll and simplereenroll below /.well-known/est, without a label"));
    }

    /// <summary>Where it listens, once started.</summary>
    public HostPort Address => _address ?? _options.Address;

    /// <summary>Certificates issued to devices, since the start.</summary>
    public long Enrolled => Interlocked.Read(ref _enrolled);

    /// <summary>Certificates issued to parties that renewed, since the start.</summary>
    public long Renewed => Interlocked.Read(ref _renewed);

    /// <summary>Refused connections and requests by reason, since the start.</summary>
    public IReadOnlyDictionary<LinkRefusal, long> RefusedBy => _refused;

    /// <summary>Begins to listen.</summary>
    /// <exception cref="LinkException"><see cref="LinkRefusal.Unreachable"/>: the address cannot be listened on.</exception>
    public async Task StartAsync(CancellationToken cancellation = default)
    {
        try
        {
            await _application.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw new LinkException(LinkRefusal.Unreachable, $"cannot listen on {_options.Address}: {e.Message}", e);
        }

        string bound = _application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        _address = HostPort.Parse(new Uri(bound).Authority);
    }

    /// <summary>Stops: requests under way get a few seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync().ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
        _places.Dispose();
    }

    private static LinkRefusal ReasonOf(Refusal reason) => reason switch
    {
        Refusal.UnknownKey => LinkRefusal.NotEnrolled,
        Refusal.Revoked => LinkRefusal.Revoked,
        Refusal.RegistryStale => LinkRefusal.RegistryStale,
        Refusal.WrongRole => LinkRefusal.WrongRole,
        Refusal.Contradiction => LinkRefusal.WrongName,
        Refusal.TooLong => LinkRefusal.WrongLength,
        _ => LinkRefusal.BadRequest,
    };

    private static int StatusOf(LinkRefusal reason) => reason switch
    {
        LinkRefusal.BadRequest or LinkRefusal.WrongLength or LinkRefusal.WrongName => StatusCodes.Status400BadRequest,
        LinkRefusal.RegistryStale or LinkRefusal.TooMany or LinkRefusal.ClosedHere => StatusCodes.Status503ServiceUnavailable,
        LinkRefusal.Failed => StatusCodes.Status500InternalServerError,
        _ => StatusCodes.Status403Forbidden,
    };

    private void Configure(KestrelServerOptions kestrel)
    {
        // One request, perhaps two, for which HTTP/1.1 does: nothing to share a connection for.
        _connections.Listen(kestrel, _options.Address);
        kestrel.Limits.MaxRequestBodySize = LinkLimits.EnrolmentBytes;

        // Who has its certificate is gone for weeks.
        kestrel.Limits.KeepAliveTimeout = LinkLimits.HeadersTime;
    }

    private async Task AnsweredAsync(HttpContext request, Func<HttpContext, EstApplicant, CancellationToken, Task> answer)
    {
        if (request.Features.Get<HttpsConnection>() is not EstConnection { Applicant: { } applicant })
        {
            await RefuseAsync(request, LinkRefusal.NoCertificate, "this takes a certificate").ConfigureAwait(false);
            return;
        }

        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(request.RequestAborted, _application.Lifetime.ApplicationStopping);
        try
        {
            await answer(request, applicant, end.Token).ConfigureAwait(false);
        }
        catch (LinkException e)
        {
            await RefuseAsync(request, e.Reason, e.Text).ConfigureAwait(false);
        }
        catch (MessageException e)
        {
            await RefuseAsync(request, ReasonOf(e.Reason), e.Message[($"{e.Reason}: ".Length)..]).ConfigureAwait(false);
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException)
        {
            await RefuseAsync(request, LinkRefusal.WrongLength, $"the body is longer than {LinkLimits.EnrolmentBytes} bytes, too slow or broken").ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (request.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for an answer any more.
        }
        catch (OperationCanceledException)
        {
            await RefuseAsync(request, LinkRefusal.ClosedHere, "the server is stopping").ConfigureAwait(false);
        }
        catch (Exception e) when (e is not IOException)
        {
            _logger.LogError(e, "a request of {Applicant} could not be handled", applicant);
            await RefuseAsync(request, LinkRefusal.Failed, "the server could not handle the request; its log says why").ConfigureAwait(false);
        }
    }

    private Task CaCertificatesAsync(HttpContext request, EstApplicant applicant, CancellationToken ct) =>
        AnswerAsync(request, EstPath.Certificates, CertsOnly.ToBase64(_options.Desk.Authority), ct);

    private Task AttributesAsync(HttpContext request, EstApplicant applicant, CancellationToken ct) =>
        AnswerAsync(request, EstPath.CsrAttributes, CertsOnly.Lines(CsrAttributes.ToDer()), ct);

    private Task EnrolAsync(HttpContext request, EstApplicant applicant, CancellationToken ct) => applicant.Device is { } device
        ? IssueAsync(request, applicant, body => _options.Desk.EnrolAsync(device, applicant.Certificate, body, ct), ct)
        : throw new LinkException(LinkRefusal.Forbidden, "simpleenroll is for devices, which show their factory certificate; a party of the fleet renews at simplereenroll");

    private Task RenewAsync(HttpContext request, EstApplicant applicant, CancellationToken ct) => applicant.Party is { } party
        ? IssueAsync(request, applicant, body => _options.Desk.RenewAsync(party.Kid, party.Role, applicant.Certificate, body, ct), ct)
        : throw new LinkException(LinkRefusal.Forbidden, "simplereenroll is for parties of the fleet, which show their present certificate; a device enrols at simpleenroll");

    private async Task IssueAsync(HttpContext request, EstApplicant applicant, Func<ReadOnlyMemory<byte>, Task<X509Certificate2>> issue, CancellationToken ct)
    {
        if (_pace.Take(applicant.ToString()) is { Ticks: > 0 } wait)
        {
            request.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            throw new LinkException(LinkRefusal.TooMany, $"{applicant} asks for certificates too often");
        }

        ReadOnlyMemory<byte> body = await BodyAsync(request, ct).ConfigureAwait(false);
        if (!await _places.WaitAsync(LinkLimits.EnrolmentWait, ct).ConfigureAwait(false))
        {
            request.Response.Headers.RetryAfter = "10";
            throw new LinkException(LinkRefusal.TooMany, "the server has its hands full; come back in ten seconds");
        }

        try
        {
            using X509Certificate2 issued = await issue(body).ConfigureAwait(false);
            Interlocked.Increment(ref applicant.Device is null ? ref _renewed : ref _enrolled);
            _logger.LogInformation(
                "issued a certificate to {Applicant}: {Names}, serial {Serial}, until {NotAfter:u}",
                applicant,
                issued.GetNameInfo(X509NameType.SimpleName, forIssuer: false),
                issued.SerialNumber,
                issued.NotAfter.ToUniversalTime());
            _options.Issued?.Invoke(applicant, issued);
            await AnswerAsync(request, EstPath.Certificates, CertsOnly.ToBase64(issued), ct).ConfigureAwait(false);
        }
        finally
        {
            _places.Release();
        }
    }

    private static async Task<ReadOnlyMemory<byte>> BodyAsync(HttpContext request, CancellationToken ct)
    {
        string? type = request.Request.ContentType?.Split(';')[0].Trim();
        if (!string.Equals(type, EstPath.Request, StringComparison.OrdinalIgnoreCase))
        {
            throw new LinkException(LinkRefusal.BadRequest, $"the body must be {EstPath.Request}");
        }

        if (request.Request.ContentLength > LinkLimits.EnrolmentBytes)
        {
            throw new LinkException(LinkRefusal.WrongLength, $"the body is longer than {LinkLimits.EnrolmentBytes} bytes");
        }

        // Grows with what came, not with what was announced; the web server ends it at the limit.
        using MemoryStream body = new();
        await request.Request.Body.CopyToAsync(body, ct).ConfigureAwait(false);
        try
        {
            // Base64 whatever Content-Transfer-Encoding says, with any white space (RFC 8951 section 3.1).
            return Convert.FromBase64String(System.Text.Encoding.ASCII.GetString(body.GetBuffer(), 0, (int)body.Length));
        }
        catch (FormatException)
        {
            throw new LinkException(LinkRefusal.BadRequest, "the body is not base64; PEM's BEGIN and END lines do not belong in it");
        }
    }

    private static async Task AnswerAsync(HttpContext request, string type, string body, CancellationToken ct)
    {
        request.Response.ContentType = type;
        request.Response.ContentLength = body.Length;
        request.Response.Headers["Content-Transfer-Encoding"] = "base64";
        await request.Response.WriteAsync(body, ct).ConfigureAwait(false);
    }

    private Task RefuseAsync(HttpContext request, LinkRefusal reason, string text) => RefuseAsync(request, StatusOf(reason), reason, text);

    private async Task RefuseAsync(HttpContext request, int status, LinkRefusal reason, string text)
    {
        LinkException refusal = new(reason, text);
        Refused(refusal, $"{request.Connection.RemoteIpAddress}:{request.Connection.RemotePort}");
        if (request.Response.HasStarted || request.RequestAborted.IsCancellationRequested)
        {
            request.Abort();
            return;
        }

        request.Response.StatusCode = status;
        request.Response.ContentType = "text/plain; charset=utf-8";
        await request.Response.WriteAsync(refusal.Message + "\n", request.RequestAborted).ConfigureAwait(false);
    }

    private void Refused(LinkException cause, string remote)
    {
        _refused.AddOrUpdate(cause.Reason, 1, (_, count) => count + 1);
        _logger.LogWarning("refused {Remote}: {Cause}", remote, cause.Message);
        _options.Refused?.Invoke(cause, remote);
    }
}
