namespace Sealway.Cloud;

using Sealway.Alarms;
using Sealway.Fleet;
using Sealway.Messages;

/// <summary>What the watch has concluded of one log, at one moment.</summary>
/// <param name="Log">Which log.</param>
/// <param name="Judged">Entries judged.</param>
/// <param name="Settled">The index before which nothing is pending.</param>
/// <param name="Form">Open or sealed.</param>
/// <param name="Tally">What was counted; not changed any more.</param>
/// <param name="Standing">How many alarms stand.</param>
/// <param name="InForce">How much of the registry the gateway acts on, as the log states; null if it does not.</param>
internal sealed record LogWatchView(LogId Log, ulong Judged, ulong Settled, LogForm Form, LogTally Tally, int Standing, ulong? InForce)
{
    /// <summary>The alarms, standing ones and the latest cleared, in the order in which they were raised.</summary>
    public IEnumerable<CloudAlarm> Alarms => Tally.Alarms.Select(alarm => CloudAlarm.Of(Log, alarm));
}
