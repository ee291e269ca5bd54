namespace Sealway.Alarms;

using Sealway.Messages;

/// <summary>
/// The trails of all logs of a fleet at one follower: tells for each reading which other log has its number already.
/// Whichever of two logs is judged later asks, so that every pair meets once. Safe for use by several threads.
/// </summary>
internal sealed class FleetWitnesses
{
    private readonly Lock _lock = new();
    private readonly Dictionary<LogId, LogTrails> _logs = [];
    private readonly Dictionary<Kid, SortedDictionary<LogId, SensorTrail>> _sensors = [];
    private readonly HashSet<(string Sensor, string Log, string OtherLog)> _told = [];

    /// <summary>Takes up a log as it is kept, or as it stands after it was judged again.</summary>
    public void Put(JudgedLog judged)
    {
        lock (_lock)
        {
            Set(judged.Log, judged.Tally.Verdicts.Trails);
            foreach (ClonedNumber one in judged.Tally.Clones)
            {
                _told.Add(Key(one));
            }
        }
    }

    /// <summary>Takes up what a log came to after some more readings.</summary>
    /// <returns>Those whose number another log has.</returns>
    public IReadOnlyList<WitnessQuestion> Ask(JudgedLog judged, IReadOnlyList<(ulong Index, Reading Reading)> read)
    {
        List<WitnessQuestion> questions = [];
        lock (_lock)
        {
            Set(judged.Log, judged.Tally.Verdicts.Trails);
            foreach ((ulong index, Reading reading) in read)
            {
                if (!_sensors.TryGetValue(reading.Kid, out SortedDictionary<LogId, SensorTrail>? trails) || trails.Count == 1)
                {
                    continue;
                }

                foreach ((LogId other, SensorTrail trail) in trails)
                {
                    if (other != judged.Log && trail.Of(reading.Number) is { } run)
                    {
                        questions.Add(new WitnessQuestion(reading, index, other, run));
                    }
                }
            }
        }

        return questions;
    }

    /// <summary>Whether a clone is news: the first of its sensor in these two logs.</summary>
    public bool IsNews(ClonedNumber found)
    {
        lock (_lock)
        {
            return _told.Add(Key(found));
        }
    }

    private static (string Sensor, string Log, string OtherLog) Key(ClonedNumber one)
    {
        ClonedNumber ordered = one.Ordered();
        return (ordered.Sensor, ordered.Log, ordered.OtherLog);
    }

    private void Set(LogId log, LogTrails trails)
    {
        LogTrails before = _logs.GetValueOrDefault(log, LogTrails.Empty);
        if (ReferenceEquals(before, trails))
        {
            return;
        }

        _logs[log] = trails;
        foreach (Kid gone in before.Sensors.Keys.Where(sensor => !trails.Sensors.ContainsKey(sensor)))
        {
            _sensors[gone].Remove(log);
        }

        foreach ((Kid sensor, SensorTrail trail) in trails.Sensors)
        {
            if (!_sensors.TryGetValue(sensor, out SortedDictionary<LogId, SensorTrail>? all))
            {
                _sensors[sensor] = all = [];
            }

            all[log] = trail;
        }
    }
}
