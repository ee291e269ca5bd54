namespace Sealway.Sensor.Sampling;

using System.Threading.Tasks.Sources;

/// <summary>One timer that is waited for again and again, without a new timer or task for each wait. One wait at a time.</summary>
internal sealed class Wait : IValueTaskSource, IDisposable
{
    /// <summary>The longest wait there is; a longer one is cut to it.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(40);

    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<bool> _source = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;
    private bool _waiting;

    public Wait(TimeProvider time) => _timer = time.CreateTimer(static self => ((Wait)self!).End(default), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Waits; throws when cancelled.</summary>
    public ValueTask For(TimeSpan duration, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        short version;
        lock (_gate)
        {
            _source.Reset();
            version = _source.Version;
            _waiting = true;
        }

        // Up to the next whole millisecond: a timer that rings early would hand out a sample before it is due.
        TimeSpan rounded = TimeSpan.FromMilliseconds(Math.Ceiling(Math.Min(duration.TotalMilliseconds, Longest.TotalMilliseconds)));
        _timer.Change(rounded, Timeout.InfiniteTimeSpan);
        _registration = cancel.UnsafeRegister(static (self, token) => ((Wait)self!).End(token), this);
        return new ValueTask(this, version);
    }

    public void Dispose()
    {
        _registration.Dispose();
        _timer.Dispose();
    }

    void IValueTaskSource.GetResult(short token)
    {
        _registration.Dispose();
        _source.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void End(CancellationToken cancelled)
    {
        lock (_gate)
        {
            if (!_waiting)
            {
                return;
            }

            _waiting = false;
        }

        if (cancelled.IsCancellationRequested)
        {
            _source.SetException(new OperationCanceledException(cancelled));
        }
        else
        {
            _source.SetResult(true);
        }
    }
}
