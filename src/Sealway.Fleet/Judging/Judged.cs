namespace Sealway.Fleet;

using Sealway.Messages;

/// <summary>An entry, or an item of an opened slot, with its verdict and what was read in it, so that nobody need read it twice. At most one of the contents is set, none when it could not be read.</summary>
public sealed record Judged
{
    internal Judged(ulong at, Verdict verdict)
    {
        At = at;
        Verdict = verdict;
    }

    /// <summary>The entry's time; of an item its arrival: the slot's time less what the item states. Milliseconds since 1970 by the gateway's clock; 0 if the entry could not be read.</summary>
    public ulong At { get; }

    /// <summary>What it is worth.</summary>
    public Verdict Verdict { get; internal init; }

    /// <summary>The entry as it was read; null for an item, and for bytes that are no entry.</summary>
    public Entry? Entry { get; internal init; }

    /// <summary>The reading.</summary>
    public Reading? Reading { get; internal init; }

    /// <summary>What the gateway states.</summary>
    public GatewayEvent? Event { get; internal init; }

    /// <summary>The rollup (items only).</summary>
    public Rollup? Rollup { get; internal init; }

    /// <summary>The slot, still sealed.</summary>
    public SealedSlot? Slot { get; internal init; }

    /// <summary>The epoch.</summary>
    public Epoch? Epoch { get; internal init; }

    /// <summary>The grant.</summary>
    public Grant? Grant { get; internal init; }

    /// <summary>Whether it came out of a slot.</summary>
    public bool IsItem => Entry is null;

    /// <summary>A reading that was judged by <see cref="Judge.JudgeReading"/> before it became an entry or item.</summary>
    public static Judged Of(ulong arrival, Reading reading, Verdict verdict) => new(arrival, verdict) { Reading = reading };

    /// <summary>What the gateway states, before it became an entry or item.</summary>
    public static Judged Of(ulong at, GatewayEvent statement) => new(at, Verdict.Valid) { Event = statement };
}
