namespace Sealway.Alarms;

using Sealway.Fleet;
using Sealway.Messages;

/// <summary>The verdicts on a log from its first entry held, without rules: what judging it once more comes to.</summary>
/// <param name="log">Which log.</param>
/// <param name="start">The first entry held.</param>
internal sealed class VerdictPass(LogId log, ulong start)
{
    /// <summary>The entry to judge next.</summary>
    public ulong Next { get; private set; } = start;

    public LogHistory History { get; private set; } = start == 0 ? LogHistory.Beginning : LogHistory.Joined;

    public VerdictTally Tally { get; } = new();

    /// <summary>Where the first pending entry stands, what came before it, and what was counted until then; null while none is.</summary>
    public (ulong Index, LogHistory History, VerdictTally Tally)? Pending { get; private set; }

    /// <summary>Judges the next entry.</summary>
    /// <param name="entry">Its bytes; empty for a blank.</param>
    /// <param name="registry">The registry as far as it is known.</param>
    /// <returns>The verdict; null for a blank.</returns>
    public Judged? Feed(ReadOnlyMemory<byte> entry, RegistryView registry)
    {
        ulong index = Next++;
        if (entry.IsEmpty)
        {
            History = History.AfterBlank();
            Tally.Count(index, null);
            return null;
        }

        Judged judged = Judge.JudgeEntry(log, index, entry, History, registry);
        if (judged.Verdict.Validity == Validity.Pending)
        {
            Pending ??= (index, History, Tally.Clone());
        }

        History = History.After(judged);
        Tally.Count(index, judged);
        return judged;
    }
}
