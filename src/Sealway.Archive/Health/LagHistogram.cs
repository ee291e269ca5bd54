namespace Sealway.Archive;

using System.Numerics;

/// <summary>
/// How long entries took, in milliseconds, in a fixed number of counters: 16 for each doubling, so that a percentile is
/// within 7 % of the truth. Safe for use by several threads.
/// </summary>
internal sealed class LagHistogram
{
    private const int Steps = 16;
    private const int StepBits = 4;
    private const int Doublings = 53;

    private readonly long[] _counts = new long[Steps * (Doublings + 1)];
    private long _all;

    public void Add(ulong milliseconds)
    {
        Interlocked.Increment(ref _counts[Place(milliseconds)]);
        Interlocked.Increment(ref _all);
    }

    /// <summary>The value that a share of all do not exceed; 0 where there are none.</summary>
    public ulong Percentile(double share)
    {
        long wanted = (long)Math.Ceiling(share * Interlocked.Read(ref _all));
        long seen = 0;
        for (int place = 0; place < _counts.Length; place++)
        {
            seen += Interlocked.Read(ref _counts[place]);
            if (seen >= wanted && seen > 0)
            {
                return Least(place);
            }
        }

        return 0;
    }

    // Below 16 each value has its own counter; above, the four bits after the highest decide.
    private static int Place(ulong value)
    {
        value = Math.Min(value, (1UL << Doublings) - 1);
        int doubling = value < Steps ? 0 : BitOperations.Log2(value) - StepBits;
        return value < Steps ? (int)value : (Steps * (doubling + 1)) + (int)((value >> doubling) - Steps);
    }

    private static ulong Least(int place) => place < Steps ? (ulong)place : ((ulong)(place % Steps) + Steps) << ((place / Steps) - 1);
}
