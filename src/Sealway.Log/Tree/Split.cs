namespace Sealway.Log;

using System.Numerics;

/// <summary>Where a tree splits: RFC 9162 section 2.1.1.</summary>
internal static class Split
{
    /// <summary>The largest power of two smaller than the size, which is at least 2.</summary>
    public static ulong Of(ulong size) => 1UL << BitOperations.Log2(size - 1);
}
