namespace Sealway.Archive;

/// <summary>Full jitter under a doubling cap, 1 to 30 seconds.</summary>
internal sealed class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private TimeSpan _cap = First;

    public TimeSpan Next()
    {
#pragma warning disable CA5394 // Spreading attempts needs no secrecy.
        TimeSpan wait = _cap * Random.Shared.NextDouble();
#pragma warning restore CA5394
        _cap = TimeSpan.FromTicks(Math.Min((_cap * 2).Ticks, Longest.Ticks));
        return wait;
    }

    public void Reset() => _cap = First;
}
