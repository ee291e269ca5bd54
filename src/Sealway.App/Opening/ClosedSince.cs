namespace Sealway.App;

using Sealway.Messages;

/// <summary>The first slot since which nothing opens, and why.</summary>
/// <param name="Log">The generation.</param>
/// <param name="Index">The slot's entry.</param>
/// <param name="At">Its time, milliseconds since 1970.</param>
/// <param name="Epoch">The epoch that it is sealed under.</param>
/// <param name="Why"><see cref="Refusal.NotForUs"/>, <see cref="Refusal.UnknownEpoch"/> (its entry was not given), or what is wrong with the epoch or the slot.</param>
internal sealed record ClosedSince(LogId Log, ulong Index, ulong At, EpochId Epoch, Refusal Why);
