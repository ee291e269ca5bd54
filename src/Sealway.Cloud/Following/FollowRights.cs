namespace Sealway.Cloud;

using Sealway.Links;
using Sealway.Messages;

/// <summary>Who may do what with which log. The names come from certificates that the registry has confirmed.</summary>
internal static class FollowRights
{
    /// <summary>A writer touches its own log only: the registrar the registry, a gateway the log of its name.</summary>
    public static bool MayAppend(PeerIdentity peer, LogId log, LogId registry) => peer.Role switch
    {
        Role.Registrar => log == registry,
        Role.Gateway => log != registry && log.Name == peer.Name,
        _ => false,
    };

    /// <summary>Whoever follows a log may countersign it.</summary>
    public static bool MayCountersign(PeerIdentity peer, LogId log, LogId registry, bool isSealed) =>
        peer.Role is Role.Archive or Role.App && MayRead(peer, log, registry, isSealed);

    /// <summary>Everyone follows the registry; a gateway sees its own log, an archive every log, a member's app the sealed ones.</summary>
    public static bool MayRead(PeerIdentity peer, LogId log, LogId registry, bool isSealed) => log == registry || peer.Role switch
    {
        Role.Gateway => log.Name == peer.Name,
        Role.Archive => true,
        Role.App => isSealed,
        _ => false,
    };

    /// <summary>A member commands its home's gateway.</summary>
    public static bool MayCommand(PeerIdentity peer, bool isSealed) => peer.Role is Role.App && isSealed;
}
