namespace Sealway.Fleet;

using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// Which entries of a log the archives hold that count: what may be freed or pruned elsewhere. Those count that the assignments of the gateway's sensors name;
/// where they name none, all that stand. Cloud and gateway ask the same.
/// </summary>
public static class ArchivedPart
{
    /// <summary>The entries that all archives which count hold by their own word, under whichever of its keys counts. The word of a revoked key counts for nothing, nor does one that does not verify.</summary>
    /// <param name="store">Where the log and its countersignatures are.</param>
    /// <param name="registry">Who is who.</param>
    /// <param name="log">Which log.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The first index and the index after the last; null where the word of one is missing, or the log was forked: then all of it is evidence.</returns>
    public static async ValueTask<(ulong From, ulong To)?> FindAsync(ILogStore store, RegistryView registry, LogId log, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(registry);
        List<Kid> archives = [.. registry.Assignments.Where(one => one.Gateway == log.Name && one.Archive is not null).Select(one => one.Archive!.Value).Distinct()];
        if (archives.Count == 0)
        {
            archives = [.. registry.Parties.Where(party => party.Role == Role.Archive && registry.WithdrawalOf(party.Kid) is null).Select(party => party.Kid)];
        }

        if (archives.Count == 0 || (await store.Forks(log, ct).ConfigureAwait(false)).Count > 0)
        {
            return null;
        }

        ulong from = 0;
        ulong to = ulong.MaxValue;
        foreach (Kid archive in archives)
        {
            if (await HeldByAsync(store, registry, log, archive, ct).ConfigureAwait(false) is not { } held)
            {
                return null;
            }

            from = Math.Max(from, held.From);
            to = Math.Min(to, held.To);
        }

        return (from, to);
    }

    // Whoever revoked an archive has it named anew, or keeps what is here.
    private static async ValueTask<(ulong From, ulong To)?> HeldByAsync(ILogStore store, RegistryView registry, LogId log, Kid archive, CancellationToken ct)
    {
        (ulong From, ulong To)? held = null;
        string? name = registry.Find(archive)?.Name;
        foreach (Party party in registry.Parties.Where(party => party.Role == Role.Archive && party.Name == name && registry.WitnessOf(party.Kid) is not null))
        {
            SignedHead? head = await store.HeadAtOrBefore(log, Limits.LargestNumber, party.Kid, ct).ConfigureAwait(false);
            if (head?.Countersignatures.FirstOrDefault(one => one.Kid == party.Kid) is { } word && head.Size > (held?.To ?? 0) && IsGenuine(word, party.Key, head.Head))
            {
                held = (word.From, head.Size);
            }
        }

        return held;
    }

    // It was verified when it came; a file that somebody wrote into has no word that counts.
    private static bool IsGenuine(Countersignature word, PublicKey key, Head head)
    {
        try
        {
            word.Verify(key, head);
            return true;
        }
        catch (MessageException)
        {
            return false;
        }
    }
}
