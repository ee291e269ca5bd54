namespace Sealway.Cloud;

using Sealway.Fleet;
using Sealway.Links;
using Sealway.Messages;

/// <summary>Who may do what with which log. The names come from certificates that the registry has confirmed.</summary>
internal static class FollowRights
{
    /// <summary>A writer touches its own log only: the registrar the registry, a gateway the log of its name.</summary>
    public static bool MayAppend(PeerIdentity peer, LogId log, LogId registry) => peer.Role switch
    {
        Role.Registrar => log == registry,
        Role.Gateway => log.Name != registry.Name && log.Name == peer.Name,
        _ => false,
    };

    /// <summary>Whoever follows a log without writing it may countersign it.</summary>
    public static bool MayCountersign(PeerIdentity peer, LogId log, LogId registry, LogForm form) =>
        peer.Role is Role.Archive or Role.App && MayRead(peer, log, registry, form);

    /// <summary>
    /// Everyone follows the registry; a gateway sees its own log, an archive every log, a member's app those that are not
    /// open. Of a log that is still undecided an app gets everything but readings, see <see cref="MayRead(PeerIdentity, ReadOnlyMemory{byte})"/>.
    /// </summary>
    public static bool MayRead(PeerIdentity peer, LogId log, LogId registry, LogForm form) => log == registry || peer.Role switch
    {
        Role.Gateway => log.Name == peer.Name,
        Role.Archive => true,
        Role.App => form != LogForm.Open,
        _ => false,
    };

    /// <summary>Whether an entry of a gateway's log goes out in full. To an app never a reading in clear: its log may turn out to be open only after this very entry was taken.</summary>
    public static bool MayRead(PeerIdentity peer, ReadOnlyMemory<byte> entry)
    {
        if (peer.Role != Role.App)
        {
            return true;
        }

        try
        {
            return Entry.FromUntrusted(entry).Kind != EntryKind.Reading;
        }
        catch (MessageException)
        {
            return false;
        }
    }

    /// <summary>A member commands its home's gateway.</summary>
    public static bool MayCommand(PeerIdentity peer, LogId log, LogId registry, LogForm form) =>
        peer.Role is Role.App && log.Name != registry.Name && form != LogForm.Open;
}
