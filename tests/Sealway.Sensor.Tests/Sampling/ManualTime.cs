namespace Sealway.Sensor.Tests.Sampling;

using System.Threading.Channels;

/// <summary>A clock that stands still until told; its timers ring when it passes them.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<ManualTimer> timers = [];
    private readonly Channel<bool> set = Channel.CreateUnbounded<bool>();
    private DateTimeOffset now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public int TimersMade { get; private set; }

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
        {
            return now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ManualTimer timer = new(this, callback, state);
        lock (gate)
        {
            TimersMade++;
            timers.Add(timer);
        }

        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Waits until somebody waits for the clock, and returns how long.</summary>
    public async Task<TimeSpan> Asked()
    {
        await set.Reader.ReadAsync(TestContextToken());
        lock (gate)
        {
            return timers.Where(timer => timer.Due is not null).Min(timer => timer.Due!.Value) - now;
        }
    }

    public void Advance(TimeSpan by)
    {
        List<ManualTimer> ringing;
        lock (gate)
        {
            now += by;
            ringing = [.. timers.Where(timer => timer.Due <= now)];
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
            lock (time.gate)
            {
                Due = dueTime < TimeSpan.Zero ? null : time.now + dueTime;
            }

            if (Due is not null)
            {
                time.set.Writer.TryWrite(true);
            }

            return true;
        }

        public void Dispose()
        {
            lock (time.gate)
            {
                time.timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
