namespace Sealway.Links;

/// <summary>A gateway that is connected to the broker now.</summary>
/// <param name="Gateway">Who it is.</param>
/// <param name="Remote">Its address.</param>
/// <param name="Since">When it connected.</param>
public sealed record ConnectedGateway(PeerIdentity Gateway, string Remote, DateTimeOffset Since);
