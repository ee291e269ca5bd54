namespace Sealway.Log;

using Sealway.Messages;

/// <summary>Makes evidence from a store.</summary>
public static class WaybillMaker
{
    /// <summary>Makes the evidence of entries: one receipt with the countersignatures that are held, and a proof for each.</summary>
    /// <param name="store">Where the log is kept.</param>
    /// <param name="log">Which log.</param>
    /// <param name="indexes">The entries' indexes, 1 to 1,024 different ones in any order.</param>
    /// <param name="finalBy">The key whose countersignature makes a head final; the first head with it that holds the entries is taken. Null, or if there is none: the first head at all.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The evidence, by rising index, its proofs verified; null if no head is held that holds the entries.</returns>
    /// <exception cref="MessageException"><see cref="Refusal.UnexpectedBlank"/>: an entry is not held with its bytes; <see cref="Refusal.WrongCount"/>; <see cref="Refusal.TooLong"/>.</exception>
    /// <exception cref="TileMissingException">What a proof needs is not held.</exception>
    /// <exception cref="InvalidDataException">What the store holds does not lead to the head's root: the store is damaged.</exception>
    public static async Task<Evidence?> EvidenceAsync(ILogStore store, LogId log, IReadOnlyList<ulong> indexes, Kid? finalBy, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(indexes);
        ulong[] rising = [.. indexes.Distinct().Order()];
        if (rising.Length is 0 or > Limits.ReceiptProofs)
        {
            throw new MessageException(Refusal.WrongCount, "evidence");
        }

        // A tree of one entry has an empty path, which a receipt cannot carry (RFC 9942 section 5.2).
        ulong least = Math.Max(2, rising[^1] + 1);
        SignedHead? head = finalBy is null ? null : await store.HeadAtOrAfter(log, least, finalBy, ct).ConfigureAwait(false);
        head ??= await store.HeadAtOrAfter(log, least, null, ct).ConfigureAwait(false);
        if (head is null)
        {
            return null;
        }

        List<ReadOnlyMemory<byte>> entries = new(rising.Length);
        long bytes = 0;
        foreach (ulong index in rising)
        {
            IReadOnlyList<LogEntry> read = await store.Read(log, index, index + 1, Limits.EntryBytes, ct).ConfigureAwait(false);
            if (read is not [{ IsBlank: false } entry])
            {
                throw new MessageException(Refusal.UnexpectedBlank, "evidence");
            }

            bytes += entry.Bytes.Length;
            entries.Add(entry.Bytes);
        }

        if (bytes > Evidence.MaxBytes - Limits.ReceiptBytes)
        {
            throw new MessageException(Refusal.TooLong, "evidence");
        }

        IReadOnlyList<IReadOnlyList<byte[]>> paths = await Inclusion.Prove(store.Tiles(log), rising, head.Size, ct).ConfigureAwait(false);
        InclusionProof[] proofs = [.. paths.Select((path, i) => new InclusionProof(head.Size, rising[i], [.. path.Select(hash => (ReadOnlyMemory<byte>)hash)]))];
        Evidence evidence = Evidence.Create(Receipt.Create(head.Head, head.Countersignatures, proofs), entries);
        return evidence.Root().AsSpan().SequenceEqual(head.Head.Root.Span)
            ? evidence
            : throw new InvalidDataException($"what is held of {log} does not lead to its head of size {head.Size}");
    }
}
