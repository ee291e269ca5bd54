namespace Sealway.Links;

/// <summary>
/// Asks the registry about a party whose certificate is in order: null lets it in. Called inside a handshake, and again for standing links when the
/// registry moves; it must be quick and may be called from any thread. A check that throws refuses.
/// </summary>
public delegate PeerRefusal? CheckPeer(PeerIdentity peer);
