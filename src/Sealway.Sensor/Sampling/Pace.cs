namespace Sealway.Sensor.Sampling;

using System.Runtime.CompilerServices;

/// <summary>Hands out samples when they are due: the source's own spacing, divided by a speed, from the first sample on.</summary>
/// <remarks>Due times count from the start, so that waiting does not drift; what is late is handed out at once. One timer serves the whole replay.</remarks>
public sealed class Pace
{
    private readonly TimeProvider _time;
    private readonly TimeSpan? _longestWait;

    /// <summary>A pace by a clock.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="speed">How many times faster than the source, greater than 0; infinity does not wait at all.</param>
    /// <param name="longestWait">Where given, a longer wait (a hole in a recording) is cut to it.</param>
    public Pace(TimeProvider time, double speed = 1, TimeSpan? longestWait = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        if (double.IsNaN(speed) || speed <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(speed), "a speed is greater than 0");
        }

        if (longestWait <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(longestWait), "the longest wait is greater than 0");
        }

        _time = time;
        Speed = speed;
        _longestWait = longestWait;
    }

    /// <summary>How many times faster than the source.</summary>
    public double Speed { get; }

    /// <summary>The samples, each when it is due. The first is due at once.</summary>
    public async IAsyncEnumerable<Sample> Replay(IEnumerable<Sample> samples, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(samples);
        using Wait wait = new(_time);
        long started = _time.GetTimestamp();
        TimeSpan? before = null;
        TimeSpan due = TimeSpan.Zero;
        foreach (Sample sample in samples)
        {
            cancel.ThrowIfCancellationRequested();
            if (before is { } last)
            {
                due = Add(due, Scaled(sample.SinceStart - last));
                TimeSpan ahead = due - _time.GetElapsedTime(started);
                if (ahead > TimeSpan.Zero)
                {
                    await wait.For(ahead, cancel).ConfigureAwait(false);
                }
            }

            before = sample.SinceStart;
            yield return sample;
        }
    }

    private TimeSpan Scaled(TimeSpan spacing)
    {
        double ticks = Math.Max(spacing.Ticks, 0) / Speed;
        TimeSpan scaled = ticks >= Wait.Longest.Ticks ? Wait.Longest : TimeSpan.FromTicks((long)ticks);
        return scaled > _longestWait ? _longestWait.Value : scaled;
    }

    private static TimeSpan Add(TimeSpan a, TimeSpan b) => a > TimeSpan.MaxValue - b ? TimeSpan.MaxValue : a + b;
}
