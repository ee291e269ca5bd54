namespace Sealway.Gateway;

/// <summary>
/// The clock of a log: it never goes back and never stands still. When the clock behind it is set back it runs on by the
/// time that passes, since a log's clock that stood would keep a challenge young, a silent sensor unnoticed and a heating
/// on. A small lead it gives up by running slower; a large one it keeps until the clock behind it has caught up. When that
/// clock jumps ahead it follows at once: what then looks old is stale, silent or off, which is the safe side. Safe for use
/// by several threads.
/// </summary>
public sealed class SteadyTime : TimeProvider
{
    // A clock that was an hour off and corrected is caught up with in sixteen; one further off was not a clock.
    private static readonly TimeSpan SmallLead = TimeSpan.FromHours(1);
    private const long SlowedBy = 16;

    private readonly TimeProvider _time;
    private readonly Lock _lock = new();

    // Under the lock.
    private DateTimeOffset _now;
    private long _at;
    private long _owed;

    /// <summary>A clock over another.</summary>
    /// <param name="time">The clock behind it; its timestamps measure the time that passes.</param>
    /// <param name="least">The time that it is at least, now: of the log's last entry.</param>
    public SteadyTime(TimeProvider time, DateTimeOffset least)
    {
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
        _now = least;
        _at = time.GetTimestamp();
    }

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => _time.LocalTimeZone;

    /// <inheritdoc/>
    public override long TimestampFrequency => _time.TimestampFrequency;

    /// <summary>How far it is ahead of the clock behind it.</summary>
    public TimeSpan Lead => GetUtcNow() - _time.GetUtcNow() is var lead && lead > TimeSpan.Zero ? lead : TimeSpan.Zero;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            long at = _time.GetTimestamp();
            TimeSpan passed = at > _at ? _time.GetElapsedTime(_at, at) : TimeSpan.Zero;
            _at = Math.Max(at, _at);
            DateTimeOffset behind = _time.GetUtcNow();
            DateTimeOffset least = _now + passed;
            TimeSpan lead = least - behind;
            if (lead > TimeSpan.Zero && lead <= SmallLead)
            {
                // In whole ticks, so that being asked often does not keep it from slowing down.
                _owed += Math.Min(passed.Ticks, lead.Ticks * SlowedBy);
                least -= new TimeSpan(Math.Min(_owed / SlowedBy, passed.Ticks));
                _owed %= SlowedBy;
            }

            _now = behind > least ? behind : least;
            return _now;
        }
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => _time.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _time.CreateTimer(callback, state, dueTime, period);
}
