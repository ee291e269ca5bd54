namespace Sealway.Log;

using Sealway.Messages;

/// <summary>
/// Follows logs: takes appends from outside, hashes them onto the frontier that it holds, and stores them exactly if the root is the
/// one that the head signs, whatever the entries' bodies say. Idempotent and resumable. Safe for use by several threads.
/// </summary>
public sealed class Follower : IDisposable
{
    // Appends of one log take turns; a fixed number of turnstiles serves any number of logs.
    private const int Turnstiles = 256;

    private readonly ILogStore _store;
    private readonly FollowerKeys _keys;
    private readonly ISigner? _signer;
    private readonly Func<ulong> _registrySize;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, Turnstiles).Select(_ => new SemaphoreSlim(1, 1))];

    /// <summary>A follower.</summary>
    /// <param name="store">Where it keeps the logs.</param>
    /// <param name="keys">Whose signatures it accepts.</param>
    /// <param name="signer">Its own key, to countersign every head that it accepts; null for one that does not.</param>
    /// <param name="registrySize">How much of the registry it has applied, in entries; asked at each countersignature.</param>
    /// <param name="time">The clock.</param>
    public Follower(ILogStore store, FollowerKeys keys, ISigner? signer, Func<ulong> registrySize, TimeProvider time)
    {
        _store = store;
        _keys = keys;
        _signer = signer;
        _registrySize = registrySize;
        _time = time;
    }

    /// <summary>Takes an append: verifies head and root, compares what is held already, stores what is new with the head and, if this follower countersigns, its countersignature, in one transaction.</summary>
    /// <param name="append">The append as read from outside.</param>
    /// <param name="allowBlanks">Whether entries may come as their hash alone that the registry does not order erased.</param>
    /// <param name="ct">Ends the wait; once the write has begun it is carried to its end.</param>
    /// <returns>The outcome; a refusal is an outcome too.</returns>
    /// <exception cref="IOException">The store failed: nothing may be answered.</exception>
    public async Task<Followed> AcceptAsync(Append append, bool allowBlanks, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(append);
        (ulong From, ulong To) added = default;
        Refusal refused = Refusal.None;
        ForkEvidence? fork = null;
        int forged = 0;
        try
        {
            RequireHead(append.Log, append.Head);
            Require(append.Head.Claims.Size == append.From + (ulong)append.Entries.Count, Refusal.WrongSize, "append: head");
            SemaphoreSlim turn = Turn(append.Log);
            await turn.WaitAsync(ct).ConfigureAwait(false);
            try
            {
                (added, fork, forged) = await Take(append, allowBlanks, ct).ConfigureAwait(false);
            }
            finally
            {
                turn.Release();
            }
        }
        catch (MessageException refusal)
        {
            refused = refusal.Reason;
        }

        Held answer = await HeldAsync(append.Log, ct).ConfigureAwait(false);
        return new Followed(answer, added.From, added.To, fork is null ? refused : Refusal.Fork, fork) { ForgedCountersignatures = forged };
    }

    /// <summary>Begins to follow a log from the middle: what lies before the head is never held here, and not judged. The head is countersigned as any other: nothing before it is held.</summary>
    /// <param name="start">Where the log stands, from outside; anything in it may be made up.</param>
    /// <param name="ct">Ends the wait; once the write has begun it is carried to its end.</param>
    /// <returns>The size now held, and how many countersignatures were forged.</returns>
    /// <exception cref="MessageException">The head is not validly signed by the log's key, or the frontier does not lead to it.</exception>
    /// <exception cref="LogStoreConflictException">The log is held already.</exception>
    public async Task<Followed> StartAsync(Start start, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(start);
        Head head = start.Head;
        RequireHead(start.Log, head);
        ulong size = head.Claims.Size;
        Require(size > 0, Refusal.WrongSize, "start");
        Frontier frontier = Frontier.FromUntrusted(size, [.. start.Frontier.Select(hash => hash.ToArray())]);
        Require(head.Root.Span.SequenceEqual(frontier.Root()), Refusal.RootMismatch, "start");
        SignedHead signed = new(head, [.. Countersigning.Verified(head, start.Countersignatures, Others, out int forged), .. Own(head, size)]);
        SemaphoreSlim turn = Turn(start.Log);
        await turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            await _store.Start(start.Log, frontier, signed, ct).ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }

        return new Followed(await HeldAsync(start.Log, ct).ConfigureAwait(false), size, size, Refusal.None, null) { ForgedCountersignatures = forged };
    }

    /// <summary>Countersigns the newest head; stored before it is returned. One that is countersigned already stays as it is.</summary>
    /// <param name="log">Which log.</param>
    /// <param name="ct">Ends the wait; once the write has begun it is carried to its end.</param>
    /// <returns>The head with all its countersignatures; null if no head is held.</returns>
    /// <exception cref="InvalidOperationException">This follower has no key.</exception>
    public async Task<SignedHead?> CountersignAsync(LogId log, CancellationToken ct = default)
    {
        if (_signer is null)
        {
            throw new InvalidOperationException("a follower without a key does not countersign");
        }

        SemaphoreSlim turn = Turn(log);
        await turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            LogState? state = await _store.State(log, ct).ConfigureAwait(false);
            if (state?.Head is { } newest && newest.Size == state.Size && !newest.HasFrom(_signer.PublicKey.Kid))
            {
                await _store.PutHead(log, new SignedHead(newest.Head, Own(newest.Head, state.HeldFrom)), ct).ConfigureAwait(false);
            }
        }
        finally
        {
            turn.Release();
        }

        return await _store.LatestHead(log, ct).ConfigureAwait(false);
    }

    /// <summary>Takes another follower's answer: the archive's to the cloud that serves it. Its countersignatures are stored, and its head, if it contradicts what is held, is a fork.</summary>
    /// <param name="held">The answer; anything in it may be forged.</param>
    /// <param name="ct">Ends the wait; once the write has begun it is carried to its end.</param>
    /// <returns>The outcome; what was accepted is on disk.</returns>
    /// <exception cref="MessageException">Its head was not signed by the log's key: it says nothing.</exception>
    public async Task<HeldOutcome> ReceiveAsync(Held held, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(held);
        if (held.Head is not { } head)
        {
            return new HeldOutcome(true, [], 0);
        }

        RequireHead(held.Log, head);
        SemaphoreSlim turn = Turn(held.Log);
        await turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            LogState? state = await _store.State(held.Log, ct).ConfigureAwait(false);
            if (state is null || head.Claims.Size > state.Size || head.Claims.Size < state.Start)
            {
                return new HeldOutcome(false, [], 0);
            }

            if (!await Trees.Contains(_store, held.Log, head, ct).ConfigureAwait(false))
            {
                return new HeldOutcome(false, [], 0, await Forked(held.Log, head, head.Claims.Size, [], null, ct).ConfigureAwait(false));
            }

            List<Countersignature> verified = Countersigning.Verified(head, held.Countersignatures, Others);
            await _store.PutHead(held.Log, new SignedHead(head, verified), ct).ConfigureAwait(false);
            return new HeldOutcome(true, verified, held.Countersignatures.Count - verified.Count);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>What is held of a log: the answer to a head request and to every append.</summary>
    /// <param name="log">Which log.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The newest head and its countersignatures.</returns>
    public async Task<Held> HeldAsync(LogId log, CancellationToken ct = default) =>
        await _store.LatestHead(log, ct).ConfigureAwait(false) is { } newest
            ? new Held(log, newest.Size, newest.Head, newest.Countersignatures)
            : new Held(log, 0, null, []);

    /// <summary>Lets go of the follower; the store stays open.</summary>
    public void Dispose()
    {
        foreach (SemaphoreSlim turn in _turns)
        {
            turn.Dispose();
        }
    }

    private async Task<((ulong From, ulong To) Added, ForkEvidence? Fork, int Forged)> Take(Append append, bool allowBlanks, CancellationToken ct)
    {
        LogState? state = await _store.State(append.Log, ct).ConfigureAwait(false);
        Frontier frontier = state?.Frontier ?? new Frontier();
        ulong size = frontier.Size;
        Head head = append.Head;
        Require(append.From <= size, Refusal.NotNext, "append");

        // What lies before the start is not held and cannot be compared.
        ulong start = state?.Start ?? 0;
        Require(head.Claims.Size >= start, Refusal.NotNext, "append: before the start");
        ulong from = Math.Max(append.From, start);
        List<LogEntry> entries = Leaves(append, from, allowBlanks);
        int overlap = (int)Math.Min((ulong)entries.Count, size - from);
        ulong? differs = await FirstDifference(append.Log, from, entries, overlap, ct).ConfigureAwait(false);
        if (head.Claims.Size <= size)
        {
            if (!await Trees.Contains(_store, append.Log, head, ct).ConfigureAwait(false))
            {
                // The head alone contradicts what is held, whatever entries came with it.
                return (default, await Forked(append.Log, head, from, entries, differs, ct).ConfigureAwait(false), 0);
            }

            Require(differs is null, Refusal.RootMismatch, "append: entries");
            return ((size, size), null, await Keep(append, state, ct).ConfigureAwait(false));
        }

        Frontier tree = overlap == 0 ? frontier : await new TileReader(_store.Tiles(append.Log), from).Frontier(ct).ConfigureAwait(false);
        foreach (LogEntry entry in entries)
        {
            tree.Append(entry.Hash);
        }

        Require(head.Root.Span.SequenceEqual(tree.Root()), Refusal.RootMismatch, "append");
        if (differs is not null)
        {
            // Other entries, and the head does sign them.
            return (default, await Forked(append.Log, head, from, entries, differs, ct).ConfigureAwait(false), 0);
        }

        List<LogEntry> fresh = entries[overlap..];
        int blank = fresh.FindLastIndex(entry => entry.IsBlank && !entry.IsErased);
        ulong heldFrom = blank >= 0 ? size + (ulong)blank + 1 : state?.HeldFrom ?? 0;
        SignedHead signed = new(head, [.. Countersigning.Verified(head, append.Countersignatures, Others, out int forged), .. Own(head, heldFrom)]);
        await _store.Append(append.Log, size, fresh, signed, null, ct).ConfigureAwait(false);
        await EraseOrderedMeanwhile(append.Log, size, fresh, ct).ConfigureAwait(false);
        return ((size, head.Claims.Size), null, forged);
    }

    /// <summary>A head of a size that is held: stored if it is news, or if it carries countersignatures that are.</summary>
    /// <returns>How many countersignatures were forged.</returns>
    private async Task<int> Keep(Append append, LogState? state, CancellationToken ct)
    {
        Head head = append.Head;
        SignedHead? newest = await _store.HeadAt(append.Log, head.Claims.Size, ct).ConfigureAwait(false);
        bool same = newest is not null && newest.Head.Bytes.Span.SequenceEqual(head.Bytes.Span);
        if (newest is not null && !same && head.Claims.Seconds <= newest.Head.Claims.Seconds)
        {
            return 0;
        }

        List<Countersignature> news = Countersigning.Verified(head, append.Countersignatures, Others, out int forged);
        news.RemoveAll(countersignature => same && newest!.HasFrom(countersignature.Kid));

        // Own ones say "the largest tree that I have seen": only of the size held.
        if (state is not null && head.Claims.Size == state.Size && !(same && _signer is not null && newest!.HasFrom(_signer.PublicKey.Kid)))
        {
            news.AddRange(Own(head, state.HeldFrom));
        }

        if (state is not null && (!same || news.Count > 0))
        {
            await _store.PutHead(append.Log, new SignedHead(head, news), ct).ConfigureAwait(false);
        }

        return forged;
    }

    private async Task<ForkEvidence?> Forked(LogId log, Head head, ulong from, List<LogEntry> entries, ulong? differs, CancellationToken ct)
    {
        ulong least = differs is { } index ? index + 1 : head.Claims.Size;
        SignedHead held = await _store.HeadAtOrAfter(log, least, null, ct).ConfigureAwait(false)
            ?? throw new MessageException(Refusal.RootMismatch, "append");
        ForkEvidence fork = new(log, held.Head, head, from, entries, differs);
        await _store.PutFork(fork, ct).ConfigureAwait(false);
        return fork;
    }

    private async Task<ulong?> FirstDifference(LogId log, ulong from, List<LogEntry> entries, int overlap, CancellationToken ct)
    {
        if (overlap > 0)
        {
            IReadOnlyList<LogEntry> held = await _store.Read(log, from, from + (ulong)overlap, int.MaxValue, ct).ConfigureAwait(false);
            for (int i = 0; i < overlap; i++)
            {
                if (!held[i].Hash.AsSpan().SequenceEqual(entries[i].Hash))
                {
                    return from + (ulong)i;
                }
            }
        }

        return null;
    }

    /// <summary>An order may have come between the look at the registry and the write: whoever carries orders out did not see these entries yet.</summary>
    private async Task EraseOrderedMeanwhile(LogId log, ulong from, List<LogEntry> fresh, CancellationToken ct)
    {
        for (int i = 0; i < fresh.Count; i++)
        {
            if (!fresh[i].IsErased && IsErased(log, from + (ulong)i))
            {
                await _store.Erase(log, from + (ulong)i, from + (ulong)i + 1, ct).ConfigureAwait(false);
            }
        }
    }

    private bool IsErased(LogId log, ulong index) => _keys.Erased?.Invoke(log, index) == true;

    private List<LogEntry> Leaves(Append append, ulong from, bool allowBlanks)
    {
        Require(append.Entries.Count <= Limits.AppendEntries, Refusal.WrongCount, "append");
        List<LogEntry> leaves = new(append.Entries.Count);
        foreach (AppendEntry entry in append.Entries.Skip((int)(from - append.From)))
        {
            bool erased = IsErased(append.Log, from + (ulong)leaves.Count);
            Require(allowBlanks || erased || !entry.IsBlank, Refusal.UnexpectedBlank, "append");
            LogEntry leaf = entry.IsBlank ? LogEntry.Blank(entry.Bytes.ToArray()) : LogEntry.Of(entry.Bytes);

            // Hashed as it came, and not kept: neither in the log nor as evidence of a fork.
            leaves.Add(erased ? LogEntry.Erased(leaf.Hash) : leaf);
        }

        return leaves;
    }

    private void RequireHead(LogId log, Head head)
    {
        Require(head.Claims.Log == log, Refusal.WrongLog, "head");
        PublicKey key = _keys.Writer(log, head.Claims.Kid) ?? throw new MessageException(Refusal.UnknownKey, "head");
        head.Verify(key);

        // After the signature: nobody but its writer brings a log into that.
        Require(log.Generation < Limits.Generations, Refusal.TooManyGenerations, "head");
        Require(_keys.Counts?.Invoke(head.Claims) ?? true, Refusal.Revoked, "head");
    }

    private Countersignature[] Own(Head head, ulong heldFrom) => _signer is null
        ? []
        : [Countersignature.Sign(_signer, head, (ulong)Math.Max(0, _time.GetUtcNow().ToUnixTimeSeconds()), _registrySize(), heldFrom)];

    /// <summary>The keys of other witnesses: what this follower itself states it makes anew.</summary>
    private PublicKey? Others(Kid kid) => _signer is not null && kid == _signer.PublicKey.Kid ? null : _keys.Witness(kid);

    private SemaphoreSlim Turn(LogId log) => _turns[(int)((uint)log.GetHashCode() % Turnstiles)];

    private static void Require(bool condition, Refusal reason, string where)
    {
        if (!condition)
        {
            throw new MessageException(reason, where);
        }
    }
}
