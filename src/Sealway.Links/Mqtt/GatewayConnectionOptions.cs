namespace Sealway.Links;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

/// <summary>Settings of a <see cref="GatewayConnection"/>.</summary>
public sealed record GatewayConnectionOptions
{
    /// <summary>Where the cloud's broker listens.</summary>
    public required HostPort Cloud { get; init; }

    /// <summary>The gateway's certificate and its checks. Its name is the MQTT client id.</summary>
    public required TlsPolicy Policy { get; init; }

    /// <summary>The cloud's enrolled name, or null where the address is all that is known.</summary>
    public string? CloudName { get; init; }

    /// <summary>
    /// Takes the cloud's messages, one after the other and in order. The payload, 1 to <see cref="LinkLimits.FollowBytes"/> bytes, may be kept. The token is
    /// cancelled when the connection ends. When it throws, the connection is made anew.
    /// </summary>
    public required Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> Message { get; init; }

    /// <summary>Told after each time the connection was made: now it can be sent on. Must be quick.</summary>
    public Action<PeerIdentity>? Connected { get; init; }

    /// <summary>Told when a connection is gone, and of each attempt that failed, and why. Must be quick.</summary>
    public Action<LinkException>? Disconnected { get; init; }

    /// <summary>The longest wait before a new attempt to connect; the first is within <see cref="LinkLimits.FirstBackoff"/>, and each further one may be twice as long.</summary>
    public TimeSpan LongestBackoff { get; init; } = LinkLimits.LongestBackoff;

    /// <summary>Where connections and failures are logged.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}
