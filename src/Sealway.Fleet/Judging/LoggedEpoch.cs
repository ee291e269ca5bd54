namespace Sealway.Fleet;

using Sealway.Messages;

/// <summary>An epoch that the log has, and how far its steps are spent.</summary>
/// <param name="Id">The epoch.</param>
/// <param name="NextStep">The least step that may still come, 0 to 65,536.</param>
public readonly record struct LoggedEpoch(EpochId Id, uint NextStep);
