namespace Sealway.Log;

using Sealway.Messages;

/// <summary>
/// The one who owns a log: appends its entries and signs its heads, entries and head in one transaction.
/// It keeps nothing in memory that the store does not hold, so that after a failure whose outcome is unknown the next call goes on from what is really there.
/// Safe for use by several threads; one writer per log.
/// </summary>
public sealed class LogWriter : IDisposable
{
    private readonly ILogStore _store;
    private readonly ISigner _signer;
    private readonly Func<ulong> _registrySize;
    private readonly TimeProvider _time;
    private readonly Func<Kid, PublicKey?>? _earlier;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile bool _signs;

    /// <summary>A writer that does not sign yet, see <see cref="Confirm"/>.</summary>
    /// <param name="store">Where the log is kept.</param>
    /// <param name="log">Which log; it may be new.</param>
    /// <param name="signer">The log's key.</param>
    /// <param name="registrySize">How much of the registry is applied, in entries; asked at each signing. For the registry itself null: its own size is stated.</param>
    /// <param name="time">The clock.</param>
    /// <param name="earlier">Gives a key with which this log was signed before its key was replaced, or null.</param>
    public LogWriter(ILogStore store, LogId log, ISigner signer, Func<ulong>? registrySize, TimeProvider time, Func<Kid, PublicKey?>? earlier = null)
    {
        _earlier = earlier;
        _store = store;
        Log = log;
        _signer = signer;
        _registrySize = registrySize ?? (() => ulong.MaxValue);
        _time = time;
    }

    /// <summary>Which log.</summary>
    public LogId Log { get; }

    /// <summary>Whether heads are signed.</summary>
    public bool Signs => _signs;

    /// <summary>Begins to sign: nothing was signed before under this log-id, or the latest head that was is extended by what is held here (see <see cref="ReceiveAsync"/>). To sign without knowing is to risk a fork.</summary>
    public void Confirm() => _signs = true;

    /// <summary>Appends entries made in advance.</summary>
    /// <param name="entries">At most 1,024 entries and 1 MiB, so that each append can be sent; their clocks never decrease.</param>
    /// <param name="notes">Notes to store with them.</param>
    /// <param name="ct">Ends the wait; once the write has begun it is carried to its end.</param>
    /// <returns>What was stored, and is on disk.</returns>
    /// <exception cref="ArgumentException">An entry's clock lies before the last one's, or there are too many.</exception>
    /// <exception cref="IOException">The store failed; whether the entries are in it is unknown.</exception>
    public Task<Appended> AppendAsync(IReadOnlyList<Entry> entries, IReadOnlyList<Note>? notes = null, CancellationToken ct = default) =>
        AppendAsync(_ => entries, notes, ct);

    /// <summary>Appends entries that must know where they will stand.</summary>
    /// <param name="make">Makes the entries; nothing else is appended meanwhile.</param>
    /// <param name="notes">Notes to store with them; read after <paramref name="make"/> has run.</param>
    /// <param name="ct">Ends the wait; once the write has begun it is carried to its end.</param>
    /// <returns>What was stored, and is on disk.</returns>
    /// <exception cref="ArgumentException">An entry's clock lies before the last one's, or there are too many.</exception>
    /// <exception cref="IOException">The store failed; whether the entries are in it is unknown.</exception>
    public async Task<Appended> AppendAsync(Func<LogPlace, IReadOnlyList<Entry>> make, IReadOnlyList<Note>? notes = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(make);
        await _turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            LogState? state = await _store.State(Log, ct).ConfigureAwait(false);
            Frontier frontier = state?.Frontier ?? new Frontier();
            ulong from = frontier.Size;
            ulong last = state?.LastAt ?? 0;
            IReadOnlyList<Entry> entries = make(new LogPlace(from, Math.Max(Now(), last)));
            LogEntry[] leaves = Leaves(entries, last);
            foreach (LogEntry leaf in leaves)
            {
                frontier.Append(leaf.Hash);
            }

            Head? head = _signs && frontier.Size > 0 ? Sign(frontier.Size, frontier.Root(), state) : null;
            await _store.Append(Log, from, leaves, head is null ? null : new SignedHead(head), notes, ct).ConfigureAwait(false);
            return new Appended(from, entries, head);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Signs the log as it is, though nothing may have happened: a log that falls silent is an alarm.</summary>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The head, on disk; null while the writer does not sign or the log is empty.</returns>
    public async Task<Head?> SignAsync(CancellationToken ct = default) => (await AppendAsync([], null, ct).ConfigureAwait(false)).Head;

    /// <summary>Signs a beginning of the log, so that a backlog is sent in steps.</summary>
    /// <param name="size">The size to sign: at least the last countersigned one, at most the log's.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The head, on disk.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The size is not such a one.</exception>
    /// <exception cref="InvalidOperationException">The writer does not sign yet.</exception>
    public async Task<Head> SignPrefixAsync(ulong size, CancellationToken ct = default)
    {
        if (!_signs)
        {
            throw new InvalidOperationException("the log's latest head is not confirmed, so nothing is signed");
        }

        await _turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            LogState? state = await _store.State(Log, ct).ConfigureAwait(false);
            ArgumentOutOfRangeException.ThrowIfZero(size);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(size, state?.Size ?? 0);
            ArgumentOutOfRangeException.ThrowIfLessThan(size, state!.Countersigned);
            byte[] root = await new TileReader(_store.Tiles(Log), size).Root(0, size, ct).ConfigureAwait(false);
            Head head = Sign(size, root, state);
            await _store.PutHead(Log, new SignedHead(head), ct).ConfigureAwait(false);
            return head;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>What a follower that holds a size is sent next: at most 1,024 entries or 1 MiB, ending at a signed head, which is signed now if there is none.</summary>
    /// <param name="from">The size that the follower holds.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The append; without entries if the follower holds all; null if nothing signed can be sent.</returns>
    public async Task<Append?> NextAppendAsync(ulong from, CancellationToken ct = default)
    {
        IReadOnlyList<LogEntry> entries = await _store.Read(Log, from, from + Limits.AppendEntries, Limits.AppendEntryBytes, ct).ConfigureAwait(false);
        ulong end = from + (ulong)entries.Count;
        if (_signs && end > from && await _store.HeadAt(Log, end, ct).ConfigureAwait(false) is null)
        {
            LogState? state = await _store.State(Log, ct).ConfigureAwait(false);
            if (end >= state!.Countersigned)
            {
                await SignPrefixAsync(end, ct).ConfigureAwait(false);
            }
        }

        return await Appends.NextAsync(_store, Log, from, end, null, ct).ConfigureAwait(false);
    }

    /// <summary>Takes a follower's answer: whether the log here continues what it holds, and the countersignatures that it carries.</summary>
    /// <param name="held">The answer; anything in it may be forged.</param>
    /// <param name="witness">The key of a party that may countersign this log, or null.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The outcome; what was accepted is on disk.</returns>
    /// <exception cref="MessageException">The answer is about another log, or its head was not signed by this log's key, nor by one before it: it says nothing.</exception>
    public async Task<HeldOutcome> ReceiveAsync(Held held, Func<Kid, PublicKey?> witness, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(held);
        ArgumentNullException.ThrowIfNull(witness);
        if (held.Log != Log)
        {
            throw new MessageException(Refusal.WrongLog, "held");
        }

        if (held.Head is not { } head)
        {
            return new HeldOutcome(true, [], 0);
        }

        if (head.Claims.Log != Log)
        {
            throw new MessageException(Refusal.WrongLog, "held: head");
        }

        PublicKey? key = head.Claims.Kid == _signer.PublicKey.Kid ? _signer.PublicKey : _earlier?.Invoke(head.Claims.Kid);
        head.Verify(key ?? throw new MessageException(Refusal.UnknownKey, "held: head"));
        if (!await Trees.Contains(_store, Log, head, ct).ConfigureAwait(false))
        {
            return new HeldOutcome(false, [], 0);
        }

        List<Countersignature> verified = Countersigning.Verified(head, held.Countersignatures, witness);
        await _store.PutHead(Log, new SignedHead(head, verified), ct).ConfigureAwait(false);
        return new HeldOutcome(true, verified, held.Countersignatures.Count - verified.Count);
    }

    /// <summary>Lets go of the writer; the store stays open.</summary>
    public void Dispose() => _turn.Dispose();

    private static LogEntry[] Leaves(IReadOnlyList<Entry> entries, ulong last)
    {
        LogEntry[] leaves = new LogEntry[entries.Count];
        long bytes = 0;
        for (int i = 0; i < leaves.Length; i++)
        {
            if (entries[i].At < last)
            {
                throw new ArgumentException("an entry's clock lies before that of the entry before it", nameof(entries));
            }

            last = entries[i].At;
            bytes += entries[i].Bytes.Length;
            leaves[i] = LogEntry.Of(entries[i].Bytes);
        }

        return leaves.Length <= Limits.AppendEntries && bytes <= Limits.AppendEntryBytes
            ? leaves
            : throw new ArgumentException("more entries than one append can carry", nameof(entries));
    }

    private Head Sign(ulong size, ReadOnlySpan<byte> root, LogState? state)
    {
        // A clock that was set back must not make a later head look older than the one it extends.
        ulong seconds = Math.Max(Now() / 1000, state?.Head?.Head.Claims.Seconds ?? 0);
        ulong registry = _registrySize();
        return Head.Sign(_signer, new HeadClaims(_signer.PublicKey.Kid, Log, seconds, size, registry == ulong.MaxValue ? size : registry), root);
    }

    private ulong Now() => (ulong)Math.Max(0, _time.GetUtcNow().ToUnixTimeMilliseconds());
}
