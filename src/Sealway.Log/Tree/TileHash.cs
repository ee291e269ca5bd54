namespace Sealway.Log;

/// <summary>One hash of an interior tile: the root of a complete subtree of 256^<see cref="Level"/> entries.</summary>
/// <param name="Level">The tile level, from 1; level 0 is the leaves.</param>
/// <param name="Index">The subtree's place among its equals, from 0.</param>
/// <param name="Hash">32 bytes.</param>
public readonly record struct TileHash(int Level, ulong Index, byte[] Hash);
