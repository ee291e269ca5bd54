namespace Sealway.Archive;

using Sealway.Log;
using Sealway.Messages;

/// <summary>Brings this archive's countersignature on the newest head to the cloud, once each, and again after a trouble.</summary>
internal sealed class Countersigned(ILogStore store, CloudLink cloud, int place, Kid own)
{
    private Head? _delivered;

    /// <exception cref="Links.LinkException">The cloud did not take it; it stays stored and is brought the next time.</exception>
    public async Task DeliverAsync(LogId log, CancellationToken ct)
    {
        if (await store.LatestHead(log, ct).ConfigureAwait(false) is not { } newest
            || newest.Countersignatures.FirstOrDefault(one => one.Kid == own) is not { } countersignature
            || (_delivered is { } before && before.Bytes.Span.SequenceEqual(newest.Head.Bytes.Span)))
        {
            return;
        }

        await cloud.AskAsync(place, new Append(log, newest.Size, [], newest.Head, [countersignature]), TimeSpan.Zero, ct).ConfigureAwait(false);
        _delivered = newest.Head;
    }
}
