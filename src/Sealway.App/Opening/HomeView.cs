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

    /// <summary>The highest number of each sensor that was seen, whether it counted or was doubtful: what is missing is counted from it, over all generations.</summary>
    public Dictionary<Kid, ReadingNumber> Seen { get; } = [];

    /// <summary>How many numbers are missing, by sensor.</summary>
    public SortedDictionary<Kid, ulong> Gaps { get; } = [];

    /// <summary>The first slot since which nothing opens; null while the latest one did.</summary>
    public ClosedSince? Closed { get; set; }

    /// <summary>The latest entry that was refused.</summary>
    public RefusedEntry? LastRefused { get; set; }

    /// <summary>What each later generation says of the one before, by that one; the latest so many.</summary>
    public SortedDictionary<LogId, PreviousGeneration> Previous { get; } = [];

    /// <summary>When the latest reading that was counted arrived, milliseconds since 1970; 0 before the first.</summary>
    public ulong LatestReadingAt { get; set; }
}
