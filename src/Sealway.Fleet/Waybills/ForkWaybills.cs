namespace Sealway.Fleet;

using Sealway.Log;

/// <summary>A fork as anybody can check it: two waybills of one index of one log, each accepted by itself, with different entries.</summary>
/// <param name="Held">What the log as it is held says.</param>
/// <param name="Other">What the other head says.</param>
/// <param name="Index">The first index at which they differ.</param>
public sealed record ForkWaybills(Waybill Held, Waybill Other, ulong Index);
