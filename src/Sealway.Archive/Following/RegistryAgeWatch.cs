namespace Sealway.Archive;

using Sealway.Fleet;

/// <summary>Notices a registry that stays old: what the registrar or the cloud keeps back, a revocation perhaps, shows in nothing else.</summary>
internal sealed class RegistryAgeWatch(RegistryFollower registry, TimeSpan staleAfter, AlertDesk desk, TimeProvider time)
{
    private static readonly TimeSpan ShortestLook = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestLook = TimeSpan.FromMinutes(1);

    private readonly DateTimeOffset _began = time.GetUtcNow();

    /// <summary>How old its newest word is; zero while nothing of it is held.</summary>
    public TimeSpan Age => registry.Current.IsFounded && time.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds((long)Newest) is { Ticks: > 0 } age ? age : TimeSpan.Zero;

    // The newest status, or the newest head: as everywhere.
    private ulong Newest => Math.Max(registry.Current.LatestStatus?.ThroughMilliseconds ?? 0, registry.HeardSeconds * 1000);

    /// <summary>Looks now and then until told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using PeriodicTimer timer = new(TimeSpan.FromTicks(Math.Clamp(staleAfter.Ticks / 5, ShortestLook.Ticks, LongestLook.Ticks)), time);
        while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
        {
            // What is held from before a long stop is old: the cloud gets the time to bring what is new.
            if (registry.Current.IsFounded && (Age <= staleAfter || time.GetUtcNow() - _began > staleAfter))
            {
                desk.RegistryAge(registry.Log, Newest, Age > staleAfter);
            }
        }
    }
}
