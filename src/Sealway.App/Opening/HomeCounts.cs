namespace Sealway.App;

using Sealway.Messages;

/// <summary>What an app has read in a home's log.</summary>
internal sealed class HomeCounts
{
    /// <summary>Distinct sizes of slots that are told: there should be one.</summary>
    public const int MostSizes = 16;

    public long Entries { get; set; }

    /// <summary>Entries that came as their hash alone: pruned at the cloud, or withheld.</summary>
    public long Blanks { get; set; }

    public long SealedEntries { get; set; }

    public long Epochs { get; set; }

    public long SlotsOpened { get; set; }

    public long SlotsClosed { get; set; }

    public long Readings { get; set; }

    public long Doubtful { get; set; }

    public long Stale { get; set; }

    public long Gaps { get; set; }

    public long Rollups { get; set; }

    /// <summary>How often heating was switched.</summary>
    public long HeatingChanges { get; set; }

    public SortedDictionary<Refusal, long> Refused { get; } = [];

    public SortedSet<long> SealedSizes { get; } = [];

    public void Refuse(Refusal reason) => Refused[reason] = Refused.GetValueOrDefault(reason) + 1;
}
