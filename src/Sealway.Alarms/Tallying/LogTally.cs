namespace Sealway.Alarms;

using System.Text.Json;
using Sealway.Messages;

/// <summary>What a follower that judges has counted in one log, and the alarms that it raised there.</summary>
internal sealed class LogTally
{
    /// <summary>Distinct sizes of sealed entries that are kept; an honest gateway has one.</summary>
    public const int MostSizes = 64;

    /// <summary>Alarms that are kept, standing ones and the latest cleared.</summary>
    public const int MostAlarms = 512;

    /// <summary>What the verdicts come to, as of the registry that <see cref="JudgedLog.Marks"/> name.</summary>
    public VerdictTally Verdicts { get; set; } = new();

    /// <summary>Distinct sizes of sealed entries, in bytes.</summary>
    public SortedSet<int> SealedSizes { get; set; } = [];

    public ulong AlarmsRaised { get; set; }

    /// <summary>Changes of alarms that only the gateway or only the follower tells of.</summary>
    public ulong AlarmsDiffer { get; set; }

    /// <summary>Generations whose first entry leaves out entries of the one before that are held here.</summary>
    public ulong Cuts { get; set; }

    /// <summary>Entries whose time lies outside what the follower's own countersignatures before and after them allow: see <see cref="EntryTimes"/>.</summary>
    public ulong Misdated { get; set; }

    /// <summary>Whether the latest entry of which that can be told is such a one.</summary>
    public bool IsMisdated { get; set; }

    /// <summary>Whether the latest entry's time is before an earlier one's.</summary>
    public bool IsClockBack { get; set; }

    /// <summary>How often a key's withdrawal made the log be judged again.</summary>
    public ulong Reconsidered { get; set; }

    /// <summary>Entries that were a hash alone when the log was last judged again, and so count as they were judged before.</summary>
    public ulong AsJudged { get; set; }

    /// <summary>Evidence of cloned keys that judging this log found: at most <see cref="ClonedNumber.Most"/>.</summary>
    public List<ClonedNumber> Clones { get; set; } = [];

    /// <summary>Numbers that stand in another log, too, whose two contents could not be compared: one is a hash alone here, or was not found.</summary>
    public ulong Uncompared { get; set; }

    /// <summary>The alarms, in the order in which they were raised.</summary>
    public List<AlarmNote> Alarms { get; set; } = [];

    /// <summary>Where judging began in the middle of the log, the time of its first entry here, 0 before that came; null where it began at the log's beginning.</summary>
    public ulong? JoinedAt { get; set; }

    /// <summary>The alarms, as rule and sensor, of which one difference was passed over since judging began in the middle.</summary>
    public SortedSet<string> PassedOver { get; set; } = new(StringComparer.Ordinal);

    /// <summary>What <see cref="AlarmComparison"/> waits for.</summary>
    public List<UnmatchedAlarm> Unmatched { get; set; } = [];

    public static LogTally FromJson(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize<LogTally>(json) ?? throw new JsonException("no tally");

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this);

    public LogTally Clone()
    {
        LogTally copy = (LogTally)MemberwiseClone();
        copy.Verdicts = Verdicts.Clone();
        copy.SealedSizes = [.. SealedSizes];
        copy.Clones = [.. Clones];
        copy.Alarms = [.. Alarms];
        copy.PassedOver = new(PassedOver, StringComparer.Ordinal);
        copy.Unmatched = [.. Unmatched];
        return copy;
    }

    /// <summary>Counts an entry, and keeps the changes of alarms that it led to.</summary>
    public void Count(ulong index, ReadOnlyMemory<byte> bytes, LogStep step)
    {
        Verdicts.Count(index, step.Judged);
        if (step.Judged is { Entry.Kind: EntryKind.Sealed, Verdict.IsValid: true } && SealedSizes.Count < MostSizes)
        {
            SealedSizes.Add(bytes.Length);
        }

        foreach (AlarmChange change in step.Changes)
        {
            Change(change, index);
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

    private void Change(AlarmChange change, ulong index)
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
            if (Alarms.Count > MostAlarms)
            {
                Alarms.RemoveAt(Math.Max(Alarms.FindIndex(one => one.ClearedAt is not null), 0));
            }
        }
    }
}
