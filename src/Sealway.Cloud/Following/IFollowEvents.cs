namespace Sealway.Cloud;

using Sealway.Log;
using Sealway.Messages;

/// <summary>What the follow desk tells the rest of the cloud. Implementations return at once.</summary>
internal interface IFollowEvents
{
    /// <summary>A log has new entries on disk.</summary>
    void Grew(LogId log, Held held);

    /// <summary>A follower's countersignature was stored.</summary>
    void Countersigned(LogId log, Held held);

    /// <summary>An append was refused, or proved a fork.</summary>
    void Refused(LogId log, Followed followed);

    /// <summary>A command slot for a gateway.</summary>
    void Command(CommandSlot slot);
}
