namespace Sealway.Fleet;

using Sealway.Messages;

/// <summary>An entry of the registry that has no effect: wrongly signed, or contradicting what stands. It stays in the log; followers go on and show it.</summary>
/// <param name="Index">Which entry.</param>
/// <param name="Reason">Why it has no effect.</param>
/// <param name="Withheld">A published revocation that a status leaves out or misstates: somebody withholds, which is an alarm; else null.</param>
public sealed record Anomaly(ulong Index, Refusal Reason, Kid? Withheld = null);
