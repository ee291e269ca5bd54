namespace Sealway.Log;

/// <summary>A tile source does not hold the hashes that were asked for: they lie beyond its size, or before the head from which it follows the log.</summary>
public sealed class TileMissingException : Exception
{
    /// <summary>Names the missing tile.</summary>
    /// <param name="level">The tile level.</param>
    /// <param name="index">The tile's index on its level.</param>
    /// <param name="width">How many hashes of it were asked for.</param>
    public TileMissingException(int level, ulong index, int width)
        : base($"tile {index} of level {level} is not held to {width} hashes")
    {
        Level = level;
        Index = index;
        Width = width;
    }

    /// <summary>The tile level.</summary>
    public int Level { get; }

    /// <summary>The tile's index on its level.</summary>
    public ulong Index { get; }

    /// <summary>How many hashes of it were asked for.</summary>
    public int Width { get; }
}
