namespace Sealway.Links;

/// <summary>What one handshake came to. The platform's callback can only answer yes or no; this keeps who it was, or why not.</summary>
public sealed class TlsVerdict
{
    /// <summary>The peer, once its certificate was judged and found good.</summary>
    public PeerIdentity? Peer { get; private set; }

    /// <summary>The first cause of a refusal.</summary>
    public LinkException? Refused { get; private set; }

    /// <summary>Whether a refused peer is told why: the platform is then let complete the handshake, and what follows it refuses.</summary>
    internal bool Tells { get; init; }

    internal bool Accept(PeerIdentity peer)
    {
        Peer = peer;
        return true;
    }

    internal bool Refuse(LinkRefusal reason, string text)
    {
        Peer = null;
        Refused ??= new LinkException(reason, text);
        return Tells;
    }
}
