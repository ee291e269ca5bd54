namespace Sealway.Gateway;

using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// The sealed log's recorder: one sealed entry of one fixed size at each tick, whether anything was measured or not and
/// whatever the links do. Readings and events wait in memory, in order, for the next slot that has room; nothing of them
/// reaches the disk in clear. A removed member's epoch ends before anything else is sealed. Before a newcomer's epoch
/// begins, what was measured until then, and its rollups, are sealed under the old one.
/// </summary>
public sealed class SealedRecorder : IRecorder, IDisposable
{
    // One transaction's worth; the loop asks again until nothing is due.
    private const int MostSlotsAtOnce = 256;
    private const int MostBytesAtOnce = Limits.AppendEntryBytes / 2;

    // Further behind than this nobody kept time: the process was not running, or the clock was set.
    private const ulong MostTicksBehind = 1_024;

    // What does not fit into so many slots of an ending epoch goes into the next one.
    private const int MostClosingSlots = 16;

    // Earlier times would take fewer bytes in an entry than today's do.
    private const ulong Earliest = 1UL << 32;

    private readonly SealingOptions _options;
    private readonly IRegistrySource _registry;
    private readonly SlotBuilder _slot;
    private readonly Queue<WaitingItem> _waiting = new();
    private readonly Queue<ClearItem> _clear = new();
    private readonly Queue<Rollup> _rollups = new();
    private readonly RollupTable _table = new();
    private readonly SealedCounts _counts = new();
    private SealedEpoch? _epoch;
    private LogId _log;
    private ulong _due;
    private ulong _lastAt;
    private ulong _order;
    private bool _registryMoved;
    private EpochEnding? _ending;
    private LostReadings? _lost;

    /// <summary>A recorder; <see cref="Begin"/> comes first.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="registry">Who the members are.</param>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    public SealedRecorder(SealingOptions options, IRegistrySource registry)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(registry);
        options.Check();
        _options = options;
        _registry = registry;
        _slot = new SlotBuilder(options.SlotBytes);
    }

    /// <inheritdoc/>
    public ulong? NextDue => _due;

    /// <inheritdoc/>
    public bool IsFull => _counts.WaitingBytes >= _options.MostWaitingBytes / 2;

    /// <inheritdoc/>
    public int LongestReading => _options.LongestReading;

    /// <summary>How it stands, for the health endpoint. Any thread.</summary>
    public IReadOnlyDictionary<string, object> Health() => _counts.ToHealth();

    /// <inheritdoc/>
    public void Begin(LogId log, ulong now)
    {
        _log = log;
        _due = NextTick(Math.Max(now, Earliest));
        _table.TakeAll();
        _rollups.Clear();
        EndEpoch();
    }

    /// <inheritdoc/>
    public void Reading(AcceptedReading reading)
    {
        ArgumentNullException.ThrowIfNull(reading);
        int bytes = reading.Reading.Bytes.Length;
        if (bytes > LongestReading || _counts.WaitingBytes + bytes > _options.MostWaitingBytes)
        {
            // The loop asked neither how long a reading may be nor whether there is room: then this is a loss, and said.
            _lost = LostReadings.And(_lost, reading.At);
            _counts.Lose();
            return;
        }

        Wait(RecordedItem.Of(reading), null, bytes);
    }

    /// <inheritdoc/>
    public void Event(GatewayEvent statement, ulong at) => Event(statement, at, null);

    /// <summary>The gateway states something, and a note is stored in the same transaction as the slot that carries it.</summary>
    /// <param name="statement">What.</param>
    /// <param name="at">When, in milliseconds since 1970; never decreasing.</param>
    /// <param name="note">The note; its name begins with <c>recorder/</c>.</param>
    public void Event(GatewayEvent statement, ulong at, Note? note)
    {
        ArgumentNullException.ThrowIfNull(statement);
        RecordedItem item = RecordedItem.Of(statement, at);
        if (statement.Type is EventType.Generation or EventType.Start or EventType.Lost)
        {
            _clear.Enqueue(new ClearItem(EntryKind.Event, at, statement.ToArray(), item));
            return;
        }

        _registryMoved |= statement is InForceEvent;
        int bytes = statement.ToArray().Length;
        if (bytes > _options.LongestItem)
        {
            // No event of a gateway is that long, unless words in its settings are.
            _counts.Lose();
            return;
        }

        Wait(item, note, bytes);
    }

    /// <summary>Logs a grant that a member has made.</summary>
    /// <param name="body">The body of the entry.</param>
    /// <param name="at">When, in milliseconds since 1970; never decreasing.</param>
    public void Grant(ReadOnlyMemory<byte> body, ulong at) => _clear.Enqueue(new ClearItem(EntryKind.Grant, at, body, null));

    /// <inheritdoc/>
    public Batch Take(ulong now)
    {
        Work work = new();
        if (_lost is { } lost)
        {
            _lost = null;
            _clear.Enqueue(new ClearItem(EntryKind.Event, now, lost.ToEvent().ToArray(), null));
        }

        if (now > _due + (MostTicksBehind * _options.TickMilliseconds))
        {
            _due = NextTick(now) - _options.TickMilliseconds;
        }

        FollowMembers();
        TakeClear(work, Math.Min(now, _due));
        if (_epoch is null)
        {
            BeginEpoch(work, Math.Min(now, _due));
        }

        while (_due <= now && work.Slots < MostSlotsAtOnce && work.Bytes < MostBytesAtOnce)
        {
            TakeClear(work, _due);
            TakeSlot(work, _due);
            _due += _options.TickMilliseconds;
        }

        if (_due > now)
        {
            TakeClear(work, now);
        }

        return work.ToBatch();
    }

    /// <inheritdoc/>
    /// <remarks>A last slot out of turn would tell whoever counts them; what waits is not acknowledged and comes again.</remarks>
    public Batch TakeLast(ulong now) => Take(now);

    /// <summary>Erases the epoch's key and what was in the slot.</summary>
    public void Dispose()
    {
        EndEpoch();
        _slot.Clear();
    }

    private void Wait(RecordedItem item, Note? note, int bytes)
    {
        _waiting.Enqueue(new WaitingItem(_order++, item, note, bytes));
        _counts.Wait(bytes);
    }

    private void FollowMembers()
    {
        if (!_registryMoved || _epoch is not { } epoch)
        {
            return;
        }

        _registryMoved = false;
        EpochMembers members = EpochMembers.Of(_registry.Current);
        if (epoch.Members.Loses(members))
        {
            // At once: not one more slot that a removed member can open.
            KeepRollups(epoch.Members.Gains(members));
            EndEpoch();
        }
        else if (epoch.Members.Gains(members))
        {
            _ending ??= new EpochEnding(_order);
            _ending.ForNewcomer = true;
        }
    }

    private void TakeClear(Work work, ulong upTo)
    {
        while (_clear.TryPeek(out ClearItem clear) && clear.At <= upTo)
        {
            _clear.Dequeue();
            Add(work, clear.Kind, clear.At, clear.Body);
            if (clear.Item is { } item)
            {
                work.Stored.Add(item);
            }
        }
    }

    private void TakeSlot(Work work, ulong at)
    {
        SealedEpoch epoch = _epoch!;
        if (at >= epoch.End)
        {
            _ending ??= new EpochEnding(_order);
        }

        if (_ending is null)
        {
            EnqueueRollups(_table.TakeBefore(at));
        }

        try
        {
            Fill(epoch, work, at);
            Add(work, EntryKind.Sealed, at, epoch.Seal(_slot));
        }
        finally
        {
            _slot.Clear();
        }

        work.Slots++;
        _counts.Slot();
        bool ended = _ending is { } ending && ((ending.RolledUp && _rollups.Count == 0) || ++ending.Slots >= MostClosingSlots);
        if (ended || epoch.IsSpent)
        {
            KeepRollups(_ending is { ForNewcomer: true });
            BeginEpoch(work, at);
        }
    }

    private void Fill(SealedEpoch epoch, Work work, ulong at)
    {
        while (epoch.Prelude.TryPeek(out GatewayEvent? statement) && _slot.TryAdd(statement, 0))
        {
            epoch.Prelude.Dequeue();
        }

        FillRollups();
        while (_waiting.TryPeek(out WaitingItem waiting) && waiting.Item.At <= at && !IsAfterEnd(waiting))
        {
            if (!TryPlace(waiting.Item, epoch, at))
            {
                return;
            }

            _waiting.Dequeue();
            _counts.Place(waiting.Bytes);
            work.Stored.Add(waiting.Item);
            if (waiting.Note is { } note)
            {
                work.Notes.Add(note);
            }
        }

        if (_ending is { RolledUp: false } ending)
        {
            // Everything that belongs to the epoch is in its slots.
            ending.RolledUp = true;
            EnqueueRollups(_table.TakeAll());
            FillRollups();
        }
    }

    private bool IsAfterEnd(WaitingItem waiting) => _ending is { } ending && waiting.Order >= ending.Before;

    private bool TryPlace(RecordedItem item, SealedEpoch epoch, ulong at)
    {
        if (item.Reading is { } accepted)
        {
            if (!_slot.TryAdd(accepted.Reading, at - item.At))
            {
                return false;
            }

            _table.Add(accepted.Reading, item.At);
            return true;
        }

        // An epoch that began meanwhile has stated more of the registry already; to state less after it would be refused.
        return (item.Event is InForceEvent inForce && inForce.RegistrySize < epoch.Members.RegistrySize) || _slot.TryAdd(item.Event!, at - item.At);
    }

    private void FillRollups()
    {
        while (_rollups.TryPeek(out Rollup? rollup) && _slot.TryAdd(rollup, 0))
        {
            _rollups.Dequeue();
        }
    }

    private void EnqueueRollups(IReadOnlyList<Rollup> rollups)
    {
        foreach (Rollup rollup in rollups)
        {
            _rollups.Enqueue(rollup);
        }
    }

    // The rollups of an ending epoch that found no room in it; not for a newcomer, who was not given its readings.
    private void KeepRollups(bool newcomer)
    {
        IReadOnlyList<Rollup> rest = _table.TakeAll();
        if (newcomer)
        {
            _rollups.Clear();
        }
        else
        {
            EnqueueRollups(rest);
        }
    }

    private void BeginEpoch(Work work, ulong at)
    {
        EndEpoch();
        _registryMoved = false;
        ulong end = at + _options.EpochMilliseconds - (at % _options.EpochMilliseconds);
        _epoch = SealedEpoch.Begin(_log, EpochMembers.Of(_registry.Current), end, _options);
        Add(work, EntryKind.Epoch, at, _epoch.Body);
        _counts.Epoch(_epoch.Members.Keys.Count);
    }

    private void EndEpoch()
    {
        _epoch?.Dispose();
        _epoch = null;
        _ending = null;
    }

    private void Add(Work work, EntryKind kind, ulong at, ReadOnlyMemory<byte> body)
    {
        _lastAt = Math.Max(_lastAt, at);
        Entry entry = Entry.Create(kind, _lastAt, body);
        work.Entries.Add(entry);
        work.Bytes += entry.Bytes.Length;
    }

    private ulong NextTick(ulong after) => after + _options.TickMilliseconds - (after % _options.TickMilliseconds);

    private sealed class Work
    {
        public List<Entry> Entries { get; } = [];

        public List<RecordedItem> Stored { get; } = [];

        public List<Note> Notes { get; } = [];

        public int Slots { get; set; }

        public int Bytes { get; set; }

        public Batch ToBatch() => Entries.Count == 0 ? Batch.Empty : new Batch(Entries, Stored, Notes);
    }
}
