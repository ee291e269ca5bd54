namespace Sealway.Cloud;

using System.Text.Json;
using Sealway.Alarms;
using Sealway.Fleet;
using Sealway.Messages;

/// <summary>What the watch has counted in one log. A pure function of the entries judged so far, so that it can be made again at any time.</summary>
internal sealed class LogTally
{
    /// <summary>Distinct sizes of sealed entries that are kept; an honest gateway has one.</summary>
    public const int MostSizes = 64;

    /// <summary>Alarms that are kept, standing ones and the latest cleared.</summary>
    public const int MostAlarms = 512;

    /// <summary>Entries that hold a reading.</summary>
    public ulong Readings { get; set; }

    public ulong Valid { get; set; }

    public ulong Pending { get; set; }

    public ulong Doubtful { get; set; }

    /// <summary>Readings that were refused.</summary>
    public ulong Refused { get; set; }

    public ulong Fresh { get; set; }

    public ulong Stale { get; set; }

    public ulong Unproven { get; set; }

    /// <summary>Entries of any kind that were refused, by the reason's name.</summary>
    public SortedDictionary<string, ulong> RefusedBy { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Readings before which something is missing.</summary>
    public ulong Gaps { get; set; }

    /// <summary>Numbers that are missing.</summary>
    public ulong Missing { get; set; }

    public ulong Blanks { get; set; }

    public ulong SealedEntries { get; set; }

    public ulong Epochs { get; set; }

    /// <summary>Distinct sizes of sealed entries, in bytes.</summary>
    public SortedSet<int> SealedSizes { get; set; } = [];

    /// <summary>Readings that the gateway states to have refused.</summary>
    public ulong RefusedByGateway { get; set; }

    /// <summary>Readings that the gateway states to have lost to a full disk.</summary>
    public ulong Lost { get; set; }

    public ulong AlarmsRaised { get; set; }

    /// <summary>Changes of alarms that only the gateway or only the cloud tells of.</summary>
    public ulong AlarmsDiffer { get; set; }

    /// <summary>Generations whose first entry leaves out entries of the one before that are held here.</summary>
    public ulong Cuts { get; set; }

    /// <summary>The alarms, in the order in which they were raised.</summary>
    public List<AlarmNote> Alarms { get; set; } = [];

    /// <summary>What <see cref="AlarmComparison"/> waits for.</summary>
    public List<UnmatchedAlarm> Unmatched { get; set; } = [];

    public static LogTally FromJson(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize<LogTally>(json) ?? throw new JsonException("no tally");

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this);

    public LogTally Clone()
    {
        LogTally copy = (LogTally)MemberwiseClone();
        copy.RefusedBy = new(RefusedBy, StringComparer.Ordinal);
        copy.SealedSizes = [.. SealedSizes];
        copy.Alarms = [.. Alarms];
        copy.Unmatched = [.. Unmatched];
        return copy;
    }

    /// <summary>Counts an entry.</summary>
    public void Count(ReadOnlyMemory<byte> bytes, LogStep step)
    {
        if (step.Judged is not { } judged)
        {
            Blanks++;
            return;
        }

        if (judged.Verdict.Validity == Validity.Refused)
        {
            Add(RefusedBy, judged.Verdict.Reason.ToString());
        }

        switch (judged.Entry?.Kind)
        {
            case EntryKind.Reading:
                CountReading(judged.Verdict);
                break;
            case EntryKind.Sealed when judged.Verdict.IsValid:
                SealedEntries++;
                CountSize(bytes.Length);
                break;
            case EntryKind.Epoch when judged.Verdict.IsValid:
                Epochs++;
                break;
            case EntryKind.Event when judged.Verdict.IsValid:
                CountEvent(judged.Event);
                break;
        }
    }

    /// <summary>Keeps a change of an alarm.</summary>
    public void Change(AlarmChange change, ulong index)
    {
        string sensor = change.Sensor.ToString();
        int standing = Alarms.FindLastIndex(one => one.ClearedAt is null && one.Rule == change.Rule.Name && one.Sensor == sensor);
        if (!change.Raised)
        {
            if (standing >= 0)
            {
                Alarms[standing] = Alarms[standing] with { ClearedAt = change.At };
            }

            return;
        }

        AlarmsRaised++;
        if (standing < 0)
        {
            Alarms.Add(new AlarmNote(change.Rule.Name, change.Rule.Priority, sensor, change.Metric, change.Value, index, change.At, null));
            Forget();
        }
    }

    /// <summary>Clears the alarms that do not stand any more, as after a change of the rules.</summary>
    public void Reconcile(IEnumerable<RaisedAlarm> raised, ulong at)
    {
        HashSet<(string, string)> standing = [.. raised.Select(one => (one.Rule.Name, one.Sensor.ToString()))];
        for (int i = 0; i < Alarms.Count; i++)
        {
            if (Alarms[i].ClearedAt is null && !standing.Contains((Alarms[i].Rule, Alarms[i].Sensor)))
            {
                Alarms[i] = Alarms[i] with { ClearedAt = at };
            }
        }
    }

    private static void Add(SortedDictionary<string, ulong> counts, string name) => counts[name] = counts.GetValueOrDefault(name) + 1;

    private void CountReading(Verdict verdict)
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

    private void CountSize(int size)
    {
        if (SealedSizes.Count < MostSizes)
        {
            SealedSizes.Add(size);
        }
    }

    private void CountEvent(GatewayEvent? statement)
    {
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

    private void Forget()
    {
        if (Alarms.Count > MostAlarms)
        {
            int cleared = Alarms.FindIndex(one => one.ClearedAt is not null);
            Alarms.RemoveAt(Math.Max(cleared, 0));
        }
    }
}
