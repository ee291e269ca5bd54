namespace Sealway.Log;

using Sealway.Messages;

/// <summary>Questions to a stored tree.</summary>
internal static class Trees
{
    /// <summary>Whether the tree held begins with the one that a head signs. False where that cannot be told: the head is larger, or lies before the start from which the log is held.</summary>
    public static async ValueTask<bool> Contains(ILogStore store, LogId log, Head head, CancellationToken ct)
    {
        ulong size = head.Claims.Size;
        LogState? state = await store.State(log, ct).ConfigureAwait(false);
        if (state is null || size > state.Size || size < state.Start)
        {
            return size == 0 && head.Root.Span.SequenceEqual(Merkle.EmptyRoot);
        }

        byte[] root = size == state.Size
            ? state.Frontier.Root()
            : await new TileReader(store.Tiles(log), size).Root(0, size, ct).ConfigureAwait(false);
        return head.Root.Span.SequenceEqual(root);
    }
}
