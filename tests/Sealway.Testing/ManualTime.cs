namespace Sealway.Testing;

/// <summary>A clock that moves only when told; timers that have come due fire on the caller's thread. The time of day can be set without any time passing.</summary>
public sealed class ManualTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private DateTimeOffset _passed = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private TimeSpan _set;

    /// <summary>The time.</summary>
    public DateTimeOffset Now
    {
        get
        {
            lock (_lock)
            {
                return _passed + _set;
            }
        }
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Now;

    /// <inheritdoc/>
    public override long GetTimestamp()
    {
        lock (_lock)
        {
            return _passed.UtcTicks;
        }
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ManualTimer timer = new(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Sets the time of day, as a wrong or corrected clock does: no time passes and no timer comes due.</summary>
    public void Jump(TimeSpan by)
    {
        lock (_lock)
        {
            _set += by;
        }
    }

    /// <summary>Lets time pass and fires what has come due.</summary>
    public void Advance(TimeSpan by)
    {
        ManualTimer[] due;
        lock (_lock)
        {
            _passed += by;
            due = [.. _timers.Where(timer => timer.Due <= _passed)];
        }

        foreach (ManualTimer timer in due)
        {
            timer.Fire();
        }
    }

    private sealed class ManualTimer(ManualTime time, Action fire) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        public DateTimeOffset? Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            bool now;
            lock (time._lock)
            {
                _period = period;
                Set(dueTime);
                now = Due <= time._passed;
            }

            if (now)
            {
                Fire();
            }

            return true;
        }

        public void Fire()
        {
            lock (time._lock)
            {
                Set(_period > TimeSpan.Zero ? _period : Timeout.InfiniteTimeSpan);
            }

            fire();
        }

        public void Dispose()
        {
            lock (time._lock)
            {
                Set(Timeout.InfiniteTimeSpan);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Set(TimeSpan dueTime)
        {
            time._timers.Remove(this);
            Due = dueTime < TimeSpan.Zero ? null : time._passed + dueTime;
            if (Due is not null)
            {
                time._timers.Add(this);
            }
        }
    }
}
