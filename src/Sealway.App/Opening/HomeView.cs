namespace Sealway.App;

using Sealway.Messages;

/// <summary>What a home's log has told a member so far, over all its generations. Held under one lock by whoever uses it.</summary>
internal sealed class HomeView
{
    public HomeCounts Counts { get; } = new();

    public HomeAggregates Aggregates { get; } = new();

    public SortedDictionary<string, string> Labels { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, HeatingEvent> Heating { get; } = new(StringComparer.Ordinal);

    /// <summary>The last number of each sensor that was counted: a reading that was logged again in a later generation is the same reading.</summary>
    public Dictionary<Kid, ReadingNumber> Last { get; } = [];

    /// <summary>When the latest reading that was counted arrived, milliseconds since 1970; 0 before the first.</summary>
    public ulong LatestReadingAt { get; set; }
}
