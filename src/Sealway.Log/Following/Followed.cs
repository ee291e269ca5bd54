namespace Sealway.Log;

using Sealway.Messages;

/// <summary>What became of an append.</summary>
/// <param name="Answer">The answer to the sender, always: the size durably held.</param>
/// <param name="From">The first index that is new here.</param>
/// <param name="To">The index after the last that is new here; equal to <paramref name="From"/> if nothing is.</param>
/// <param name="Refused">Why nothing was taken; <see cref="Refusal.None"/> if all was in order. <see cref="Refusal.NotNext"/> only says where to resume.
/// After <see cref="Refusal.RootMismatch"/> it is worth asking again from an earlier index: if the log was forked, that proves it.</param>
/// <param name="Fork">The evidence, if the head contradicts what is held; it is on disk.</param>
public sealed record Followed(Held Answer, ulong From, ulong To, Refusal Refused, ForkEvidence? Fork)
{
    /// <summary>How many of the countersignatures that came were left out because they are in a known witness's name and do not verify: replayed from another head or log, or forged.</summary>
    public int ForgedCountersignatures { get; init; }
}
