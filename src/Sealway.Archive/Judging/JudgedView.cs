namespace Sealway.Archive;

using Sealway.Alarms;
using Sealway.Messages;

/// <summary>What judging one log has come to, as everybody may see it.</summary>
/// <param name="Log">Which log.</param>
/// <param name="Next">The entry to judge next.</param>
/// <param name="Active">Alarms that stand.</param>
/// <param name="Tally">What was counted; not changed any more.</param>
/// <param name="InForce">How much of the registry the gateway acts on, as the log states; null if it does not.</param>
internal sealed record JudgedView(LogId Log, ulong Next, int Active, LogTally Tally, ulong? InForce);
