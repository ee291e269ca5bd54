namespace Sealway.Log;

using Sealway.Messages;

/// <summary>What a follower's answer says about the log here.</summary>
/// <param name="Extends">Whether what is held here continues what the other follower holds. If not: a writer's log cannot go on, a new generation begins; a follower is behind, or the log was forked.</param>
/// <param name="Accepted">The countersignatures that were verified; they are stored.</param>
/// <param name="LeftOut">How many were not, because their key is unknown or their signature wrong.</param>
/// <param name="Fork">The evidence, if the head contradicts what a follower holds; it is on disk.</param>
public sealed record HeldOutcome(bool Extends, IReadOnlyList<Countersignature> Accepted, int LeftOut, ForkEvidence? Fork = null);
