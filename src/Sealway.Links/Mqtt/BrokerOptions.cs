namespace Sealway.Links;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

/// <summary>Settings of a <see cref="Broker"/>.</summary>
public sealed record BrokerOptions
{
    /// <summary>Where to listen.</summary>
    public required HostPort Address { get; init; }

    /// <summary>The cloud's certificate and its checks; set <see cref="TlsPolicy.Accepts"/> to the roles that may connect.</summary>
    public required TlsPolicy Policy { get; init; }

    /// <summary>
    /// Takes one gateway's messages, one after the other and in order, also across its reconnects; different gateways at the same time. The payload, 1 to
    /// <see cref="LinkLimits.FollowBytes"/> bytes, may be kept. The token is cancelled when the connection ends. When it throws, the gateway is dropped, and
    /// begins again from what it is told was stored.
    /// </summary>
    public required Func<PeerIdentity, ReadOnlyMemory<byte>, CancellationToken, ValueTask> Message { get; init; }

    /// <summary>Told when a gateway has connected and subscribed, so that it can be sent to; again, without <see cref="Disconnected"/> before it, when a newer connection of the same gateway took the older one's place. Must be quick.</summary>
    public Action<PeerIdentity>? Connected { get; init; }

    /// <summary>Told when a connected gateway is gone, and why. Must be quick.</summary>
    public Action<PeerIdentity, LinkException>? Disconnected { get; init; }

    /// <summary>Told of every connection that was refused or dropped with its named reason and address; for metrics and tests. Must be quick.</summary>
    public Action<LinkException, string>? Refused { get; init; }

    /// <summary>How many gateways may be connected at once.</summary>
    public int Gateways { get; init; } = LinkLimits.Gateways;

    /// <summary>Where connections and refusals are logged.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}
