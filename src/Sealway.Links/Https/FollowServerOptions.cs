namespace Sealway.Links;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

/// <summary>Settings of a <see cref="FollowServer"/>.</summary>
public sealed record FollowServerOptions
{
    /// <summary>Where to listen.</summary>
    public required HostPort Address { get; init; }

    /// <summary>The cloud's certificate and its checks; set <see cref="TlsPolicy.Accepts"/> to the roles that may connect.</summary>
    public required TlsPolicy Policy { get; init; }

    /// <summary>Answers <c>POST /follow</c>.</summary>
    public required FollowHandler Handler { get; init; }

    /// <summary>Adds services for further routes.</summary>
    public Action<IServiceCollection>? Services { get; init; }

    /// <summary>Maps further routes. Whoever calls them over this listener has shown a certificate: <see cref="FollowServer.PeerOf"/>.</summary>
    public Action<WebApplication>? Routes { get; init; }

    /// <summary>Adds further listeners. Over one that is not set up by the policy nobody has a name, and <c>/follow</c> refuses everybody.</summary>
    public Action<KestrelServerOptions>? Listeners { get; init; }

    /// <summary>How many connections may stand at once.</summary>
    public int Connections { get; init; } = LinkLimits.HttpsConnections;

    /// <summary>Told of every refused connection and request with its named reason and address; for metrics and tests. Must be quick.</summary>
    public Action<LinkException, string>? Refused { get; init; }

    /// <summary>Where the server and its refusals are logged.</summary>
    public ILoggerFactory Logging { get; init; } = NullLoggerFactory.Instance;
}
