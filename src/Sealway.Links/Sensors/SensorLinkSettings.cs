namespace Sealway.Links;

/// <summary>What a sensor link is made of besides its stream.</summary>
internal sealed record SensorLinkSettings
{
    internal PeerIdentity? Peer { get; init; }

    internal bool Encrypted { get; init; }

    internal required string Remote { get; init; }

    internal required TimeSpan IdleTime { get; init; }

    internal required TimeProvider Time { get; init; }

    /// <summary>The reason when the peer closes before its first byte: a refusal under TLS looks like that.</summary>
    internal Func<Exception?, LinkException>? ClosedAtOnce { get; init; }

    /// <summary>Called once when the link is disposed.</summary>
    internal Action? Ended { get; init; }
}
