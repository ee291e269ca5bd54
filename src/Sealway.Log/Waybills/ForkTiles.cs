namespace Sealway.Log;

/// <summary>The tiles of a fork's other side: the held log's up to where the other side's entries begin, and from there made of these. Whether they lead to the other head is for the proof's reader to check.</summary>
/// <param name="held">The tiles of the log that is held.</param>
/// <param name="fork">The evidence.</param>
public sealed class ForkTiles(ITileSource held, ForkEvidence fork) : ITileSource
{
    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<byte[]>> ReadTile(int level, ulong index, int width, CancellationToken ct)
    {
        ulong first = index * Tile.Width;
        ulong common = fork.From >> (level * Tile.Height);
        int ours = common > first ? (int)Math.Min(common - first, (ulong)width) : 0;
        List<byte[]> hashes = ours > 0 ? [.. await held.ReadTile(level, index, ours, ct).ConfigureAwait(false)] : [];
        for (int i = ours; i < width; i++)
        {
            hashes.Add(await Hash(level, first + (ulong)i, ct).ConfigureAwait(false));
        }

        return hashes;
    }

    /// <inheritdoc/>
    public ValueTask<byte[]?> ReadSubtree(int level, ulong index, CancellationToken ct) => held.ReadSubtree(level, index, ct);

    private async ValueTask<byte[]> Hash(int level, ulong index, CancellationToken ct)
    {
        if (level == 0)
        {
            return index - fork.From < (ulong)fork.Entries.Count
                ? fork.Entries[(int)(index - fork.From)].Hash
                : throw new TileMissingException(0, index / Tile.Width, (int)(index % Tile.Width) + 1);
        }

        Frontier below = new();
        foreach (byte[] hash in await ReadTile(level - 1, index, Tile.Width, ct).ConfigureAwait(false))
        {
            below.Append(hash.Length == Merkle.HashLength ? hash : throw new TileMissingException(level - 1, index, Tile.Width));
        }

        return below.Root();
    }
}
