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
    private readonly AppOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly FolderLock _folder;
    private readonly ILogStore _store;
    private readonly RegistryFollower _registry;
    private readonly Follower _follower;
    private readonly CloudLink _cloud;
    private readonly CommandQueue _queue;
    private readonly HomeReading _reading;
    private readonly HomeStanding _standing;
    private readonly Eraser _eraser;
    private readonly HomeFollowing _following;
    private readonly HomeCommands _commands;
    private readonly MemberKeys _keys;
    private readonly HomeRekeying _rekeying;
    private bool _started;

    private AppRole(AppOptions options, TimeProvider time, ILogger logger, FolderLock folder, ILogStore store, RegistryFollower registry, MemberKeys keys)
    {
        _options = options;
        _time = time;
        _logger = logger;
        _folder = folder;
        _store = store;
        _registry = registry;
        RegistryView View() => registry.Current;
        _keys = keys;
        FollowerKeys judges = new((log, kid) => View().WriterOf(log, kid), kid => View().WitnessOf(kid), (log, index) => View().IsErased(log, index)) { Counts = head => View().Counts(head) };
        _follower = new Follower(store, judges, options.Identity.Signing, () => View().Size, time);
        _cloud = new CloudLink(options, View, time);
        _queue = new CommandQueue(options.Identity.Signing, new CommandCounter(options.DataFolder));
        _reading = new HomeReading(store, View, keys, options.Home.Log.Name, _queue.Done);
        _standing = new HomeStanding(options, store, View, _reading, time, logger);
        _eraser = new Eraser(store, View, time, (log, count) => logger.LogWarning("{Count} entries of {Log} were erased by order of the authority", count, log), _ => { });
        _rekeying = new HomeRekeying(options.Identity, keys, _queue, _reading, _standing, View, logger);
        _following = new HomeFollowing(options, store, registry, _follower, _cloud, _queue, _reading, _standing, _eraser, _rekeying, time, logger);
        _commands = new HomeCommands(_queue, _reading, View);
        _standing.Changed += () => Changed?.Invoke();
        _following.Changed += () => Changed?.Invoke();
        _rekeying.Changed += () => Changed?.Invoke();
    }

    /// <summary>Raised after something new was read or the standing changed. Handlers return quickly.</summary>
    public event Action? Changed;

    /// <summary>What was measured, by hour and day.</summary>
    public HomeAggregates Aggregates => _reading.Look(view => view.Aggregates);

    /// <summary>What people call rooms, sensors and members.</summary>
    public IReadOnlyDictionary<string, string> Labels => _reading.Look(view => new Dictionary<string, string>(view.Labels));

    /// <summary>The latest that each room's heating said.</summary>
    public IReadOnlyDictionary<string, HeatingEvent> Heating => _reading.Look(view => new Dictionary<string, HeatingEvent>(view.Heating));

    /// <summary>How the log stands.</summary>
    public Standing Standing => _standing.Current;

    /// <summary>Opens the store and reads what it holds; nothing is connected yet.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="time">The clock; the system's when null.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="cancellation">Ends the opening.</param>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    /// <exception cref="IOException">The store cannot be used, or another app uses the folder.</exception>
    public static Task<AppRole> OpenAsync(AppOptions options, TimeProvider? time = null, ILoggerFactory? loggers = null, CancellationToken cancellation = default) =>
        OpenAsync(options, time, loggers, store => store, cancellation);

    /// <summary>The same with a store that a test has wrapped; the wrapper owns it.</summary>
    internal static async Task<AppRole> OpenAsync(AppOptions options, TimeProvider? time, ILoggerFactory? loggers, Func<ILogStore, ILogStore> wrap, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        FlooredTime clock = new(time ?? TimeProvider.System, options.Identity.Certificate.NotBefore);
        PrivateFile.CreateFolder(options.DataFolder);
        FolderLock folder = new(options.DataFolder, "app");
        ILogStore? store = null;
        RegistryFollower? registry = null;
        MemberKeys? keys = null;
        try
        {
            keys = new MemberKeys(options.Identity, options.Keys);
            store = wrap(SqliteLogStore.Open(Path.Combine(options.DataFolder, "home.db")));
            registry = await RegistryFollower.OpenAsync(store, options.Home.Registry, options.Identity.Authority, null, clock, cancellation).ConfigureAwait(false);
            RegistryFollower heard = registry;
            clock.Raise(heard.HeardAt);
            heard.Changed += _ => clock.Raise(heard.HeardAt);
            AppRole role = new(options, clock, (loggers ?? NullLoggerFactory.Instance).CreateLogger<AppRole>(), folder, store, registry, keys);
            await role._following.OpenAsync(cancellation).ConfigureAwait(false);
            return role;
        }
        catch
        {
            keys?.Dispose();
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
                    await _following.StepAsync(stop).ConfigureAwait(false);
                    backoff = TimeSpan.Zero;
                }
                catch (OperationCanceledException) when (stop.IsCancellationRequested)
                {
                    break;
                }
                catch (Exception e) when (e is LinkException or MessageException or LogStoreFullException)
                {
                    _standing.Trouble(e);
                    backoff = Longer(backoff);
                    await Task.Delay(backoff, _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }

        _queue.Close();
        _rekeying.Close();
    }

    /// <summary>Sets a room's target temperature.</summary>
    /// <param name="room">The room's subject, or its label.</param>
    /// <param name="target">Degrees Celsius.</param>
    /// <param name="cancellation">Ends the wait; the command may have gone out.</param>
    /// <returns><see cref="Refusal.None"/> once the log says that it was carried out; else why not.</returns>
    /// <exception cref="TimeoutException">The log has no answer in time.</exception>
    public Task<Refusal> SetTargetAsync(string room, Number target, CancellationToken cancellation = default) => _commands.SetTargetAsync(room, target, cancellation);

    /// <summary>Removes a member; the owner's right.</summary>
    /// <param name="member">The member's name, or its label.</param>
    /// <param name="cancellation">Ends the wait; the command may have gone out.</param>
    /// <returns><see cref="Refusal.None"/> once the log says that it was carried out; else why not.</returns>
    /// <exception cref="MessageException"><see cref="Refusal.UnknownKey"/>: there is no such member.</exception>
    /// <exception cref="TimeoutException">The log has no answer in time.</exception>
    public Task<Refusal> RemoveMemberAsync(string member, CancellationToken cancellation = default) => _commands.RemoveMemberAsync(member, cancellation);

    /// <summary>Gives a newcomer the keys of what was before it came; the owner's choice.</summary>
    /// <param name="newcomer">The newcomer's name, or its label.</param>
    /// <param name="from">From when on; null: nothing.</param>
    /// <param name="cancellation">Ends the wait; commands may have gone out.</param>
    /// <returns><see cref="Refusal.None"/> once the log has all grants; else the first refusal.</returns>
    /// <exception cref="MessageException"><see cref="Refusal.UnknownKey"/>: there is no such member.</exception>
    /// <exception cref="TimeoutException">The log has no answer in time.</exception>
    public Task<Refusal> GrantAsync(string newcomer, DateTimeOffset? from, CancellationToken cancellation = default) => _commands.GrantAsync(newcomer, from, cancellation);

    /// <summary>
    /// Replaces this member's HPKE key by a new one: states it, waits for the first epoch under it, keeps the keys of the epochs so far under it, and erases the old one. What was begun
    /// before a crash goes on by itself at the next start; asking again waits for its end.
    /// </summary>
    /// <param name="cancellation">Ends the wait; the replacement goes on.</param>
    /// <returns>The new key's short name, once the old key is erased.</returns>
    /// <exception cref="InvalidOperationException">The options do not say where the keys lie.</exception>
    /// <exception cref="MessageException">The gateway refused.</exception>
    /// <exception cref="FleetFileException">A key cannot be written.</exception>
    /// <exception cref="TimeoutException">The log has no answer in time; ask again.</exception>
    public Task<Kid> RekeyAsync(CancellationToken cancellation = default) => _rekeying.AskAsync(cancellation);

    /// <summary>The words for the room that a sensor is assigned to, or the room's opaque name; null where it has none.</summary>
    public string? RoomOf(Kid sensor) => _registry.Current.AssignmentOf(sensor)?.Subject is { } subject ? Labels.GetValueOrDefault(subject, subject) : null;

    /// <summary>What stands against the log, the cloud or this member; empty on good days.</summary>
    public IReadOnlyList<HomeAlarm> Alarms
    {
        get
        {
            Standing standing = Standing;
            EpochSeen? epoch = _reading.LatestEpoch;
            return _reading.Look(view => HomeAlarms.Of(view, epoch, standing, _registry.Current, _registry.HeardSeconds, Now(), _options));
        }
    }

    /// <summary>How it stands, for the health endpoint.</summary>
    public IReadOnlyDictionary<string, object> Health()
    {
        Standing standing = Standing;
        IReadOnlyList<HomeAlarm> alarms = Alarms;
        return _reading.Look(view => AppHealth.Of(view, standing, alarms, _standing.WasReached, _rekeying.IsUnderWay, _registry.Current.Size, Now()));
    }

    /// <summary>Closes the store and erases the keys. To stop in good order, end <see cref="RunAsync"/> first.</summary>
    public async ValueTask DisposeAsync()
    {
        _cloud.Dispose();
        _eraser.Dispose();
        _follower.Dispose();
        _registry.Dispose();
        _reading.Dispose();
        _keys.Dispose();
        await _store.DisposeAsync().ConfigureAwait(false);
        _folder.Dispose();
    }

    private ulong Now() => (ulong)Math.Max(0, _time.GetUtcNow().ToUnixTimeMilliseconds());

    private TimeSpan Longer(TimeSpan backoff) =>
        backoff == TimeSpan.Zero ? TimeSpan.FromMilliseconds(250) : TimeSpan.FromTicks(Math.Min(backoff.Ticks * 2, _options.LongestBackoff.Ticks));
}
