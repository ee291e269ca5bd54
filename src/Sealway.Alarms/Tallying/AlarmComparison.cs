namespace Sealway.Alarms;

/// <summary>
/// Pairs what the gateway states of its alarms with what a follower concludes from the same log: the rules are one pure
/// function, so that what one side alone says for longer than <see cref="Patience"/> means other rules, or a gateway that
/// states what its log does not bear out.
/// </summary>
internal static class AlarmComparison
{
    /// <summary>How much later the other side may be, in milliseconds of the log's own time: a gateway logs an alarm right after what raised it.</summary>
    public const ulong Patience = 10_000;

    /// <summary>How many may wait for the other side; beyond it the oldest count as differences.</summary>
    public const int Most = 256;

    /// <summary>For how long after judging began in the middle of a log what was before may still bear on its alarms, in milliseconds of the log's own time.</summary>
    public const ulong Settling = 600_000;

    // What a gateway may state is any sensor.
    private const int MostPassedOver = 4_096;

    /// <summary>One side says something; it pairs with the other side's word, or waits for it.</summary>
    public static void Told(List<UnmatchedAlarm> waiting, UnmatchedAlarm told)
    {
        int other = waiting.FindIndex(one => one.ByGateway != told.ByGateway && one.Raised == told.Raised && one.Rule == told.Rule && one.Sensor == told.Sensor);
        if (other >= 0)
        {
            waiting.RemoveAt(other);
        }
        else
        {
            waiting.Add(told);
        }
    }

    /// <summary>
    /// Leaves out what may come from before the entry at which judging began: an alarm may have stood there already, so that one side
    /// alone tells of its end, or the other of its beginning, once for each; and a rule that looks back sees less.
    /// </summary>
    public static IReadOnlyList<UnmatchedAlarm> SinceJoined(LogTally tally, IReadOnlyList<UnmatchedAlarm> differs) => tally.JoinedAt is not { } joined
        ? differs
        : [.. differs.Where(one => one.At > joined + Settling && !(tally.PassedOver.Count < MostPassedOver && tally.PassedOver.Add($"{one.Rule}:{one.Sensor}")))];

    /// <summary>Takes out what the other side has not told in time.</summary>
    public static IReadOnlyList<UnmatchedAlarm> TakeDue(List<UnmatchedAlarm> waiting, ulong now)
    {
        if (waiting.Count == 0 || (waiting.Count <= Most && now <= waiting[0].At + Patience))
        {
            return [];
        }

        int due = Math.Max(waiting.Count - Most, waiting.TakeWhile(one => now > one.At + Patience).Count());
        List<UnmatchedAlarm> taken = waiting[..due];
        waiting.RemoveRange(0, due);
        return taken;
    }
}
