namespace Sealway.Gateway;

using Sealway.Messages;

/// <summary>Settings of a sealed log.</summary>
public sealed record SealingOptions
{
    /// <summary>The smallest slot here, in bytes: the longest event that a gateway states fits into an empty one.</summary>
    public const int SmallestSlot = 512;

    // What stands beside a reading in a slot: how long before the slot it arrived.
    private const int ItemBytes = 9;

    /// <summary>A slot's plaintext, in bytes, 512 to 65,024: what a tick can carry. 2,048 hold 16 readings of one value.</summary>
    public int SlotBytes { get; init; } = 2_048;

    /// <summary>The time from one slot to the next, in whole milliseconds: how late a reading is acknowledged, at most.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an epoch lasts at most; epochs end at whole multiples of it, or when their steps are spent.</summary>
    public TimeSpan EpochLength { get; init; } = TimeSpan.FromHours(1);

    /// <summary>What may wait for a slot, in bytes: some hours of a busy home.</summary>
    public int MostWaitingBytes { get; init; } = 16 * 1_048_576;

    /// <summary>Gives the words that people use for opaque subjects and names; asked at the beginning of each epoch.</summary>
    public Func<IReadOnlyDictionary<string, string>> Labels { get; init; } = () => new Dictionary<string, string>();

    /// <summary>The longest reading that fits an empty slot, in bytes.</summary>
    public int LongestReading => Math.Min(Limits.ReadingBytes, LongestItem);

    internal int LongestItem => SlotBytes - ItemBytes;

    internal ulong TickMilliseconds => (ulong)Tick.TotalMilliseconds;

    internal ulong EpochMilliseconds => (ulong)EpochLength.TotalMilliseconds;

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is outside its range; the text names it.</exception>
    public void Check()
    {
        Require(SlotBytes is >= SmallestSlot and <= Limits.LargestSlotBytes, $"{nameof(SlotBytes)} is not {SmallestSlot} to {Limits.LargestSlotBytes}");
        Require(Tick >= TimeSpan.FromMilliseconds(10) && Tick <= TimeSpan.FromHours(1), $"{nameof(Tick)} is not between 10 ms and an hour");
        Require(EpochLength >= Tick && EpochLength <= TimeSpan.FromHours(1), $"{nameof(EpochLength)} is not between a tick and an hour");
        Require(MostWaitingBytes >= SlotBytes, $"{nameof(MostWaitingBytes)} is below a slot");
        ArgumentNullException.ThrowIfNull(Labels);
    }

    private static void Require(bool condition, string text)
    {
        if (!condition)
        {
            throw new ArgumentException(text);
        }
    }
}
