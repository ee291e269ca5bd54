namespace Sealway.Gateway;

using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// The gateway's own log through its generations: appends to the latest one on disk, signs once that is allowed, and
/// begins the next. Appending and beginning are for the writer loop alone; the rest is safe from any thread.
/// </summary>
internal sealed class OwnLog : IDisposable
{
    private readonly ILogStore _store;
    private readonly ISigner _signer;
    private readonly Func<ulong> _registrySize;
    private readonly TimeProvider _time;
    private readonly Func<LogId, Kid, PublicKey?> _keys;

    // The forwarder may be at work with one at the moment when the next generation begins.
    private readonly List<LogWriter> _earlier = [];
    private volatile LogWriter _writer;
    private ulong _size;

    private OwnLog(ILogStore store, LogId log, ISigner signer, Func<ulong> registrySize, TimeProvider time, Func<LogId, Kid, PublicKey?> earlier)
    {
        _store = store;
        _signer = signer;
        _registrySize = registrySize;
        _time = time;
        _keys = earlier;
        _writer = WriterOf(log);
    }

    /// <summary>Waits for room on the disk, in the middle of a change of generation; null while nobody does, and then the change fails and is resumed at the next start.</summary>
    internal Func<LogStoreFullException, CancellationToken, Task>? WaitForRoom { get; set; }

    /// <summary>The latest generation.</summary>
    internal LogId Log => _writer.Log;

    /// <summary>Its writer, for what the forwarder asks of it: the next append to send, and to take answers.</summary>
    internal LogWriter Writer => _writer;

    /// <summary>Whether heads are signed.</summary>
    internal bool Signs => _writer.Signs;

    /// <summary>Entries on disk.</summary>
    internal ulong Size => Volatile.Read(ref _size);

    /// <summary>Finds the latest generation on disk, or begins generation 0, which is unsigned until the cloud has been asked.</summary>
    /// <param name="store">Where the logs are.</param>
    /// <param name="name">The gateway's name.</param>
    /// <param name="signer">The key that signs heads.</param>
    /// <param name="registrySize">How much of the registry is applied.</param>
    /// <param name="time">The clock.</param>
    /// <param name="earlier">Gives a key that the registry names as one of this gateway's, or null: what was signed before a key was replaced is its own too.</param>
    /// <param name="cancellation">Ends the wait.</param>
    internal static async Task<OwnLog> OpenAsync(
        ILogStore store, string name, ISigner signer, Func<ulong> registrySize, TimeProvider time, Func<LogId, Kid, PublicKey?> earlier, CancellationToken cancellation)
    {
        IReadOnlyList<LogId> logs = await store.Logs(cancellation).ConfigureAwait(false);
        LogId log = logs.Where(one => one.Name == name).DefaultIfEmpty(new LogId(name, 0)).Max();
        OwnLog own = new(store, log, signer, registrySize, time, earlier);
        try
        {
            LogState? state = await store.State(log, cancellation).ConfigureAwait(false);
            own._size = state?.Size ?? 0;
            if (own._size == 0)
            {
                await own.AppendAsync([Statement(new GenerationEvent(SigningRule.First), Milliseconds.Now(time))], [], cancellation).ConfigureAwait(false);
            }

            // A generation whose beginning was cut short by a crash: what it was to take over is taken over now.
            if (await store.Note(log, Takeover.NoteName, cancellation).ConfigureAwait(false) is { } note)
            {
                await own.TakeOverAsync(Takeover.FromNote(note), cancellation).ConfigureAwait(false);
            }

            return own;
        }
        catch
        {
            own.Dispose();
            throw;
        }
    }

    /// <summary>The state on disk, as a next generation would name it.</summary>
    internal async Task<PreviousGeneration> StateAsync(CancellationToken cancellation)
    {
        LogId log = Log;
        LogState? state = await _store.State(log, cancellation).ConfigureAwait(false);
        return new PreviousGeneration(log, state?.Size ?? 0, (state?.Frontier ?? new Frontier()).Root());
    }

    /// <summary>Appends and, where that is allowed, signs, in one transaction.</summary>
    internal async Task<Appended> AppendAsync(IReadOnlyList<Entry> entries, IReadOnlyList<Note> notes, CancellationToken cancellation)
    {
        Appended appended = await _writer.AppendAsync(entries, notes, cancellation).ConfigureAwait(false);
        Volatile.Write(ref _size, appended.Size);
        return appended;
    }

    /// <summary>Whether a head of a log of this gateway's name was signed by its key, or by one that it had before.</summary>
    internal bool IsOwn(Head head)
    {
        PublicKey? key = head.Claims.Kid == _signer.PublicKey.Kid ? _signer.PublicKey : _keys(head.Claims.Log, head.Claims.Kid);
        try
        {
            head.Verify(key ?? throw new MessageException(Refusal.UnknownKey, "head"));
            return true;
        }
        catch (MessageException)
        {
            return false;
        }
    }

    /// <summary>Begins to sign: the latest head that the cloud holds is extended by what is here.</summary>
    internal void Confirm() => _writer.Confirm();

    /// <summary>
    /// Begins a generation: its first entry says after what and why; notes go along; entries that no countersigned head covers are logged again. Each step
    /// is one transaction that says how far it came, so that a crash in between resumes at the next start.
    /// </summary>
    internal async Task BeginAsync(LogId log, PreviousGeneration previous, string reason, CancellationToken cancellation)
    {
        LogState? state = await _store.State(Log, cancellation).ConfigureAwait(false);
        await BeginAsync(log, new GenerationEvent(reason, previous), null, new Takeover(Log, state?.Countersigned ?? 0, state?.Size ?? 0), cancellation).ConfigureAwait(false);

        // Nobody ever signed this generation: the cloud's latest is the one before.
        _writer.Confirm();
    }

    /// <summary>
    /// Begins a generation without what the disk has no room for: its first entry names the last state that the cloud is known to hold, the second says what is lost,
    /// and all else beyond that state is logged again. Of the generation before no byte beyond that state stays. It is signed at once only where this gateway signs already.
    /// </summary>
    internal async Task LoseAsync(Overflow overflow, CancellationToken cancellation)
    {
        LogId old = Log;
        bool signs = Signs;
        PreviousGeneration known = await KnownAsync(old, overflow.From, cancellation).ConfigureAwait(false);
        ulong from = known.Log == old ? known.Size : 0;
        Takeover takeover = new(old, from, Size, from, overflow.LoseBefore);
        await BeginAsync(old.Next, new GenerationEvent(SigningRule.DiskFull, known), overflow.Lost, takeover, cancellation).ConfigureAwait(false);
        if (signs)
        {
            _writer.Confirm();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _writer.Dispose();
        _earlier.ForEach(writer => writer.Dispose());
    }

    private LogWriter WriterOf(LogId log) => new(_store, log, _signer, _registrySize, _time, kid => _keys(log, kid));

    private static Entry Statement(GatewayEvent statement, ulong at) => Entry.Create(EntryKind.Event, at, statement.ToArray());

    private async Task BeginAsync(LogId log, GenerationEvent begins, LostEvent? lost, Takeover takeover, CancellationToken cancellation)
    {
        LogId old = Log;
        LogState? state = await _store.State(old, cancellation).ConfigureAwait(false);
        IReadOnlyList<Note> notes = await _store.Notes(old, string.Empty, cancellation).ConfigureAwait(false);

        // The entries taken over keep their clocks, since readings' times are relative to them; so the first entries take theirs.
        IReadOnlyList<LogEntry> first = await _store.Read(old, takeover.Next, Math.Min(takeover.Next + 2, takeover.End), int.MaxValue, cancellation).ConfigureAwait(false);
        ulong at = first.Select(entry => TryRead(entry)).FirstOrDefault(entry => entry is not null && !IsGeneration(entry))?.At
            ?? Math.Max(Milliseconds.Now(_time), state?.LastAt ?? 0);

        LogWriter writer = WriterOf(log);
        _earlier.Add(_writer);
        _writer = writer;
        List<Entry> entries = [Statement(begins, at)];
        if (lost is not null)
        {
            entries.Add(Statement(lost, at));
        }

        try
        {
            await AppendAsync(entries, [.. notes, takeover.ToNote()], cancellation).ConfigureAwait(false);
        }
        catch (LogStoreFullException)
        {
            // Nothing has begun.
            _writer = _earlier[^1];
            _earlier.RemoveAt(_earlier.Count - 1);
            writer.Dispose();
            throw;
        }

        await TakeOverAsync(takeover, cancellation).ConfigureAwait(false);
    }

    private async Task WithRoomAsync(Func<Task> write, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await write().ConfigureAwait(false);
                return;
            }
            catch (LogStoreFullException full) when (WaitForRoom is not null)
            {
                await WaitForRoom(full, cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task TakeOverAsync(Takeover takeover, CancellationToken cancellation)
    {
        bool loses = takeover.LoseBefore > 0;
        ulong answered = loses ? await ClockOfAsync(takeover, cancellation).ConfigureAwait(false) : 0;
        while (takeover.Next < takeover.End)
        {
            ulong from = takeover.Next;
            ulong to = Math.Min(takeover.End, from + Limits.AppendEntries);
            IReadOnlyList<LogEntry> found = await _store.Read(takeover.From, from, to, Limits.AppendEntryBytes, cancellation).ConfigureAwait(false);
            takeover = takeover with { Next = from + (ulong)found.Count };

            // What was freed has no bytes any more, and the old generation's own beginning is not this one's.
            List<Entry> entries = [];
            for (int i = 0; i < found.Count; i++)
            {
                if (TryRead(found[i]) is { } entry && !IsGeneration(entry) && !(from + (ulong)i < takeover.LoseBefore && IsLost(entry, answered)))
                {
                    entries.Add(entry);
                }
            }

            Note came = takeover.ToNote();
            await WithRoomAsync(() => AppendAsync(entries, [came], cancellation), cancellation).ConfigureAwait(false);
            if (loses)
            {
                // The room for the next step. From the beginning of this one's fellows: a crash may have left some.
                Takeover step = takeover;
                await WithRoomAsync(() => _store.Blank(step.From, step.Begin, step.Next, cancellation).AsTask(), cancellation).ConfigureAwait(false);
                takeover = takeover with { Begin = takeover.Next };
            }
        }

        if (loses)
        {
            await WithRoomAsync(() => _store.Blank(takeover.From, takeover.Begin, takeover.End, cancellation).AsTask(), cancellation).ConfigureAwait(false);
        }

        await WithRoomAsync(() => AppendAsync([], [new Note(Takeover.NoteName, null)], cancellation), cancellation).ConfigureAwait(false);
    }

    /// <summary>The state of a log at the size that the cloud is known to hold; where that is nothing, what the log itself says that it follows.</summary>
    private async Task<PreviousGeneration> KnownAsync(LogId log, ulong size, CancellationToken cancellation)
    {
        // What the cloud holds it shows by a head, which is kept.
        if (size > 0 && await _store.HeadAtOrBefore(log, size, null, cancellation).ConfigureAwait(false) is { } head)
        {
            return new PreviousGeneration(log, head.Size, head.Head.Root);
        }

        LogEntry first = (await _store.Read(log, 0, 1, int.MaxValue, cancellation).ConfigureAwait(false))[0];
        return (TryRead(first) is { } entry && IsGeneration(entry) ? ((GenerationEvent)GatewayEvent.FromUntrusted(entry.Body)).Previous : null)
            ?? new PreviousGeneration(log, 0, new Frontier().Root());
    }

    // When the first entry came that is kept whatever it is.
    private async Task<ulong> ClockOfAsync(Takeover takeover, CancellationToken cancellation) =>
        takeover.Next < takeover.LoseBefore && takeover.LoseBefore < takeover.End
            && TryRead((await _store.Read(takeover.From, takeover.LoseBefore, takeover.LoseBefore + 1, int.MaxValue, cancellation).ConfigureAwait(false))[0]) is { } kept
            ? kept.At
            : ulong.MaxValue;

    // Readings and slots; and challenges that no reading which is kept can answer in time, or they would fill the disk in the readings' place.
    private static bool IsLost(Entry entry, ulong kept) => Overflow.IsLost(entry)
        || (entry.Kind == EntryKind.Event && entry.At + FreshnessWindow.Milliseconds < kept && IsEvent(entry, EventType.Challenge));

    private static Entry? TryRead(LogEntry entry) => entry.IsBlank ? null : Entry.FromUntrusted(entry.Bytes);

    private static bool IsGeneration(Entry entry) => IsEvent(entry, EventType.Generation);

    private static bool IsEvent(Entry entry, EventType type)
    {
        if (entry.Kind != EntryKind.Event)
        {
            return false;
        }

        try
        {
            return GatewayEvent.FromUntrusted(entry.Body).Type == type;
        }
        catch (MessageException)
        {
            return false;
        }
    }
}
