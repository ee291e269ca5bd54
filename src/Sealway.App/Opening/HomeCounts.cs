namespace Sealway.App;

using Sealway.Messages;

/// <summary>What an app has read in a home's log.</summary>
internal sealed class HomeCounts
{
    public long Entries { get; set; }

    public long Epochs { get; set; }

    public long SlotsOpened { get; set; }

    public long SlotsClosed { get; set; }

    public long Readings { get; set; }

    public long Doubtful { get; set; }

    public long Stale { get; set; }

    public long Gaps { get; set; }

    public long Rollups { get; set; }

    public SortedDictionary<Refusal, long> Refused { get; } = [];

    public SortedSet<long> SealedSizes { get; } = [];

    public void Refuse(Refusal reason) => Refused[reason] = Refused.GetValueOrDefault(reason) + 1;
}
