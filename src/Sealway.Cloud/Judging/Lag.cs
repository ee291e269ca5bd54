namespace Sealway.Cloud;

/// <summary>How long the latest readings took from the gateway's log to the cloud's disk, in milliseconds. Safe for use by several threads.</summary>
internal sealed class Lag
{
    private const int Kept = 4096;

    private readonly Lock _lock = new();
    private readonly Queue<ulong> _latest = new(Kept);

    /// <summary>One more reading.</summary>
    public void Add(ulong milliseconds)
    {
        lock (_lock)
        {
            if (_latest.Count == Kept)
            {
                _latest.Dequeue();
            }

            _latest.Enqueue(milliseconds);
        }
    }

    /// <summary>The latest, in no order.</summary>
    public ulong[] Latest()
    {
        lock (_lock)
        {
            return [.. _latest];
        }
    }

    /// <summary>The value that a share of all do not exceed; 0 where there are none.</summary>
    public static ulong Percentile(ulong[] sorted, double share) => sorted.Length == 0 ? 0 : sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
}
