namespace Sealway.App;

using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// What this member has read of the home's log, over all its generations: a reader for each, one view for all. It is made
/// again from the store at each start, and whenever what came later changes what earlier entries are worth. Looking is
/// for any thread; reading is for the one loop that follows.
/// </summary>
internal sealed class HomeReading : IDisposable
{
    // Each costs an attempt to open for every epoch that is not this member's.
    private const ulong MostBefore = 64;

    private readonly ILogStore _store;
    private readonly Func<RegistryView> _registry;
    private readonly MemberKeys _members;
    private readonly string _home;
    private readonly Action<CommandDoneEvent> _answered;
    private readonly Lock _lock = new();

    // Under the lock.
    private HomeView _view = new();
    private List<HomeReader> _readers = [];

    // The loop's alone.
    private int _withdrawals;
    private bool _wasDecidedEarly;

    /// <summary>Nothing read yet.</summary>
    /// <param name="store">Where the generations are held.</param>
    /// <param name="registry">The registry as far as it is known.</param>
    /// <param name="members">The member's HPKE keys; not owned.</param>
    /// <param name="home">The name that all generations have.</param>
    /// <param name="answered">Told of each command's answer.</param>
    public HomeReading(ILogStore store, Func<RegistryView> registry, MemberKeys members, string home, Action<CommandDoneEvent> answered)
    {
        _store = store;
        _registry = registry;
        _members = members;
        _home = home;
        _answered = answered;
    }

    /// <summary>Whether everything is to be read again: a withdrawal changes what entries before it are worth, and what could not be decided may be decided by now.</summary>
    public bool IsOutdated => _wasDecidedEarly || _registry().Withdrawals.Count() != _withdrawals;

    /// <summary>The latest epoch that was seen, whether its key is here or not.</summary>
    public EpochSeen? LatestEpoch
    {
        get
        {
            lock (_lock)
            {
                return _readers is [.., { Epochs: [.., var epoch] }] ? epoch : null;
            }
        }
    }

    /// <summary>Looks at the view, while nothing is added to it.</summary>
    public T Look<T>(Func<HomeView, T> look)
    {
        lock (_lock)
        {
            return look(_view);
        }
    }

    /// <summary>Reads what is held and was not read yet, all generations in order, as far as the registry allows.</summary>
    /// <param name="latest">The generation that is followed.</param>
    /// <param name="decide">Whether what needs more of the registry counts as read all the same: it was asked for and there is no more.</param>
    /// <param name="stop">Ends the reading.</param>
    public async Task<ReadStep> ReadHeldAsync(LogId latest, bool decide, CancellationToken stop)
    {
        _wasDecidedEarly |= decide;
        foreach (HomeReader reader in await ReadersAsync(latest, stop).ConfigureAwait(false))
        {
            ReadStep step = await ReadHeldAsync(reader, decide, stop).ConfigureAwait(false);
            if (step != ReadStep.Done)
            {
                return step;
            }
        }

        return ReadStep.Done;
    }

    /// <summary>Makes everything known from the store again, with the keys that are here by now.</summary>
    /// <returns>The latest generation that is held; null where none is.</returns>
    public async Task<LogId?> RereadAsync(CancellationToken stop)
    {
        List<LogId> logs = [.. (await _store.Logs(stop).ConfigureAwait(false)).Where(log => log.Name == _home).Order()];
        HomeView view = new();
        List<HomeReader> readers = [];
        _withdrawals = _registry().Withdrawals.Count();
        _wasDecidedEarly = false;
        foreach (LogId log in logs)
        {
            HomeReader reader = await RereadAsync(log, view, stop).ConfigureAwait(false);
            readers.Add(reader);
        }

        lock (_lock)
        {
            _readers.ForEach(reader => reader.Opener.Dispose());
            _view = view;
            _readers = readers;
        }

        return logs.Count > 0 ? logs[^1] : null;
    }

    /// <summary>The epochs that are not over at a time and that a newcomer was no member of, as far as their keys are here.</summary>
    /// <param name="enrolledAt">The registry's index of the newcomer's enrolment.</param>
    /// <param name="since">The time, milliseconds since 1970.</param>
    /// <exception cref="MessageException"><see cref="Refusal.UnknownEpoch"/>: nothing was read yet.</exception>
    public EpochsBefore Before(ulong enrolledAt, ulong since)
    {
        lock (_lock)
        {
            HomeReader? reader = _readers.LastOrDefault();
            if (reader is null || reader.Epochs.Count == 0)
            {
                throw new MessageException(Refusal.UnknownEpoch, "grant: nothing was read yet");
            }

            List<EpochId> epochs = [];
            for (int i = 0; i < reader.Epochs.Count; i++)
            {
                EpochSeen epoch = reader.Epochs[i];
                bool isOver = i + 1 < reader.Epochs.Count && reader.Epochs[i + 1].At <= since;
                if (!isOver && epoch.RegistrySize <= enrolledAt && reader.Opener.Keys([epoch.Id]).Count == 1)
                {
                    epochs.Add(epoch.Id);
                }
            }

            return new EpochsBefore(reader.Log, reader.Epochs[^1].Id, epochs);
        }
    }

    /// <summary>Makes a grant of some epochs' keys.</summary>
    /// <exception cref="MessageException">A key is not here any more.</exception>
    public byte[] MakeGrant(LogId log, EpochId current, PublicKey newcomer, IReadOnlyList<EpochId> epochs)
    {
        lock (_lock)
        {
            SlotOpener opener = _readers.Find(reader => reader.Log == log)?.Opener ?? throw new MessageException(Refusal.UnknownEpoch, "grant");
            return Grant.Create(log, current, _registry().Size, [newcomer], opener.Keys(epochs));
        }
    }

    /// <summary>Whether the latest epoch was opened with an HPKE key, and with it all that came before was read.</summary>
    public bool IsOpenedWith(Kid member)
    {
        lock (_lock)
        {
            return _readers is [.., { Epochs: [.., var epoch] } latest] && latest.Opener.IsOpenedWith(epoch.Id, member);
        }
    }

    /// <summary>Keeps the keys of all epochs that are known, for an HPKE key; on disk when this returns.</summary>
    /// <param name="latest">The generation that is followed.</param>
    /// <param name="key">The HPKE key.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task KeepAsync(LogId latest, PublicKey key, CancellationToken stop)
    {
        foreach (HomeReader reader in await ReadersAsync(latest, stop).ConfigureAwait(false))
        {
            if (await _store.State(reader.Log, stop).ConfigureAwait(false) is not { } state)
            {
                continue;
            }

            IReadOnlyList<Note> before = await KeptEpochs.NotesAsync(_store, reader.Log, stop).ConfigureAwait(false);
            IReadOnlyList<Note> notes;
            lock (_lock)
            {
                notes = KeptEpochs.Write(before, reader.Opener.Known, _registry().Size, key);
            }

            await _store.Append(reader.Log, state.Size, [], null, notes, stop).ConfigureAwait(false);
        }
    }

    /// <summary>Erases the keys of the epochs.</summary>
    public void Dispose() => _readers.ForEach(reader => reader.Opener.Dispose());

    private static bool IsGrant(LogEntry entry)
    {
        try
        {
            return !entry.IsBlank && Entry.FromUntrusted(entry.Bytes).Kind == EntryKind.Grant;
        }
        catch (MessageException)
        {
            return false;
        }
    }

    private async Task<ReadStep> ReadHeldAsync(HomeReader reader, bool decide, CancellationToken stop)
    {
        LogState? state = await _store.State(reader.Log, stop).ConfigureAwait(false);
        while (state is not null && reader.Next < state.Size)
        {
            IReadOnlyList<LogEntry> entries = await _store.Read(reader.Log, reader.Next, state.Size, Limits.AppendEntryBytes, stop).ConfigureAwait(false);
            RegistryView registry = _registry();
            lock (_lock)
            {
                foreach (LogEntry entry in entries)
                {
                    ReadStep step = reader.Read(entry, registry, decide);
                    if (step != ReadStep.Done)
                    {
                        return step;
                    }
                }
            }
        }

        return ReadStep.Done;
    }

    // Grants come after the epochs that they are for, so they are looked for first.
    private async Task<HomeReader> RereadAsync(LogId log, HomeView view, CancellationToken stop)
    {
        SlotOpener opener = await OpenerAsync(log, stop).ConfigureAwait(false);
        HomeReader reader = new(log, opener, view, _answered);
        LogState? state = await _store.State(log, stop).ConfigureAwait(false);
        for (ulong at = 0; state is not null && at < state.Size;)
        {
            IReadOnlyList<LogEntry> entries = await _store.Read(log, at, state.Size, Limits.AppendEntryBytes, stop).ConfigureAwait(false);
            foreach (LogEntry entry in entries.Where(IsGrant))
            {
                opener.TryTake(entry.Bytes, out _);
            }

            at += (ulong)entries.Count;
        }

        while (state is not null && reader.Next < state.Size)
        {
            foreach (LogEntry entry in await _store.Read(log, reader.Next, state.Size, Limits.AppendEntryBytes, stop).ConfigureAwait(false))
            {
                // Nobody is asked for more of the registry here; what needs it is read when it comes.
                if (reader.Read(entry, _registry(), decide: false) == ReadStep.NeedsRegistry)
                {
                    return reader;
                }
            }
        }

        return reader;
    }

    // The generations that a log may have taken entries over from, sealed under their names; those of which nobody has anything too.
    private static IReadOnlyList<LogId> Before(LogId log) =>
        [.. Enumerable.Range(1, (int)Math.Min(log.Generation, MostBefore)).Select(back => log with { Generation = log.Generation - (ulong)back })];

    private async Task<List<HomeReader>> ReadersAsync(LogId latest, CancellationToken stop)
    {
        if (!_readers.Exists(one => one.Log == latest))
        {
            SlotOpener opener = await OpenerAsync(latest, stop).ConfigureAwait(false);
            lock (_lock)
            {
                _readers.Add(new HomeReader(latest, opener, _view, _answered));
            }
        }

        lock (_lock)
        {
            return [.. _readers];
        }
    }

    private async Task<SlotOpener> OpenerAsync(LogId log, CancellationToken stop)
    {
        SlotOpener opener = new(log, () => _members.All, Before(log));
        opener.Restore(KeptEpochs.Read(log, await KeptEpochs.NotesAsync(_store, log, stop).ConfigureAwait(false), _members.All));
        return opener;
    }
}
