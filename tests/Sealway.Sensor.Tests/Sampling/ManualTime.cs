namespace Sealway.Sensor.Tests.Sampling;

using System.Threading.Channels;

/// <summary>A clock that stands still until told; its timers ring when it passes them.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly Channel<bool> _set = Channel.CreateUnbounded<bool>();
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public int TimersMade { get; private set; }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ManualTimer timer = new(this, callback, state);
        lock (_gate)
        {
            TimersMade++;
            _timers.Add(timer);
        }

        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Waits until somebody waits for the clock, and returns how long.</summary>
    public async Task<TimeSpan> Asked()
    {
        await _set.Reader.ReadAsync(TestContextToken());
        lock (_gate)
        {
            return _timers.Where(timer => timer.Due is not null).Min(timer => timer.Due!.Value) - _now;
        }
    }

    public void Advance(TimeSpan by)
    {
        List<ManualTimer> ringing;
        lock (_gate)
        {
            _now += by;
            ringing = [.. _timers.Where(timer => timer.Due <= _now)];
            ringing.ForEach(timer => timer.Due = null);
        }

        ringing.ForEach(timer => timer.Ring());
    }

    private static CancellationToken TestContextToken() => Xunit.TestContext.Current.CancellationToken;

    private sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset? Due { get; set; }

        public void Ring() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                Due = dueTime < TimeSpan.Zero ? null : time._now + dueTime;
            }

            if (Due is not null)
            {
                time._set.Writer.TryWrite(true);
            }

            return true;
        }

        public void Dispose()
        {
            lock (time._gate)
            {
                time._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
