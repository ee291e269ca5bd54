namespace Sealway.Log;

using Sealway.Messages;

/// <summary>What a follower's answer says about the log here.</summary>
/// <param name="Extends">Whether what is held here continues what the follower holds. If not, this log cannot go on: a new generation begins.</param>
/// <param name="Accepted">The countersignatures that were verified; they are stored.</param>
/// <param name="LeftOut">How many were not, because their key is unknown or their signature wrong.</param>
public sealed record HeldOutcome(bool Extends, IReadOnlyList<Countersignature> Accepted, int LeftOut);
