namespace Sealway.Fleet;

using Sealway.Log;
using Sealway.Messages;

/// <summary>Puts waybills together: a log's entries with their proofs, and of the registry exactly what judging them needs.</summary>
public static class WaybillAssembler
{
    /// <summary>Makes the waybill of entries of a log.</summary>
    /// <param name="store">Where the log is kept.</param>
    /// <param name="log">Which log.</param>
    /// <param name="indexes">The entries' indexes, 1 to 1,024.</param>
    /// <param name="registryStore">Where the registry is kept.</param>
    /// <param name="registry">The registry, as far as it was applied.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The waybill, not judged; null if no head is held that holds the entries, or none of the registry.</returns>
    /// <exception cref="MessageException"><see cref="Refusal.UnexpectedBlank"/>: an entry is not held with its bytes; <see cref="Refusal.UnknownKey"/>: the registry does not know a key; <see cref="Refusal.WrongCount"/> or <see cref="Refusal.TooLong"/>: too many entries.</exception>
    public static async Task<Waybill?> AssembleAsync(ILogStore store, LogId log, IReadOnlyList<ulong> indexes, ILogStore registryStore, Registry registry, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(indexes);
        ArgumentNullException.ThrowIfNull(registryStore);
        ArgumentNullException.ThrowIfNull(registry);
        List<(ulong Index, ReadOnlyMemory<byte> Bytes)> entries = await Read(store, log, indexes, ct).ConfigureAwait(false);
        return await AssembleAsync(
            log, entries, (view, archive) => HeadOf(store, log, entries[0].Index, entries[^1].Index, view, archive, ct), store.Tiles(log), registryStore, registry, ct).ConfigureAwait(false);
    }

    /// <summary>Makes the two waybills of a fork.</summary>
    /// <param name="store">Where the log and the evidence are kept.</param>
    /// <param name="fork">The evidence.</param>
    /// <param name="registryStore">Where the registry is kept.</param>
    /// <param name="registry">The registry, as far as it was applied.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>Both, not judged; null if no head of the registry is held.</returns>
    /// <exception cref="MessageException"><see cref="Refusal.UnexpectedBlank"/>: of one side only the head was ever seen, or an entry is blank; <see cref="Refusal.UnknownKey"/>.</exception>
    public static async Task<ForkWaybills?> AssembleForkAsync(ILogStore store, ForkEvidence fork, ILogStore registryStore, Registry registry, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(fork);
        ArgumentNullException.ThrowIfNull(registryStore);
        ArgumentNullException.ThrowIfNull(registry);
        if (fork.Index is not { } index || index < fork.From || index - fork.From >= (ulong)fork.Entries.Count || fork.Entries[(int)(index - fork.From)] is not { IsBlank: false } entry)
        {
            throw new MessageException(Refusal.UnexpectedBlank, "fork");
        }

        // The held head with the countersignatures that it has got since.
        SignedHead held = (await store.Heads(fork.Log, fork.Held.Claims.Size, fork.Held.Claims.Size, int.MaxValue, ct).ConfigureAwait(false))
            .FirstOrDefault(one => one.Head.Bytes.Span.SequenceEqual(fork.Held.Bytes.Span), new SignedHead(fork.Held));
        ITileSource tiles = store.Tiles(fork.Log);
        List<(ulong, ReadOnlyMemory<byte>)> ours = await Read(store, fork.Log, [index], ct).ConfigureAwait(false);
        Waybill? one = await AssembleAsync(fork.Log, ours, (_, _) => Task.FromResult<SignedHead?>(held), tiles, registryStore, registry, ct).ConfigureAwait(false);
        Waybill? other = await AssembleAsync(
            fork.Log, [(index, entry.Bytes)], (_, _) => Task.FromResult<SignedHead?>(new SignedHead(fork.Other)), new ForkTiles(tiles, fork), registryStore, registry, ct).ConfigureAwait(false);
        return one is null || other is null ? null : new ForkWaybills(one, other, index);
    }

    private static async Task<Waybill?> AssembleAsync(
        LogId log, List<(ulong Index, ReadOnlyMemory<byte> Bytes)> entries, Func<RegistryView, Kid?, Task<SignedHead?>> headOf, ITileSource tiles, ILogStore registryStore, Registry registry, CancellationToken ct)
    {
        RegistryView now = registry.Current;

        // The newest head of the registry: whoever countersigned the log is enrolled by then.
        SignedHead? registryHead = await registryStore.HeadAtOrBefore(now.Log, now.Size, null, ct).ConfigureAwait(false);
        if (!now.IsFounded || registryHead is null || registryHead.Size < 2)
        {
            return null;
        }

        RegistryView view = registry.View(registryHead.Size);
        StatementsNeeded needs = new(view);
        Kid? archive = null;
        foreach ((ulong _, ReadOnlyMemory<byte> bytes) in entries)
        {
            archive = AddReading(needs, view, log, bytes) ?? archive;
        }

        if (await headOf(view, archive).ConfigureAwait(false) is not { } logHead)
        {
            return null;
        }

        Evidence logEvidence = await Prove(tiles, logHead, entries, view, needs, ct).ConfigureAwait(false);
        foreach (Countersignature one in registryHead.Countersignatures.Where(one => view.WitnessOf(one.Kid) is not null))
        {
            needs.Add(one.Kid);
        }

        needs.Add(registryHead.Head.Claims.Kid);
        List<(ulong, ReadOnlyMemory<byte>)> statements = await needs.Collect(registryStore, ct).ConfigureAwait(false);
        return new Waybill(logEvidence, await Prove(registryStore.Tiles(view.Log), registryHead, statements, view, needs, ct).ConfigureAwait(false));
    }

    /// <summary>The assignment under which a sensor's entry stands in a log, as the verdict finds it: the latest to that gateway that has begun, else the latest to it.</summary>
    internal static Assigned? AssignmentFor(RegistryView view, Kid sensor, LogId log, ulong at)
    {
        IEnumerable<Assigned> ours = view.AssignmentsOf(sensor).Where(one => one.Assignment.Gateway == log.Name);
        return ours.LastOrDefault(one => one.Assignment.SinceMilliseconds <= at) ?? ours.LastOrDefault();
    }

    private static Kid? AddReading(StatementsNeeded needs, RegistryView view, LogId log, ReadOnlyMemory<byte> bytes)
    {
        Entry entry;
        Reading reading;
        try
        {
            entry = Entry.FromUntrusted(bytes);
            if (entry.Kind != EntryKind.Reading)
            {
                return null;
            }

            reading = Reading.FromUntrusted(entry.Body);
        }
        catch (MessageException)
        {
            // Evidence of an entry that is none: nobody's key is needed but the writer's.
            return null;
        }

        needs.Add(reading.Kid);
        if (AssignmentFor(view, reading.Kid, log, entry.At) is not { } assigned)
        {
            return null;
        }

        needs.AddStatement(assigned.Index);
        return assigned.Assignment.Archive;
    }

    private static async Task<List<(ulong Index, ReadOnlyMemory<byte> Bytes)>> Read(ILogStore store, LogId log, IReadOnlyList<ulong> indexes, CancellationToken ct)
    {
        ulong[] rising = [.. indexes.Distinct().Order()];
        if (rising.Length is 0 or > Limits.ReceiptProofs)
        {
            throw new MessageException(Refusal.WrongCount, "waybill");
        }

        // What lies before the start of a log that is held from the middle is not held either.
        ulong start = (await store.State(log, ct).ConfigureAwait(false))?.Start ?? 0;
        List<(ulong, ReadOnlyMemory<byte>)> entries = [];
        foreach (ulong index in rising)
        {
            if (index < start)
            {
                throw new MessageException(Refusal.UnexpectedBlank, "waybill");
            }

            IReadOnlyList<LogEntry> read = await store.Read(log, index, index + 1, Limits.EntryBytes, ct).ConfigureAwait(false);
            entries.Add(read is [{ IsBlank: false } entry] ? (index, entry.Bytes) : throw new MessageException(Refusal.UnexpectedBlank, "waybill"));
        }

        return entries;
    }

    // The first head with the countersignature that makes it final, under whichever of the archive's keys; else the first at all. What
    // a key stated before its withdrawal counts, and what was held from the middle on only from there on.
    private static async Task<SignedHead?> HeadOf(ILogStore store, LogId log, ulong first, ulong last, RegistryView view, Kid? archive, CancellationToken ct)
    {
        // A tree of one entry has an empty path, which a receipt cannot carry (RFC 9942 section 5.2).
        ulong least = Math.Max(2, last + 1);
        string? name = archive is { } kid ? view.Find(kid)?.Name : null;
        foreach (Party party in view.Parties.Where(party => name is null ? party.Role is Role.Archive or Role.App : party.Name == name))
        {
            if (await store.HeadAtOrAfter(log, least, party.Kid, ct).ConfigureAwait(false) is { } final
                && final.Countersignatures.Any(one => one.Kid == party.Kid && one.From <= first && (view.WithdrawalOf(party.Kid) is not { } gone || one.Seconds * 1000 < gone.SinceMilliseconds)))
            {
                return final;
            }
        }

        return await store.HeadAtOrAfter(log, least, null, ct).ConfigureAwait(false);
    }

    private static async Task<Evidence> Prove(
        ITileSource tiles, SignedHead head, List<(ulong Index, ReadOnlyMemory<byte> Bytes)> entries, RegistryView view, StatementsNeeded needs, CancellationToken ct)
    {
        // Every countersignature in a waybill must resolve; one that cannot is left out.
        Countersignature[] witnesses = [.. head.Countersignatures.Where(one => view.Find(one.Kid) is { Role: Role.Cloud or Role.Archive or Role.App })];
        needs.Add(head.Head.Claims.Kid);
        foreach (Countersignature one in witnesses)
        {
            needs.Add(one.Kid);
        }

        ulong[] indexes = [.. entries.Select(entry => entry.Index)];
        IReadOnlyList<IReadOnlyList<byte[]>> paths = await Inclusion.Prove(tiles, indexes, head.Size, ct).ConfigureAwait(false);
        InclusionProof[] proofs = [.. paths.Select((path, i) => new InclusionProof(head.Size, indexes[i], [.. path.Select(hash => (ReadOnlyMemory<byte>)hash)]))];
        return Evidence.Create(Receipt.Create(head.Head, witnesses, proofs), [.. entries.Select(entry => entry.Bytes)]);
    }
}
