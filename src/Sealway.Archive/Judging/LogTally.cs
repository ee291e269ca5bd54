namespace Sealway.Archive;

using System.Text.Json;
using Sealway.Alarms;
using Sealway.Fleet;
using Sealway.Messages;

/// <summary>What judging one log has counted: it follows from the entries alone, so that it can be made again at any time.</summary>
internal sealed class LogTally
{
    /// <summary>Entries that hold a valid reading.</summary>
    public ulong Valid { get; set; }

    public ulong Pending { get; set; }

    public ulong Doubtful { get; set; }

    /// <summary>Entries that hold a reading that does not count.</summary>
    public ulong Refused { get; set; }

    public ulong Fresh { get; set; }

    public ulong Stale { get; set; }

    public ulong Unproven { get; set; }

    /// <summary>Entries of any kind that do not count, by reason.</summary>
    public SortedDictionary<string, ulong> RefusedBy { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Numbers that are missing within boots.</summary>
    public ulong Missing { get; set; }

    public ulong Blanks { get; set; }

    public ulong Sealed { get; set; }

    public ulong Events { get; set; }

    /// <summary>Readings lost to a full disk, as the gateway states.</summary>
    public ulong Lost { get; set; }

    public ulong AlarmsRaised { get; set; }

    public ulong AlarmsDiffer { get; set; }

    public ulong Cuts { get; set; }

    /// <summary>Changes of alarms that only one side has told of so far.</summary>
    public List<UnmatchedAlarm> Unmatched { get; init; } = [];

    public static LogTally FromJson(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize<LogTally>(json) ?? throw new JsonException("no tally");

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this);

    public LogTally Clone() => FromJson(ToJson());

    public void Count(LogStep step)
    {
        if (step.Judged is not { } judged)
        {
            Blanks++;
            return;
        }

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
                Sealed++;
                break;
            case EntryKind.Event when judged.Verdict.IsValid:
                Events++;

                // Anything may stand in a statement: no count runs over.
                Lost = judged.Event is LostEvent lost ? Math.Min(Limits.LargestNumber, Lost + lost.Count) : Lost;
                break;
        }

        AlarmsRaised += (ulong)step.Changes.Count(change => change.Raised);
    }

    private void Count(Verdict verdict)
    {
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
        Missing += verdict.Gap.Missing;
    }
}
