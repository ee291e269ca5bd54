namespace Sealway.Cli.Hosting;

/// <summary>A clock that is off by a fixed span. Timestamps and timers are those of the clock behind it: only the time of day is wrong.</summary>
/// <param name="time">The clock behind it.</param>
/// <param name="offset">What it is ahead by.</param>
internal sealed class OffsetTime(TimeProvider time, TimeSpan offset) : TimeProvider
{
    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => time.LocalTimeZone;

    /// <inheritdoc/>
    public override long TimestampFrequency => time.TimestampFrequency;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + offset;

    /// <inheritdoc/>
    public override long GetTimestamp() => time.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        time.CreateTimer(callback, state, dueTime, period);
}
