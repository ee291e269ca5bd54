namespace Sealway.Gateway.Tests;

/// <summary>A board's clock: the time that passes is true, the time of day is off by what the test sets.</summary>
internal sealed class BoardTime(TimeProvider time) : TimeProvider
{
    private long _off;

    internal TimeSpan Off
    {
        get => new(Interlocked.Read(ref _off));
        set => Interlocked.Exchange(ref _off, value.Ticks);
    }

    public override long TimestampFrequency => time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + Off;

    public override long GetTimestamp() => time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => time.CreateTimer(callback, state, dueTime, period);
}
