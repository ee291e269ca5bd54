namespace Sealway.Sensor.Sampling;

using System.Threading.Tasks.Sources;

/// <summary>One timer that is waited for again and again, without a new timer or task for each wait. One wait at a time.</summary>
internal sealed class Wait : IValueTaskSource, IDisposable
{
    /// <summary>The longest wait there is; a longer one is cut to it.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(40);

    private readonly ITimer timer;
    private readonly Lock gate = new();
    private ManualResetValueTaskSourceCore<bool> source = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration registration;
    private bool waiting;

    public Wait(TimeProvider time) => timer = time.CreateTimer(static self => ((Wait)self!).End(default), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Waits; throws when cancelled.</summary>
    public ValueTask For(TimeSpan duration, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        short version;
        lock (gate)
        {
            source.Reset();
            version = source.Version;
            waiting = true;
        }

        // Up to the next whole millisecond: a timer that rings early would hand out a sample before it is due.
        TimeSpan rounded = TimeSpan.FromMilliseconds(Math.Ceiling(Math.Min(duration.TotalMilliseconds, Longest.TotalMilliseconds)));
        timer.Change(rounded, Timeout.InfiniteTimeSpan);
        registration = cancel.UnsafeRegister(static (self, token) => ((Wait)self!).End(token), this);
        return new ValueTask(this, version);
    }

    public void Dispose()
    {
        registration.Dispose();
        timer.Dispose();
    }

    void IValueTaskSource.GetResult(short token)
    {
        registration.Dispose();
        source.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        source.OnCompleted(continuation, state, token, flags);

    private void End(CancellationToken cancelled)
    {
        lock (gate)
        {
            if (!waiting)
            {
                return;
            }

            waiting = false;
        }

        if (cancelled.IsCancellationRequested)
        {
            source.SetException(new OperationCanceledException(cancelled));
        }
        else
        {
            source.SetResult(true);
        }
    }
}
