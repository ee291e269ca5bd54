namespace Sealway.Gateway;

using Sealway.Fleet;

/// <summary>How old the registry's word is: since its newest status or head, whichever is later.</summary>
internal static class RegistryAge
{
    internal static ulong Milliseconds(IRegistrySource source, ulong now)
    {
        RegistryView view = source.Current;
        ulong word = Math.Max(view.LatestStatus?.ThroughMilliseconds ?? 0, source.SignedAt);
        return now > word ? now - word : 0;
    }

    internal static bool IsStale(IRegistrySource source, ulong now, TimeSpan after) => Milliseconds(source, now) > (ulong)after.TotalMilliseconds;
}
