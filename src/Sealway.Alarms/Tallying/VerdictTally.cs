namespace Sealway.Alarms;

using Sealway.Fleet;
using Sealway.Messages;

/// <summary>What the verdicts on one log's entries come to. It follows from the entries and the registry alone, so that it can be made again at any time.</summary>
internal sealed class VerdictTally
{
    /// <summary>Entries that hold a reading.</summary>
    public ulong Readings { get; set; }

    public ulong Valid { get; set; }

    public ulong Pending { get; set; }

    public ulong Doubtful { get; set; }

    /// <summary>Entries that hold a reading that does not count.</summary>
    public ulong Refused { get; set; }

    public ulong Fresh { get; set; }

    public ulong Stale { get; set; }

    public ulong Unproven { get; set; }

    /// <summary>Entries of any kind that do not count, by the reason's name.</summary>
    public SortedDictionary<string, ulong> RefusedBy { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Readings before which something is missing in this log.</summary>
    public ulong Gaps { get; set; }

    /// <summary>Numbers that are missing in this log within boots.</summary>
    public ulong Missing { get; set; }

    public ulong Blanks { get; set; }

    public ulong SealedEntries { get; set; }

    public ulong Epochs { get; set; }

    public ulong Events { get; set; }

    /// <summary>Readings that the gateway states to have refused.</summary>
    public ulong RefusedByGateway { get; set; }

    /// <summary>Readings lost to a full disk, as the gateway states.</summary>
    public ulong Lost { get; set; }

    /// <summary>Entries whose time is before an earlier entry's: the gateway's clock went back.</summary>
    public ulong ClockWentBack { get; set; }

    /// <summary>Which numbers of which sensors stand here: what is missing over all logs, and what stands in two of them, follows from these.</summary>
    public LogTrails Trails { get; set; } = LogTrails.Empty;

    /// <summary>What was kept, moved by what judging the same entries once more came to: entries that both passes met as their hash alone count as they were judged.</summary>
    /// <param name="kept">What was counted.</param>
    /// <param name="then">What the entries that are here still come to under the registry of then.</param>
    /// <param name="now">And under the present one.</param>
    public static VerdictTally Moved(VerdictTally kept, VerdictTally then, VerdictTally now)
    {
        VerdictTally moved = new()
        {
            Readings = Move(kept.Readings, then.Readings, now.Readings),
            Valid = Move(kept.Valid, then.Valid, now.Valid),
            Pending = Move(kept.Pending, then.Pending, now.Pending),
            Doubtful = Move(kept.Doubtful, then.Doubtful, now.Doubtful),
            Refused = Move(kept.Refused, then.Refused, now.Refused),
            Fresh = Move(kept.Fresh, then.Fresh, now.Fresh),
            Stale = Move(kept.Stale, then.Stale, now.Stale),
            Unproven = Move(kept.Unproven, then.Unproven, now.Unproven),
            Gaps = Move(kept.Gaps, then.Gaps, now.Gaps),
            Missing = Move(kept.Missing, then.Missing, now.Missing),
            Blanks = kept.Blanks,
            SealedEntries = Move(kept.SealedEntries, then.SealedEntries, now.SealedEntries),
            Epochs = Move(kept.Epochs, then.Epochs, now.Epochs),
            Events = Move(kept.Events, then.Events, now.Events),
            RefusedByGateway = Move(kept.RefusedByGateway, then.RefusedByGateway, now.RefusedByGateway),
            Lost = Move(kept.Lost, then.Lost, now.Lost),
            ClockWentBack = Move(kept.ClockWentBack, then.ClockWentBack, now.ClockWentBack),
            Trails = now.Blanks == 0 ? now.Trails : kept.Trails,
        };
        foreach (string reason in kept.RefusedBy.Keys.Union(now.RefusedBy.Keys))
        {
            ulong count = Move(kept.RefusedBy.GetValueOrDefault(reason), then.RefusedBy.GetValueOrDefault(reason), now.RefusedBy.GetValueOrDefault(reason));
            if (count > 0)
            {
                moved.RefusedBy[reason] = count;
            }
        }

        return moved;
    }

    public VerdictTally Clone()
    {
        VerdictTally copy = (VerdictTally)MemberwiseClone();
        copy.RefusedBy = new(RefusedBy, StringComparer.Ordinal);
        return copy;
    }

    /// <summary>Counts an entry; null for one of which only the hash is here.</summary>
    public void Count(ulong index, Judged? entry)
    {
        if (entry is not { } judged)
        {
            Blanks++;
            return;
        }

        Trails = Trails.After(index, judged);
        ClockWentBack += judged.Verdict.ClockWentBack ? 1u : 0;
        if (judged.Verdict.Validity == Validity.Refused)
        {
            string reason = judged.Verdict.Reason.ToString();
            RefusedBy[reason] = RefusedBy.GetValueOrDefault(reason) + 1;
        }

        switch (judged.Entry?.Kind)
        {
            case EntryKind.Reading:
                Count(judged.Verdict);
                break;
            case EntryKind.Sealed when judged.Verdict.IsValid:
                SealedEntries++;
                break;
            case EntryKind.Epoch when judged.Verdict.IsValid:
                Epochs++;
                break;
            case EntryKind.Event when judged.Verdict.IsValid:
                Count(judged.Event);
                break;
        }
    }

    private static ulong Move(ulong kept, ulong then, ulong now) => kept + now >= then ? kept + now - then : 0;

    private void Count(Verdict verdict)
    {
        Readings++;
        switch (verdict.Validity)
        {
            case Validity.Valid:
                Valid++;
                break;
            case Validity.Doubtful:
                Doubtful++;
                break;
            case Validity.Pending:
                Pending++;
                return;
            default:
                Refused++;
                return;
        }

        Fresh += verdict.Freshness == Freshness.Fresh ? 1u : 0;
        Stale += verdict.Freshness == Freshness.Stale ? 1u : 0;
        Unproven += verdict.Freshness == Freshness.Unproven ? 1u : 0;
        if (verdict.Gap.Missing > 0)
        {
            Gaps++;
            Missing += verdict.Gap.Missing;
        }
    }

    private void Count(GatewayEvent? statement)
    {
        Events++;

        // Anything may stand in a statement: no count runs over.
        switch (statement)
        {
            case RefusedEvent refused:
                foreach (ulong count in refused.Counts.Values)
                {
                    RefusedByGateway = Math.Min(Limits.LargestNumber, RefusedByGateway + count);
                }

                break;
            case LostEvent lost:
                Lost = Math.Min(Limits.LargestNumber, Lost + lost.Count);
                break;
        }
    }
}
