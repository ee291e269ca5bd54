namespace Sealway.Alarms;

using Sealway.Fleet;

/// <summary>A place in a log, and everything that is needed to go on from there.</summary>
/// <param name="Next">The index of the entry that comes next.</param>
/// <param name="History">What came before, for the verdicts.</param>
/// <param name="Alarms">What the rules remember.</param>
public sealed record LogPlace(ulong Next, LogHistory History, AlarmState Alarms);
