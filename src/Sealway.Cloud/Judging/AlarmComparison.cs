namespace Sealway.Cloud;

/// <summary>
/// Compares what the gateway states of its alarms with what the cloud concludes from the same log: the rules are one pure
/// function, so that what one side alone says for longer than <see cref="Patience"/> means other rules, or a gateway that
/// states what its log does not bear out.
/// </summary>
internal sealed class AlarmComparison
{
    /// <summary>For how long the other side may be later, in milliseconds of the log's own time. A gateway logs an alarm right after what raised it.</summary>
    public const ulong Patience = 10_000;

    private const int Most = 256;

    private readonly List<UnmatchedAlarm> _unmatched;

    public AlarmComparison(IEnumerable<UnmatchedAlarm> unmatched) => _unmatched = [.. unmatched];

    public IReadOnlyList<UnmatchedAlarm> Unmatched => _unmatched;

    /// <summary>One side says something.</summary>
    public void Told(UnmatchedAlarm told)
    {
        int other = _unmatched.FindIndex(one => one.ByGateway != told.ByGateway && one.Raised == told.Raised && one.Rule == told.Rule && one.Sensor == told.Sensor);
        if (other >= 0)
        {
            _unmatched.RemoveAt(other);
        }
        else
        {
            _unmatched.Add(told);
        }
    }

    /// <summary>Takes out what the other side has not told in time.</summary>
    public IReadOnlyList<UnmatchedAlarm> TakeDue(ulong now)
    {
        if (_unmatched.Count == 0 || (_unmatched.Count <= Most && now <= _unmatched[0].At + Patience))
        {
            return [];
        }

        int due = Math.Max(_unmatched.Count - Most, _unmatched.TakeWhile(one => now > one.At + Patience).Count());
        List<UnmatchedAlarm> taken = _unmatched[..due];
        _unmatched.RemoveRange(0, due);
        return taken;
    }
}
