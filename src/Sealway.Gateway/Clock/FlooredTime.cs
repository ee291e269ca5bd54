namespace Sealway.Gateway;

/// <summary>
/// A clock that does not begin before a time that is known to be past: the last time seen in log or registry. A board
/// without a clock battery starts in 1970 and could otherwise not judge a certificate. It runs on from there and follows
/// the underlying clock as soon as that is ahead.
/// </summary>
public sealed class FlooredTime : TimeProvider
{
    private readonly TimeProvider _time;
    private readonly DateTimeOffset _floor;
    private readonly long _started;

    /// <summary>A clock over another.</summary>
    /// <param name="time">The underlying clock; its timestamps measure the time that passes.</param>
    /// <param name="floor">The time that it is at least, now.</param>
    public FlooredTime(TimeProvider time, DateTimeOffset floor)
    {
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
        _floor = floor;
        _started = time.GetTimestamp();
    }

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => _time.LocalTimeZone;

    /// <inheritdoc/>
    public override long TimestampFrequency => _time.TimestampFrequency;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        DateTimeOffset now = _time.GetUtcNow();
        DateTimeOffset least = _floor + _time.GetElapsedTime(_started);
        return now > least ? now : least;
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => _time.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _time.CreateTimer(callback, state, dueTime, period);
}
