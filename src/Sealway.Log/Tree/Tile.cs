namespace Sealway.Log;

/// <summary>The measures of a tile: C2SP tlog-tiles, "Merkle tree".</summary>
public static class Tile
{
    /// <summary>Tree levels in a tile.</summary>
    public const int Height = 8;

    /// <summary>Hashes in a full tile; a partial tile holds 1 to 255.</summary>
    public const int Width = 1 << Height;

    /// <summary>The highest tile level that a tree within <see cref="Merkle.MaxSize"/> has hashes on.</summary>
    public const int MaxLevel = 52 / Height;

    /// <summary>How many hashes a tile holds in a tree of a given size.</summary>
    /// <param name="level">The tile level, 0 to <see cref="MaxLevel"/>.</param>
    /// <param name="index">The tile's index on its level, from 0.</param>
    /// <param name="size">The tree's size in entries.</param>
    /// <returns>0 (no such tile) to 256.</returns>
    public static int WidthIn(int level, ulong index, ulong size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, MaxLevel);
        ulong hashes = size >> (level * Height);
        ulong whole = hashes >> Height;
        return index < whole ? Width : index == whole ? (int)(hashes & (Width - 1)) : 0;
    }
}
