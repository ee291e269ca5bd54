namespace Sealway.Gateway;

using Sealway.Messages;

/// <summary>
/// How what was accepted becomes entries: what distinguishes an open log from a sealed one. Called by the gateway's one
/// writer loop only, so it needs no locks; it does no I/O of its own. If an append fails the gateway stops, and what was
/// taken is not given again: sensors resend what they were not told is stored.
/// </summary>
public interface IRecorder
{
    /// <summary>When <see cref="Take"/> must be called again even if nothing arrives, in milliseconds since 1970; null: only when something arrives.</summary>
    ulong? NextDue { get; }

    /// <summary>Whether what was given fills the memory set aside for it: while it does, the loop takes nothing more from sensors, which wait.</summary>
    bool IsFull => false;

    /// <summary>The longest reading that can be recorded, in bytes; a longer one is refused as <see cref="Refusal.SlotOverflow"/>.</summary>
    int LongestReading => Limits.ReadingBytes;

    /// <summary>The log that entries go to from now on: called before anything else, and again when a new generation begins. A sealed log begins a new epoch here.</summary>
    /// <param name="log">The log.</param>
    /// <param name="now">The gateway's clock, in milliseconds since 1970.</param>
    void Begin(LogId log, ulong now);

    /// <summary>A reading was judged valid.</summary>
    void Reading(AcceptedReading reading);

    /// <summary>The gateway states something.</summary>
    /// <param name="statement">What.</param>
    /// <param name="at">When, in milliseconds since 1970; never decreasing.</param>
    void Event(GatewayEvent statement, ulong at);

    /// <summary>The entries to append now, at most one append's: 1,024 entries and 1 MiB. Called after each round of arrivals and when <see cref="NextDue"/> has come, and again until it gives nothing.</summary>
    /// <param name="now">The gateway's clock, in milliseconds since 1970; at least every time given before.</param>
    Batch Take(ulong now);

    /// <summary>The gateway shuts down: everything given goes into entries now, as far as the recorder's rules allow. What does not is not acknowledged, and its sensor sends it again. Called once, after <see cref="Take"/> gave nothing; at most one append's.</summary>
    /// <param name="now">The gateway's clock.</param>
    Batch TakeLast(ulong now);
}
