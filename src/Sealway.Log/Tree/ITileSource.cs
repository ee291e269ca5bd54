namespace Sealway.Log;

/// <summary>
/// The hashes of one log's tree, in tiles of height 8: C2SP tlog-tiles.
/// A tile's hashes never change, so that a tile may be cached for ever; readers may call at any time and together.
/// </summary>
public interface ITileSource
{
    /// <summary>Reads the first hashes of a tile.</summary>
    /// <param name="level">The tile level, 0 (leaf hashes) to <see cref="Tile.MaxLevel"/>.</param>
    /// <param name="index">The tile's index on its level, from 0.</param>
    /// <param name="width">How many hashes, 1 to 256. A proof in a tree of a given size asks for a tile's width in that tree, and no other.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>Exactly <paramref name="width"/> hashes of 32 bytes; an empty one for what lies before the head from which the log is followed.
    /// They are not proven: who shows a proof made from them verifies it first.</returns>
    /// <exception cref="TileMissingException">Not that many hashes are held.</exception>
    ValueTask<IReadOnlyList<byte[]>> ReadTile(int level, ulong index, int width, CancellationToken ct);

    /// <summary>What a log followed from the middle knows of what lies before: the subtrees of the frontier with which it began. Proofs of later entries need no others.</summary>
    /// <param name="level">The tree level: the subtree has 2^level entries.</param>
    /// <param name="index">The subtree's place among its equals, from 0.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>Its root, 32 bytes, or null.</returns>
    ValueTask<byte[]?> ReadSubtree(int level, ulong index, CancellationToken ct) => ValueTask.FromResult<byte[]?>(null);
}
