namespace Sealway.App;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// A member of a home: follows the registry and the home's log through the cloud, keeps the ciphertext, opens and judges
/// it, countersigns what it holds, and commands. What it knows is made again from its store at each start. It keeps going
/// after its removal, and says that it was removed.
/// </summary>
public sealed class AppRole : IAsyncDisposable
{
    // So many keys of epochs in a grant fit a command slot with room to spare.
    private const int KeysAGrant = 12;

    private const int RefusalsOfRemoved = 3;

    private readonly AppOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly FolderLock _folder;
    private readonly ILogStore _store;
    private readonly RegistryFollower _registry;
    private readonly Follower _follower;
    private readonly CloudLink _cloud;
    private readonly CommandQueue _commands;
    private readonly Lock _lock = new();

    // Under the lock.
    private HomeView _view = new();
    private List<HomeReader> _readers = [];
    private Standing _standing;
    private ulong _heardSeconds;
    private long _heardAt;

    // The loop's alone.
    private LogId _log;
    private ulong? _askFrom;
    private long? _registryAsked;
    private EpochId? _epochAsked;
    private int _withdrawals;
    private bool _wasDecidedEarly;
    private long _witnessAsked;
    private ulong _delivered;
    private int _refusals;
    private volatile bool _wasReached;
    private bool _started;

    private AppRole(AppOptions options, TimeProvider time, ILogger logger, FolderLock folder, ILogStore store, RegistryFollower registry)
    {
        _options = options;
        _time = time;
        _logger = logger;
        _folder = folder;
        _store = store;
        _registry = registry;
        FollowerKeys keys = new((log, kid) => registry.Current.WriterOf(log, kid), kid => registry.Current.WitnessOf(kid));
        _follower = new Follower(store, keys, options.Identity.Signing, () => registry.Current.Size, time);
        _cloud = new CloudLink(options, () => registry.Current, time);
        _commands = new CommandQueue(options.Identity.Signing, new CommandCounter(options.DataFolder));
        _log = options.Home.Log;
        _standing = new Standing(_log, 0, 0, 0, false, false, null);
        _heardAt = time.GetTimestamp();
        _witnessAsked = _heardAt;
    }

    /// <summary>Raised after something new was read or the standing changed. Handlers return quickly.</summary>
    public event Action? Changed;

    /// <summary>What was measured, by hour and day.</summary>
    public HomeAggregates Aggregates
    {
        get
        {
            lock (_lock)
            {
                return _view.Aggregates;
            }
        }
    }

    /// <summary>What people call rooms, sensors and members.</summary>
    public IReadOnlyDictionary<string, string> Labels
    {
        get
        {
            lock (_lock)
            {
                return new Dictionary<string, string>(_view.Labels);
            }
        }
    }

    /// <summary>The latest that each room's heating said.</summary>
    public IReadOnlyDictionary<string, HeatingEvent> Heating
    {
        get
        {
            lock (_lock)
            {
                return new Dictionary<string, HeatingEvent>(_view.Heating);
            }
        }
    }

    /// <summary>How the log stands.</summary>
    public Standing Standing
    {
        get
        {
            lock (_lock)
            {
                return _standing with { IsSilent = _time.GetElapsedTime(_heardAt) > _options.SilentAfter };
            }
        }
    }

    /// <summary>Opens the store and reads what it holds; nothing is connected yet.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="time">The clock; the system's when null.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="cancellation">Ends the opening.</param>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    /// <exception cref="IOException">The store cannot be used, or another app uses the folder.</exception>
    public static async Task<AppRole> OpenAsync(AppOptions options, TimeProvider? time = null, ILoggerFactory? loggers = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        TimeProvider clock = time ?? TimeProvider.System;
        PrivateFile.CreateFolder(options.DataFolder);
        FolderLock folder = new(options.DataFolder);
        SqliteLogStore? store = null;
        RegistryFollower? registry = null;
        try
        {
            store = SqliteLogStore.Open(Path.Combine(options.DataFolder, "home.db"));
            registry = await RegistryFollower.OpenAsync(store, options.Home.Registry, options.Identity.Authority, null, clock, cancellation).ConfigureAwait(false);
            AppRole role = new(options, clock, (loggers ?? NullLoggerFactory.Instance).CreateLogger<AppRole>(), folder, store, registry);
            await role.RereadAsync(cancellation).ConfigureAwait(false);
            return role;
        }
        catch
        {
            registry?.Dispose();
            if (store is not null)
            {
                await store.DisposeAsync().ConfigureAwait(false);
            }

            folder.Dispose();
            throw;
        }
    }

    /// <summary>Follows until told to stop. Once.</summary>
    /// <exception cref="IOException">The disk failed; start again.</exception>
    /// <exception cref="LinkException">The control socket cannot be listened on.</exception>
    public async Task RunAsync(CancellationToken stop = default)
    {
        if (_started)
        {
            throw new InvalidOperationException("a role runs once");
        }

        _started = true;
        ControlSocket control = await ControlSocket.ListenAsync(_options.ControlPath, new AppControl(this).Routes, _logger, CancellationToken.None).ConfigureAwait(false);
        await using (control.ConfigureAwait(false))
        {
            TimeSpan backoff = TimeSpan.Zero;
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    await FollowAsync(stop).ConfigureAwait(false);
                    backoff = TimeSpan.Zero;
                }
                catch (OperationCanceledException) when (stop.IsCancellationRequested)
                {
                    break;
                }
                catch (Exception e) when (e is LinkException or MessageException)
                {
                    Trouble(e);
                    backoff = Longer(backoff);
                    await Task.Delay(backoff, _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }

        _commands.Close();
    }

    /// <summary>Sets a room's target temperature.</summary>
    /// <param name="room">The room's subject, or its label.</param>
    /// <param name="target">Degrees Celsius.</param>
    /// <param name="cancellation">Ends the wait; the command may have gone out.</param>
    /// <returns><see cref="Refusal.None"/> once the log says that it was carried out; else why not.</returns>
    /// <exception cref="TimeoutException">The log has no answer in time.</exception>
    public Task<Refusal> SetTargetAsync(string room, Number target, CancellationToken cancellation = default)
    {
        string subject = NameOf(room);
        return _commands.Add(content => content with { Action = CommandAction.SetTarget, Subject = subject, Target = target }).WaitAsync(cancellation);
    }

    /// <summary>Removes a member; the owner's right.</summary>
    /// <param name="member">The member's name, or its label.</param>
    /// <param name="cancellation">Ends the wait; the command may have gone out.</param>
    /// <returns><see cref="Refusal.None"/> once the log says that it was carried out; else why not.</returns>
    /// <exception cref="MessageException"><see cref="Refusal.UnknownKey"/>: there is no such member.</exception>
    /// <exception cref="TimeoutException">The log has no answer in time.</exception>
    public Task<Refusal> RemoveMemberAsync(string member, CancellationToken cancellation = default)
    {
        Kid kid = Member(member).Kid;
        return _commands.Add(content => content with { Action = CommandAction.RemoveMember, Member = kid }).WaitAsync(cancellation);
    }

    /// <summary>Gives a newcomer the keys of what was before it came; the owner's choice.</summary>
    /// <param name="newcomer">The newcomer's name, or its label.</param>
    /// <param name="from">From when on; null: nothing.</param>
    /// <param name="cancellation">Ends the wait; commands may have gone out.</param>
    /// <returns><see cref="Refusal.None"/> once the log has all grants; else the first refusal.</returns>
    /// <exception cref="MessageException"><see cref="Refusal.UnknownKey"/>: there is no such member.</exception>
    /// <exception cref="TimeoutException">The log has no answer in time.</exception>
    public async Task<Refusal> GrantAsync(string newcomer, DateTimeOffset? from, CancellationToken cancellation = default)
    {
        Party party = Member(newcomer);
        PublicKey key = party.Agreement ?? throw new MessageException(Refusal.UnknownKey, "newcomer: HPKE key");
        if (from is not { } since)
        {
            return Refusal.None;
        }

        (LogId log, EpochId current, List<EpochId> epochs) = Before(party.EnrolledAt, (ulong)Math.Max(0, since.ToUnixTimeMilliseconds()));
        foreach (EpochId[] some in epochs.Chunk(KeysAGrant))
        {
            byte[] grant = MakeGrant(log, current, key, some);
            Refusal outcome = await _commands.Add(content => content with { Action = CommandAction.Grant, Grant = grant }).WaitAsync(cancellation).ConfigureAwait(false);
            if (outcome != Refusal.None)
            {
                return outcome;
            }
        }

        return Refusal.None;
    }

    /// <summary>The words for the room that a sensor is assigned to, or the room's opaque name; null where it has none.</summary>
    public string? RoomOf(Kid sensor) => _registry.Current.AssignmentOf(sensor)?.Subject is { } subject ? Labels.GetValueOrDefault(subject, subject) : null;

    /// <summary>How it stands, for the health endpoint.</summary>
    public IReadOnlyDictionary<string, object> Health()
    {
        Standing standing = Standing;
        lock (_lock)
        {
            HomeCounts counts = _view.Counts;
            ulong now = Now();
            return new Dictionary<string, object>
            {
                ["log"] = standing.Log.ToString(),
                ["entries"] = counts.Entries,
                ["blanks"] = counts.Blanks,
                ["sealedEntries"] = counts.SealedEntries,
                ["epochs"] = counts.Epochs,
                ["slotsOpened"] = counts.SlotsOpened,
                ["slotsClosed"] = counts.SlotsClosed,
                ["opened"] = counts.Readings,
                ["rollups"] = counts.Rollups,
                ["stale"] = counts.Stale,
                ["doubtful"] = counts.Doubtful,
                ["gaps"] = counts.Gaps,
                ["refused"] = counts.Refused.Values.Sum(),
                ["refusedBy"] = counts.Refused.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value),
                ["aggregatesAgeSeconds"] = _view.LatestReadingAt == 0 ? -1L : (long)(Math.Max(now, _view.LatestReadingAt) - _view.LatestReadingAt) / 1000,
                ["headSize"] = standing.Size,
                ["finalSize"] = standing.FinalSize,
                ["provisional"] = standing.Size - Math.Min(standing.Size, standing.FinalSize),
                ["heating"] = _view.Heating.ToDictionary(
                    pair => pair.Key,
                    object (pair) => new Dictionary<string, object> { ["on"] = pair.Value.On, ["target"] = pair.Value.Target.ToDouble() }),
                ["heatingChanges"] = counts.HeatingChanges,
                ["sealedSizes"] = counts.SealedSizes.ToArray(),
                ["forks"] = standing.Forks,
                ["silent"] = standing.IsSilent,
                ["connected"] = _wasReached && standing.Trouble is null,
                ["removed"] = standing.IsRemoved,
                ["trouble"] = standing.Trouble ?? string.Empty,
                ["registrySize"] = _registry.Current.Size,
            };
        }
    }

    /// <summary>Closes the store and erases the keys. To stop in good order, end <see cref="RunAsync"/> first.</summary>
    public async ValueTask DisposeAsync()
    {
        _cloud.Dispose();
        _follower.Dispose();
        _registry.Dispose();
        _readers.ForEach(reader => reader.Opener.Dispose());
        await _store.DisposeAsync().ConfigureAwait(false);
        _folder.Dispose();
    }

    private async Task FollowAsync(CancellationToken stop)
    {
        if (_registryAsked is not { } asked || _time.GetElapsedTime(asked) >= _options.RegistryEvery || EpochKnowsMore())
        {
            await FollowRegistryAsync(stop).ConfigureAwait(false);
        }

        LogState? state = await _store.State(_log, stop).ConfigureAwait(false);
        ulong size = state?.Size ?? 0;
        ulong from = _askFrom ?? size;
        bool witnesses = _askFrom is null && size > 0 && _time.GetElapsedTime(_witnessAsked) >= _options.WitnessEvery;
        _askFrom = null;
        FollowMessage? answer;
        if (witnesses)
        {
            // Up to what is held: the cloud says at once who else holds it.
            _witnessAsked = _time.GetTimestamp();
            answer = await FetchAsync(new EntriesRequest(_log, size, size), state, TimeSpan.Zero, stop).ConfigureAwait(false);
        }
        else
        {
            answer = await FetchAsync(new EntriesRequest(_log, from, Limits.LargestNumber), state, _options.Wait, stop).ConfigureAwait(false);
        }

        Reached();
        switch (answer)
        {
            case Append append when append.Log == _log:
                await AcceptAsync(append, stop).ConfigureAwait(false);
                break;

            case Held held when held.Log.Name == _log.Name:
                await HearAsync(held, size, stop).ConfigureAwait(false);
                break;

            case null:
                break;

            default:
                throw new MessageException(Refusal.WrongLog, "the cloud's answer");
        }
    }

    private async Task<FollowMessage?> FetchAsync(EntriesRequest request, LogState? state, TimeSpan wait, CancellationToken stop)
    {
        PublicKey? gateway = _registry.Current.FindByName(_options.Home.Gateway, Role.Gateway)?.Agreement;
        QueuedCommand? command = gateway is not null && state?.Head is { } head
            ? _commands.Next(_log, head.Size, head.Head.Root, Now())
            : null;
        try
        {
            return await _cloud.FetchAsync(request, _log, gateway, command?.Signed, wait, stop).ConfigureAwait(false);
        }
        catch (MessageException e) when (e.Reason == Refusal.SlotOverflow && command is not null)
        {
            _commands.Drop(command, e);
            throw;
        }
    }

    // An epoch's members come from a registry that is not here yet: somebody was enrolled or removed. Asked once for each epoch.
    private bool EpochKnowsMore()
    {
        lock (_lock)
        {
            if (_readers is not [.., { Epochs: [.., var epoch] }] || epoch.RegistrySize <= _registry.Current.Size || epoch.Id == _epochAsked)
            {
                return false;
            }

            _epochAsked = epoch.Id;
            return true;
        }
    }

    private async Task FollowRegistryAsync(CancellationToken stop)
    {
        _registryAsked = _time.GetTimestamp();
        while (true)
        {
            LogState? home = await _store.State(_log, stop).ConfigureAwait(false);
            ulong before = _registry.Current.Size;
            FollowMessage? answer = await FetchAsync(_registry.Next, home, TimeSpan.Zero, stop).ConfigureAwait(false);
            Reached();
            Append? append = answer switch
            {
                Append entries when entries.Log == _registry.Log => entries,
                Held { Head: { } head } held when held.Log == _registry.Log && held.Size == before => new Append(held.Log, held.Size, [], head, held.Countersignatures),
                _ => null,
            };
            if (append is null)
            {
                return;
            }

            Followed followed = await _registry.AcceptAsync(append, stop).ConfigureAwait(false);
            if (followed.Refused is not (Refusal.None or Refusal.NotNext))
            {
                _logger.LogError("the registry that the cloud gives is refused: {Reason}", followed.Refused);
                throw new MessageException(followed.Refused, "the registry");
            }

            if (_registry.Current.Size == before)
            {
                SeeRemoval();
                await JudgeAnewAsync(stop).ConfigureAwait(false);
                return;
            }
        }
    }

    // A withdrawal changes what entries before it are worth, and what could not be decided may be decided by now.
    private async Task JudgeAnewAsync(CancellationToken stop)
    {
        if (_wasDecidedEarly || _registry.Current.Withdrawals.Count() != _withdrawals)
        {
            await RereadAsync(stop).ConfigureAwait(false);
            await ReadHeldAsync(decide: false, stop).ConfigureAwait(false);
            Changed?.Invoke();
        }
    }

    private async Task AcceptAsync(Append append, CancellationToken stop)
    {
        Followed followed = await _follower.AcceptAsync(append, allowBlanks: true, stop).ConfigureAwait(false);
        switch (followed.Refused)
        {
            case Refusal.None:
                break;

            case Refusal.NotNext:
                return;

            case Refusal.Fork:
                _logger.LogError("the log {Log} is forked: two histories under one key; the evidence is kept", append.Log);
                await StandAsync(stop).ConfigureAwait(false);
                throw new MessageException(Refusal.Fork, "the home's log");

            case Refusal.RootMismatch when append.From > 0:
                // Asked again from the beginning of what is held nearby: if the log was forked, that proves it.
                _askFrom = append.From > Limits.AppendEntries / 2 ? append.From - (Limits.AppendEntries / 2) : 0;
                throw new MessageException(followed.Refused, "the home's log");

            case Refusal.UnknownKey:
                await FollowRegistryAsync(stop).ConfigureAwait(false);
                throw new MessageException(followed.Refused, "the home's log");

            default:
                throw new MessageException(followed.Refused, "the home's log");
        }

        await ReadAsync(stop).ConfigureAwait(false);
        await StandAsync(stop).ConfigureAwait(false);
        await DeliverAsync(stop).ConfigureAwait(false);
    }

    private async Task HearAsync(Held held, ulong size, CancellationToken stop)
    {
        if (held.Log.Generation > _log.Generation)
        {
            // Whoever relays the log cannot invent a generation: its head is the gateway's.
            Head latest = held.Head ?? throw new MessageException(Refusal.Malformed, "a generation without a head");
            latest.Verify(_registry.Current.WriterOf(held.Log, latest.Claims.Kid) ?? throw new MessageException(Refusal.UnknownKey, "a generation's head"));

            _logger.LogError("the home's log has a new generation, {Log}; its first entry says why", _log.Next);
            // One after the other: what lies between is followed too.
            _log = _log.Next;
            _delivered = 0;
            return;
        }

        if (held.Log == _log && held.Head is { } head && held.Size <= size)
        {
            await AcceptAsync(new Append(held.Log, held.Size, [], head, held.Countersignatures), stop).ConfigureAwait(false);
        }
    }

    /// <summary>Reads what is held and was not read yet, all generations in order.</summary>
    private async Task ReadAsync(CancellationToken stop)
    {
        bool asked = false;
        bool decide = false;
        while (true)
        {
            ReadStep step = await ReadHeldAsync(decide, stop).ConfigureAwait(false);
            if (step == ReadStep.NeedsRereading)
            {
                await RereadAsync(stop).ConfigureAwait(false);
            }
            else if (step == ReadStep.NeedsRegistry && !asked)
            {
                asked = true;
                await FollowRegistryAsync(stop).ConfigureAwait(false);
            }
            else if (step == ReadStep.NeedsRegistry)
            {
                decide = true;
                _wasDecidedEarly = true;
            }
            else
            {
                break;
            }
        }

        Changed?.Invoke();
    }

    private async Task<ReadStep> ReadHeldAsync(bool decide, CancellationToken stop)
    {
        foreach (HomeReader reader in Readers())
        {
            ReadStep step = await ReadHeldAsync(reader, decide, stop).ConfigureAwait(false);
            if (step != ReadStep.Done)
            {
                return step;
            }
        }

        return ReadStep.Done;
    }

    private async Task<ReadStep> ReadHeldAsync(HomeReader reader, bool decide, CancellationToken stop)
    {
        LogState? state = await _store.State(reader.Log, stop).ConfigureAwait(false);
        while (state is not null && reader.Next < state.Size)
        {
            IReadOnlyList<LogEntry> entries = await _store.Read(reader.Log, reader.Next, state.Size, Limits.AppendEntryBytes, stop).ConfigureAwait(false);
            RegistryView registry = _registry.Current;
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

    /// <summary>Makes everything known from the store again, with the keys that are here by now.</summary>
    private async Task RereadAsync(CancellationToken stop)
    {
        List<LogId> logs = [.. (await _store.Logs(stop).ConfigureAwait(false)).Where(log => log.Name == _options.Home.Log.Name).Order()];
        HomeView view = new();
        List<HomeReader> readers = [];
        _withdrawals = _registry.Current.Withdrawals.Count();
        _wasDecidedEarly = false;
        foreach (LogId log in logs)
        {
            HomeReader reader = await RereadAsync(log, view, [.. readers.Select(before => before.Log)], stop).ConfigureAwait(false);
            readers.Add(reader);
        }

        lock (_lock)
        {
            _readers.ForEach(reader => reader.Opener.Dispose());
            _view = view;
            _readers = readers;
        }

        _log = logs.Count > 0 && logs[^1] > _log ? logs[^1] : _log;
        await StandAsync(stop).ConfigureAwait(false);
        SeeRemoval();
    }

    // Grants come after the epochs that they are for, so they are looked for first.
    private async Task<HomeReader> RereadAsync(LogId log, HomeView view, IReadOnlyList<LogId> before, CancellationToken stop)
    {
        SlotOpener opener = new(log, _options.Identity.Agreement!, before);
        HomeReader reader = new(log, opener, view, _commands.Done);
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
                // At a start there is nobody to ask for more of the registry; what needs it is read again when it comes.
                if (reader.Read(entry, _registry.Current, decide: false) == ReadStep.NeedsRegistry)
                {
                    return reader;
                }
            }
        }

        return reader;
    }

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

    private List<HomeReader> Readers()
    {
        lock (_lock)
        {
            if (_readers.TrueForAll(one => one.Log != _log))
            {
                SlotOpener opener = new(_log, _options.Identity.Agreement!, [.. _readers.Select(one => one.Log)]);
                _readers.Add(new HomeReader(_log, opener, _view, _commands.Done));
            }

            return [.. _readers];
        }
    }

    private async Task StandAsync(CancellationToken stop)
    {
        LogState? state = await _store.State(_log, stop).ConfigureAwait(false);
        ulong final = 0;
        foreach (Kid kid in Finalizers(_registry.Current))
        {
            final = Math.Max(final, (await _store.HeadAtOrBefore(_log, state?.Size ?? 0, kid, stop).ConfigureAwait(false))?.Size ?? 0);
        }

        int forks = 0;
        foreach (LogId log in (await _store.Logs(stop).ConfigureAwait(false)).Where(log => log.Name == _log.Name))
        {
            forks += (await _store.Forks(log, stop).ConfigureAwait(false)).Count;
        }

        lock (_lock)
        {
            _standing = _standing with { Log = _log, Size = state?.Size ?? 0, FinalSize = final, Forks = forks };
            if (state?.Head is { } head && head.Head.Claims.Seconds > _heardSeconds)
            {
                _heardSeconds = head.Head.Claims.Seconds;
                _heardAt = _time.GetTimestamp();
            }
        }

        Changed?.Invoke();
    }

    // Another member, the owner (this app too, if it is the owner), or an archive that an assignment names.
    private IEnumerable<Kid> Finalizers(RegistryView registry)
    {
        List<Party> members = [.. registry.Parties.Where(party => party.Role == Role.App && registry.WithdrawalOf(party.Kid) is null)];
        return members
            .Where((party, i) => i == 0 || party.Kid != _options.Identity.Kid)
            .Select(party => party.Kid)
            .Concat(registry.Assignments.Select(one => one.Archive).OfType<Kid>())
            .Distinct();
    }

    private async Task DeliverAsync(CancellationToken stop)
    {
        if (await _store.LatestHead(_log, stop).ConfigureAwait(false) is { } head
            && head.Head.Claims.Seconds > _delivered
            && head.Countersignatures.FirstOrDefault(one => one.Kid == _options.Identity.Kid) is { } own)
        {
            PublicKey? gateway = _registry.Current.FindByName(_options.Home.Gateway, Role.Gateway)?.Agreement;
            await _cloud.CountersignAsync(new Append(_log, head.Size, [], head.Head, [own]), gateway, stop).ConfigureAwait(false);
            _delivered = head.Head.Claims.Seconds;
        }
    }

    private byte[] MakeGrant(LogId log, EpochId current, PublicKey newcomer, IReadOnlyList<EpochId> epochs)
    {
        lock (_lock)
        {
            SlotOpener opener = _readers.Find(reader => reader.Log == log)?.Opener ?? throw new MessageException(Refusal.UnknownEpoch, "grant");
            return Grant.Create(log, current, _registry.Current.Size, [newcomer], opener.Keys(epochs));
        }
    }

    // The epochs that are not over at a time and that the newcomer was no member of, as far as their keys are here.
    private (LogId Log, EpochId Current, List<EpochId> Epochs) Before(ulong enrolledAt, ulong since)
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

            return (reader.Log, reader.Epochs[^1].Id, epochs);
        }
    }

    private Party Member(string name)
    {
        RegistryView registry = _registry.Current;
        return registry.FindByName(NameOf(name), Role.App) is { } party && registry.WithdrawalOf(party.Kid) is null
            ? party
            : throw new MessageException(Refusal.UnknownKey, "there is no such member");
    }

    // A label stands for its name where it is nobody else's.
    private string NameOf(string nameOrLabel)
    {
        string[] names = [.. Labels.Where(pair => pair.Value == nameOrLabel).Select(pair => pair.Key)];
        return names.Length == 1 ? names[0] : nameOrLabel;
    }

    private void SeeRemoval()
    {
        if (_registry.Current.WithdrawalOf(_options.Identity.Kid) is not null)
        {
            Remove();
        }
    }

    private void Remove()
    {
        bool news;
        lock (_lock)
        {
            news = !_standing.IsRemoved;
            _standing = _standing with { IsRemoved = true };
        }

        if (news)
        {
            _logger.LogWarning("this member was removed from the home: what came before stays readable here, nothing new can be opened");
            Changed?.Invoke();
        }
    }

    private void Reached()
    {
        _refusals = 0;
        _wasReached = true;
        bool withdrawn = _registry.Current.WithdrawalOf(_options.Identity.Kid) is not null;
        lock (_lock)
        {
            _standing = _standing with { Trouble = null, IsRemoved = withdrawn };
        }
    }

    private void Trouble(Exception cause)
    {
        // Over TLS 1.3 a server that refuses a certificate only closes: from one that used to welcome it, again and again, that is an answer too.
        _refusals = cause is LinkException { Reason: LinkRefusal.RefusedByPeer } ? _refusals + 1 : 0;
        if (cause is LinkException { Reason: LinkRefusal.Revoked } || (_wasReached && _refusals >= RefusalsOfRemoved))
        {
            Remove();
        }

        lock (_lock)
        {
            _standing = _standing with { Trouble = cause.Message };
        }

        _logger.LogWarning("following is interrupted: {Cause}", cause.Message);
        Changed?.Invoke();
    }

    private TimeSpan Longer(TimeSpan backoff) =>
        backoff == TimeSpan.Zero ? TimeSpan.FromMilliseconds(250) : TimeSpan.FromTicks(Math.Min(backoff.Ticks * 2, _options.LongestBackoff.Ticks));

    private ulong Now() => (ulong)Math.Max(0, _time.GetUtcNow().ToUnixTimeMilliseconds());
}
