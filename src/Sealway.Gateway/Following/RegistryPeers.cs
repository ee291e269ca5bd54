namespace Sealway.Gateway;

using Sealway.Fleet;
using Sealway.Links;
using Sealway.Messages;

/// <summary>Asks the registry about the party at the other end of a link.</summary>
internal static class RegistryPeers
{
    internal static CheckPeer Check(IRegistrySource source, TimeSpan staleAfter, TimeProvider time)
    {
        PeerCheck check = new(() => source.Current, time, staleAfter, () => source.SignedAt / 1000, [Role.Cloud]);
        return peer => check.Check(peer.Name, peer.Kid, peer.Role) is { } refusal ? new PeerRefusal(Reason(refusal), Text(peer, refusal)) : null;
    }

    private static LinkRefusal Reason(Refusal refusal) => refusal switch
    {
        Refusal.UnknownKey => LinkRefusal.NotEnrolled,
        Refusal.WrongRole => LinkRefusal.WrongRole,
        Refusal.Revoked => LinkRefusal.Revoked,
        Refusal.RegistryStale => LinkRefusal.RegistryStale,
        Refusal.Contradiction => LinkRefusal.WrongName,
        _ => LinkRefusal.Failed,
    };

    private static string Text(PeerIdentity peer, Refusal refusal) => refusal switch
    {
        Refusal.UnknownKey => $"the registry here does not know {peer}; it may not have arrived yet",
        Refusal.WrongRole => $"the registry gives {peer} another role",
        Refusal.Revoked => $"the key of {peer} was withdrawn",
        Refusal.RegistryStale => $"the registry here is too old to let {peer} in",
        Refusal.Contradiction => $"the registry gives {peer} another name",
        _ => $"{peer} was refused ({refusal})",
    };
}
