namespace Sealway.Archive;

using Microsoft.Extensions.Logging;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Log;
using Sealway.Messages;

/// <summary>Follows the registry through the cloud and countersigns it. The cloud can withhold it, and change nothing in it.</summary>
internal sealed class RegistryFollowing(RegistryFollower registry, ILogStore store, CloudLink cloud, ArchiveOptions options, AlertDesk desk, TimeProvider time, ILogger logger)
{
    // The registry shares the first connection with the first logs.
    private const int Place = 0;

    private readonly Countersigned _countersigned = new(store, cloud, Place, options.Identity.Kid);
    private int _anomalies = registry.Current.Anomalies.Count;

    /// <summary>Follows until told to stop; goes on after every trouble.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        Backoff backoff = new();
        string? told = null;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await _countersigned.DeliverAsync(registry.Log, stop).ConfigureAwait(false);
                await StepAsync(stop).ConfigureAwait(false);
                backoff.Reset();
                told = null;
            }
            catch (Exception trouble) when (trouble is LinkException or MessageException or IOException or LogStoreConflictException)
            {
                TimeSpan wait = backoff.Next();
                if (told != trouble.Message)
                {
                    told = trouble.Message;
                    logger.LogWarning("the registry cannot be followed: {Reason}; again in {Seconds} s", trouble.Message, Math.Round(wait.TotalSeconds, 1));
                }

                await Task.Delay(wait, time, stop).ConfigureAwait(false);
            }
        }
    }

    private async Task StepAsync(CancellationToken stop)
    {
        long asked = time.GetTimestamp();
        FollowMessage answer = await cloud.AskAsync(Place, registry.Next, options.Poll, stop).ConfigureAwait(false);
        if (answer.Log != registry.Log)
        {
            throw new LinkException(LinkRefusal.WrongProtocol, "the cloud answers with something else than the registry");
        }

        Append? append = answer switch
        {
            Append entries => entries,
            Held { Head: { } head } held => new Append(held.Log, head.Claims.Size, [], head, held.Countersignatures),
            Held => null,
            _ => throw new LinkException(LinkRefusal.WrongProtocol, "the cloud answers with something else than the registry"),
        };
        if (append is null || await IsKnownAsync(append, stop).ConfigureAwait(false))
        {
            await LogFollowing.PaceAsync(time, asked, stop).ConfigureAwait(false);
            return;
        }

        Followed followed = await registry.AcceptAsync(append, stop).ConfigureAwait(false);
        Report();
        if (followed.Fork is { } fork)
        {
            desk.Fork(fork);
        }

        if (followed.Refused != Refusal.None)
        {
            desk.Refused(registry.Log, followed.Refused);
            throw new MessageException(followed.Refused, "the registry as the cloud gives it");
        }
    }

    /// <summary>A head that is held already, or that signs the same once more and not much later, is not stored again.</summary>
    private async Task<bool> IsKnownAsync(Append append, CancellationToken stop) =>
        append.Entries.Count == 0
        && await store.LatestHead(registry.Log, stop).ConfigureAwait(false) is { } newest
        && newest.Size == append.Head.Claims.Size
        && newest.Head.Root.Span.SequenceEqual(append.Head.Root.Span)
        && append.Head.Claims.Seconds < newest.Head.Claims.Seconds + (ulong)LogFollowing.KeepHeadsEvery.TotalSeconds;

    private void Report()
    {
        IReadOnlyList<Anomaly> all = registry.Current.Anomalies;
        for (; _anomalies < all.Count; _anomalies++)
        {
            desk.Anomaly(registry.Log, all[_anomalies].Index, all[_anomalies].Reason, all[_anomalies].Withheld);
        }
    }
}
