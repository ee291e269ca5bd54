namespace Sealway.Links;

/// <summary>Why a link, a peer or something it sent was refused. The names go to logs, metrics, tests and, as the first word of a reason, to the peer.</summary>
public enum LinkRefusal
{
    /// <summary>The certificate was not issued by the fleet's certificate authority.</summary>
    Untrusted,

    /// <summary>The certificate, or the authority's, has expired.</summary>
    Expired,

    /// <summary>The certificate, or the authority's, is not valid yet: most often a clock that is behind.</summary>
    NotYetValid,

    /// <summary>The certificate is someone else's: its name or its addresses are not the ones expected.</summary>
    WrongName,

    /// <summary>The certificate is not for this side of a connection (extended key usage, RFC 5280 section 4.2.1.12).</summary>
    WrongPurpose,

    /// <summary>The peer showed no certificate.</summary>
    NoCertificate,

    /// <summary>The authority issued the certificate, but it does not name a Sealway party: name, kid, role, or a P-256 key is missing.</summary>
    NotSealway,

    /// <summary>The party may not do this: its role is another.</summary>
    WrongRole,

    /// <summary>The party's key was revoked.</summary>
    Revoked,

    /// <summary>The registry does not know the party's key.</summary>
    NotEnrolled,

    /// <summary>The registry here is too old to trust anyone new.</summary>
    RegistryStale,

    /// <summary>The peer cannot speak TLS 1.3.</summary>
    WrongVersion,

    /// <summary>The peer did not speak TLS, or broke off inside the handshake.</summary>
    NotTls,

    /// <summary>The peer refused this side; only its own log says exactly why.</summary>
    RefusedByPeer,

    /// <summary>The peer could not be reached.</summary>
    Unreachable,

    /// <summary>The peer closed the link, or the network did.</summary>
    Closed,

    /// <summary>This side closed the link.</summary>
    ClosedHere,

    /// <summary>Nothing whole came from the peer for too long.</summary>
    Idle,

    /// <summary>The peer took too long: a handshake, an answer, or taking what was sent to it.</summary>
    TooSlow,

    /// <summary>Too many links or requests at once.</summary>
    TooMany,

    /// <summary>A frame, packet, body or answer is longer than its limit, or empty.</summary>
    WrongLength,

    /// <summary>There is no link to send on.</summary>
    NotConnected,

    /// <summary>A newer link of the same party took the place of this one.</summary>
    TakenOver,

    /// <summary>What was sent does not follow the protocol of the link.</summary>
    WrongProtocol,

    /// <summary>The topic is not the gateway's own.</summary>
    WrongTopic,

    /// <summary>A feature that Sealway does not use: retained messages, wills, lasting sessions, other qualities of service.</summary>
    NotAllowed,

    /// <summary>The request was refused as wrong.</summary>
    BadRequest,

    /// <summary>The request was refused as not permitted.</summary>
    Forbidden,

    /// <summary>The peer, or the code here that answers it, failed.</summary>
    Failed,

    /// <summary>The two sides have no TLS cipher suite or key exchange group in common.</summary>
    NoCommonSuite,

    /// <summary>What the peer sent in the TLS handshake is broken or forged: a wrong signature, a changed message, a downgrade.</summary>
    BadHandshake,

    /// <summary>No refusal: this side closed the link to make it anew, since a certificate that it began with was renewed or runs out.</summary>
    Renewed,
}
