namespace Sealway.Alarms;

using Sealway.Messages;

/// <summary>
/// Notices that the registry is withheld from this follower: a log states that its gateway acts on more of it than came
/// here, for longer than news may take. By the follower's own clock; after a start each log has its whole time again.
/// </summary>
/// <param name="after">For how long.</param>
/// <param name="time">The clock.</param>
internal sealed class WithheldWatch(TimeSpan after, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<LogId, long> _since = [];
    private readonly HashSet<LogId> _told = [];

    /// <summary>The logs that have stated more for too long.</summary>
    public IReadOnlyList<LogId> Standing
    {
        get
        {
            lock (_lock)
            {
                return [.. _told.Order()];
            }
        }
    }

    /// <summary>Looks.</summary>
    /// <param name="logs">What each log states to be in force; null where it has not stated that.</param>
    /// <param name="known">How much of the registry is here, in entries.</param>
    /// <returns>The logs for which it begins, with what they state, and those for which it is over.</returns>
    public (IReadOnlyList<(LogId Log, ulong InForce)> Begun, IReadOnlyList<LogId> Over) Look(IEnumerable<(LogId Log, ulong? InForce)> logs, ulong known)
    {
        lock (_lock)
        {
            List<(LogId, ulong)> begun = [];
            List<LogId> over = [];
            long now = time.GetTimestamp();
            foreach ((LogId log, ulong? inForce) in logs)
            {
                if (inForce is not { } size || size <= known)
                {
                    _since.Remove(log);
                    if (_told.Remove(log))
                    {
                        over.Add(log);
                    }
                }
                else if (!_since.TryGetValue(log, out long since))
                {
                    _since[log] = now;
                }
                else if (time.GetElapsedTime(since, now) > after && _told.Add(log))
                {
                    begun.Add((log, size));
                }
            }

            return (begun, over);
        }
    }
}
