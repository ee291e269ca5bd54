namespace Sealway.Cloud;

using Sealway.Links;
using Sealway.Log;
using Sealway.Messages;

/// <summary>What the follow desk tells the rest of the cloud. Implementations return at once and throw nothing.</summary>
internal interface IFollowEvents
{
    /// <summary>A gateway has signed a newer head; with it came entries, or none. All of it is on disk.</summary>
    /// <param name="log">Which log.</param>
    /// <param name="from">The first index that is new; the size where none is.</param>
    /// <param name="size">The size held now.</param>
    void Heard(LogId log, ulong from, ulong size);

    /// <summary>A follower's countersignature on a head is on disk.</summary>
    /// <param name="peer">The follower.</param>
    /// <param name="log">Which log.</param>
    /// <param name="size">The head's size.</param>
    void Countersigned(PeerIdentity peer, LogId log, ulong size);

    /// <summary>Something was refused.</summary>
    /// <param name="peer">Who sent it.</param>
    /// <param name="log">The log that it was about; null where that could not be read.</param>
    /// <param name="reason">Why.</param>
    /// <param name="fork">The evidence, already on disk, where it proved a fork.</param>
    void Refused(PeerIdentity peer, LogId? log, Refusal reason, ForkEvidence? fork);

    /// <summary>The disk has no room, or has room again.</summary>
    /// <param name="full">What was said; null: there is room again.</param>
    void DiskFull(LogStoreFullException? full);

    /// <summary>A command slot for a gateway, to be relayed.</summary>
    void Command(CommandSlot slot);
}
