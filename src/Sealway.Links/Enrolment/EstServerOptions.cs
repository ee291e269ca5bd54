namespace Sealway.Links;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sealway.Fleet;

/// <summary>Settings of an <see cref="EstServer"/>.</summary>
public sealed record EstServerOptions
{
    /// <summary>Where to listen.</summary>
    public required HostPort Address { get; init; }

    /// <summary>The authority's own certificate, and the check of parties that renew.</summary>
    public required TlsPolicy Policy { get; init; }

    /// <summary>Decides and issues.</summary>
    public required EnrolmentDesk Desk { get; init; }

    /// <summary>The factories whose devices may enrol.</summary>
    public required FactoryAuthorities Factories { get; init; }

    /// <summary>How many requests for a certificate one applicant may make at once.</summary>
    public int Burst { get; init; } = LinkLimits.EnrolmentBurst;

    /// <summary>In which time one applicant may make one more: a fraction of what certificates live.</summary>
    public TimeSpan Every { get; init; } = LinkLimits.EnrolmentEvery;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Told of every certificate issued, after it was; for metrics and tests. Must be quick.</summary>
    public Action<EstApplicant, System.Security.Cryptography.X509Certificates.X509Certificate2>? Issued { get; init; }

    /// <summary>Told of every refused connection and request with its named reason and address; for metrics and tests. Must be quick.</summary>
    public Action<LinkException, string>? Refused { get; init; }

    /// <summary>Where the server, what it issues and what it refuses are logged.</summary>
    public ILoggerFactory Logging { get; init; } = NullLoggerFactory.Instance;
}
