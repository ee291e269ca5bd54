namespace Sealway.Cloud;

using Sealway.Alarms;
using Sealway.Messages;

/// <summary>
/// Notices logs that fall silent: an honest gateway signs a head at least every minute, even if nothing happens. By the
/// cloud's own clock; after a start every log has its whole time again. Safe for use by several threads.
/// </summary>
internal sealed class SilenceWatch(TimeSpan after, TimeProvider time)
{
    private const int MostCleared = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _heard = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CloudAlarm> _silent = new(StringComparer.Ordinal);
    private readonly Queue<CloudAlarm> _cleared = new();
    private ulong _raised;

    /// <summary>Silences found since the start.</summary>
    public ulong Raised
    {
        get
        {
            lock (_lock)
            {
                return _raised;
            }
        }
    }

    /// <summary>The silences, standing ones and the latest cleared.</summary>
    public IReadOnlyList<CloudAlarm> Alarms
    {
        get
        {
            lock (_lock)
            {
                return [.. _cleared, .. _silent.Values];
            }
        }
    }

    /// <summary>How many logs are silent.</summary>
    public int Standing
    {
        get
        {
            lock (_lock)
            {
                return _silent.Count;
            }
        }
    }

    /// <summary>A newer head of a log has come.</summary>
    /// <returns>Whether the log was silent.</returns>
    public bool Heard(LogId log)
    {
        lock (_lock)
        {
            _heard[log.Name] = time.GetTimestamp();
            return Clear(log.Name);
        }
    }

    /// <summary>Looks whether logs have fallen silent.</summary>
    /// <param name="expected">The logs of gateways that stand, with the sizes held; for others silence is in order.</param>
    /// <returns>Those that have just fallen silent.</returns>
    public IReadOnlyList<LogId> Look(IReadOnlyList<(LogId Log, ulong Size)> expected)
    {
        lock (_lock)
        {
            List<LogId> fallen = [];
            long now = time.GetTimestamp();
            foreach ((LogId log, ulong size) in expected)
            {
                if (!_heard.TryGetValue(log.Name, out long last))
                {
                    _heard[log.Name] = now;
                }
                else if (time.GetElapsedTime(last, now) > after && !_silent.ContainsKey(log.Name))
                {
                    _silent[log.Name] = new CloudAlarm(log, CloudAlarm.LogSilence, AlarmPriority.Medium, null, null, null, size, Now(), null);
                    _raised++;
                    fallen.Add(log);
                }
            }

            foreach (string name in _silent.Keys.Except(expected.Select(one => one.Log.Name), StringComparer.Ordinal).ToList())
            {
                Clear(name);
            }

            return fallen;
        }
    }

    private bool Clear(string name)
    {
        if (!_silent.Remove(name, out CloudAlarm? alarm))
        {
            return false;
        }

        _cleared.Enqueue(alarm with { ClearedAt = Now() });
        if (_cleared.Count > MostCleared)
        {
            _cleared.Dequeue();
        }

        return true;
    }

    private ulong Now() => (ulong)Math.Max(0, time.GetUtcNow().ToUnixTimeMilliseconds());
}
