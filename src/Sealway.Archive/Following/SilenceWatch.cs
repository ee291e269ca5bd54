namespace Sealway.Archive;

using System.Collections.Concurrent;

/// <summary>Notices logs of which no new head comes: a log that falls silent is an alarm, not an absence of news. What the cloud withholds is silent, too.</summary>
internal sealed class SilenceWatch(TimeSpan after, AlertDesk desk, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, (ulong Seconds, DateTimeOffset At)> _heard = new(StringComparer.Ordinal);

    /// <summary>A head came, signed at this time by its writer's clock. One that is no newer than the last is no sign of life.</summary>
    public void Heard(string name, ulong seconds)
    {
        DateTimeOffset now = time.GetUtcNow();
        bool isNews = false;
        _heard.AddOrUpdate(
            name,
            _ =>
            {
                isNews = true;
                return (seconds, now);
            },
            (_, last) =>
            {
                isNews = seconds > last.Seconds;
                return isNews ? (seconds, now) : last;
            });
        if (isNews)
        {
            desk.IsHeard(name);
        }
    }

    /// <summary>Begins to wait for a log that was heard in an earlier run.</summary>
    public void Expect(string name, ulong seconds) => _heard.TryAdd(name, (seconds, time.GetUtcNow()));

    /// <summary>Looks now and then until told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using PeriodicTimer timer = new(TimeSpan.FromTicks(Math.Max(after.Ticks / 5, TimeSpan.TicksPerSecond)), time);
        while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
        {
            DateTimeOffset now = time.GetUtcNow();
            foreach ((string name, (_, DateTimeOffset at)) in _heard)
            {
                if (now - at > after)
                {
                    desk.IsSilent(name, (ulong)Math.Max(0, at.ToUnixTimeMilliseconds()));
                }
            }
        }
    }
}
