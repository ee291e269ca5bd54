namespace Sealway.Links;

/// <summary>Full jitter under a doubling cap: gateways that lost the same cloud do not come back in one wave.</summary>
internal sealed class Backoff(TimeSpan longest)
{
    private TimeSpan _cap = LinkLimits.FirstBackoff;

    internal TimeSpan Next()
    {
#pragma warning disable CA5394 // Spreading attempts needs no secrecy.
        TimeSpan wait = _cap * Random.Shared.NextDouble();
#pragma warning restore CA5394
        _cap = TimeSpan.FromTicks(Math.Min((_cap * 2).Ticks, longest.Ticks));
        return wait;
    }

    internal void Reset() => _cap = LinkLimits.FirstBackoff;
}
