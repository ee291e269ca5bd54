namespace Sealway.Log;

using Sealway.Messages;

/// <summary>Builds what a follower begins from in the middle of a log, from a store that holds it.</summary>
public static class Starts
{
    /// <summary>Where a log stands: its newest head and the frontier there.</summary>
    /// <param name="store">Where the log is kept.</param>
    /// <param name="log">Which log.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The start; null where no head of at least one entry is held.</returns>
    /// <exception cref="TileMissingException">The store does not have a hash that it must have.</exception>
    public static async ValueTask<Start?> NowAsync(ILogStore store, LogId log, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(store);
        if (await store.LatestHead(log, ct).ConfigureAwait(false) is not { Size: > 0 } newest)
        {
            return null;
        }

        Frontier frontier = await new TileReader(store.Tiles(log), newest.Size).Frontier(ct).ConfigureAwait(false);
        return new Start(log, [.. frontier.Hashes.Select(hash => (ReadOnlyMemory<byte>)hash)], newest.Head, newest.Countersignatures);
    }
}
