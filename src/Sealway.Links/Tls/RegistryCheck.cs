namespace Sealway.Links;

using Sealway.Fleet;
using Sealway.Messages;

/// <summary>Asks the registry about a peer: turns a <see cref="PeerCheck"/>'s refusal into the link's, with what to do.</summary>
public static class RegistryCheck
{
    /// <summary>The check for <see cref="TlsPolicy"/>.</summary>
    public static CheckPeer Of(PeerCheck check)
    {
        ArgumentNullException.ThrowIfNull(check);
        return peer => check.Check(peer.Name, peer.Kid, peer.Role) switch
        {
            null => null,
            Refusal.Revoked => new PeerRefusal(LinkRefusal.Revoked, $"{peer} was revoked; enrol the party anew with a new key"),
            Refusal.WrongRole => new PeerRefusal(LinkRefusal.WrongRole, $"{peer}: the registry enrolled this key for another role"),
            Refusal.RegistryStale => new PeerRefusal(LinkRefusal.RegistryStale, $"{peer}: the registry here is too old to trust a new session; see that the registrar publishes it"),
            Refusal.Contradiction => new PeerRefusal(LinkRefusal.WrongName, $"{peer}: the registry knows this key by another name"),
            _ => new PeerRefusal(LinkRefusal.NotEnrolled, $"{peer} is not enrolled in the registry as it is known here"),
        };
    }
}
