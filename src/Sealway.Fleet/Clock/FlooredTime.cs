namespace Sealway.Fleet;

/// <summary>
/// A clock that is not behind a time that is known to be past: what others have signed, or the beginning of one's own
/// certificate. A board without a clock battery starts in 1970 and could otherwise not judge a certificate. It runs on from
/// there, and follows the underlying clock as soon as that is ahead. Safe for use by several threads.
/// </summary>
public sealed class FlooredTime : TimeProvider
{
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();

    // Under the lock: the floor, and the timestamp at which it was the time.
    private DateTimeOffset _floor;
    private long _since;

    /// <summary>A clock over another.</summary>
    /// <param name="time">The underlying clock; its timestamps measure the time that passes.</param>
    /// <param name="floor">The time that it is at least, now.</param>
    public FlooredTime(TimeProvider time, DateTimeOffset floor)
    {
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
        _floor = floor;
        _since = time.GetTimestamp();
    }

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => _time.LocalTimeZone;

    /// <inheritdoc/>
    public override long TimestampFrequency => _time.TimestampFrequency;

    /// <summary>Somebody else's word has come: it is at least this late now.</summary>
    /// <param name="floor">The time; an earlier one than is known says nothing.</param>
    public void Raise(DateTimeOffset floor)
    {
        lock (_lock)
        {
            if (floor > Least())
            {
                _floor = floor;
                _since = _time.GetTimestamp();
            }
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        DateTimeOffset now = _time.GetUtcNow();
        lock (_lock)
        {
            DateTimeOffset least = Least();
            return now > least ? now : least;
        }
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => _time.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _time.CreateTimer(callback, state, dueTime, period);

    private DateTimeOffset Least() => _floor + _time.GetElapsedTime(_since);
}
