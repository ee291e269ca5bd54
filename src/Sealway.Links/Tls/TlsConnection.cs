namespace Sealway.Links;

using System.Net.Security;

/// <summary>A stream on which both sides are known.</summary>
/// <param name="Stream">The encrypted stream; the holder disposes it, and with it the connection.</param>
/// <param name="Peer">Who is at the other end.</param>
public sealed record TlsConnection(SslStream Stream, PeerIdentity Peer);
