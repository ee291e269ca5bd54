namespace Sealway.Cloud;

using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sealway.Alarms;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// One fleet at the cloud: its stores, its registry, its two listeners and its watch. Nothing of it is shared with another
/// fleet. Opening reads what the disk has and listens; running judges what was taken.
/// </summary>
public sealed class Tenant : IFollowEvents, IAsyncDisposable
{
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ShortestLook = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RoomAgain = TimeSpan.FromSeconds(1);

    private readonly TenantOptions _options;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly TenantCounts _counts = new();
    private readonly SilenceWatch _silence;
    private readonly WithheldWatch _withheld;
    private readonly ConcurrentDictionary<LogId, ulong> _archived = new();
    private readonly ConcurrentDictionary<LogId, int> _forks = new();
    private readonly ConcurrentDictionary<string, byte> _tooMany = new(StringComparer.Ordinal);

    // What was opened, in order; closed in the opposite order.
    private readonly Stack<object> _opened = new();
    private ILogStore _store = null!;
    private RegistryFollower _registry = null!;
    private LogCatalog _catalog = null!;
    private LogWatch _watch = null!;
    private Pruner _pruner = null!;
    private Eraser _eraser = null!;
    private FollowDesk _desk = null!;
    private GatewayPost _post = null!;
    private Broker? _broker;
    private FollowServer? _server;
    private int _anomalies;
    private bool _started;
    private bool _closed;

    private Tenant(TenantOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        _options = options;
        _time = time;
        _loggers = loggers;
        _logger = loggers.CreateLogger<Tenant>();
        _silence = new SilenceWatch(options.SilentAfter, time);
        _withheld = new WithheldWatch(options.RegistryWithheldAfter, time);
    }

    /// <summary>The fleet's name: its authority's.</summary>
    public string Fleet => _options.Identity.Fleet;

    /// <summary>Where gateways connect.</summary>
    public HostPort Mqtt => _broker!.Address;

    /// <summary>Where registrar, archives and apps connect.</summary>
    public HostPort Https => _server!.Address;

    /// <summary>The alarms that the cloud raised by its own judgement, standing ones and the latest cleared, newest first. They hold values of readings: for those who may see these.</summary>
    public IReadOnlyList<CloudAlarm> Alarms =>
        [.. _watch.Views.SelectMany(view => view.Alarms).Concat(_silence.Alarms).OrderByDescending(alarm => alarm.RaisedAt)];

    internal LogWatch Watch => _watch;

    internal ILogStore Store => _store;

    /// <summary>Opens the fleet's stores, reads where its logs stand, and listens. Waits while the disk is too full to begin.</summary>
    /// <param name="options">The settings; the identity stays the caller's.</param>
    /// <param name="time">The clock; the system's when null.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="ct">Ends the opening.</param>
    /// <exception cref="ArgumentException">The identity is not a cloud's, or an option is outside its range.</exception>
    /// <exception cref="IOException">The data folder cannot be used, or another cloud uses it.</exception>
    /// <exception cref="InvalidDataException">A file in it is not a store of this version.</exception>
    /// <exception cref="LinkException">An address cannot be listened on.</exception>
    public static async Task<Tenant> OpenAsync(TenantOptions options, TimeProvider? time = null, ILoggerFactory? loggers = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return await OpenAsync(options, time ?? TimeProvider.System, loggers ?? NullLoggerFactory.Instance, (_, store) => store, ct).ConfigureAwait(false);
    }

    /// <summary>The same with stores that a test has wrapped; the wrappers own them.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="wrap">Wraps a store, by its file's name: <c>logs.db</c> or <c>watch.db</c>.</param>
    /// <param name="ct">Ends the opening.</param>
    internal static async Task<Tenant> OpenAsync(TenantOptions options, TimeProvider time, ILoggerFactory loggers, Func<string, ILogStore, ILogStore> wrap, CancellationToken ct)
    {
        options.Check();
        while (true)
        {
            Tenant tenant = new(options, time, loggers);
            try
            {
                await tenant.OpenAsync(wrap, ct).ConfigureAwait(false);
                return tenant;
            }
            catch (LogStoreFullException full)
            {
                // Nothing is lost by waiting, and ending would only have it started again and again.
                await tenant.DisposeAsync().ConfigureAwait(false);
                tenant._logger.LogError("the cloud does not begin: {Cause}; it looks again every {Seconds} s", full.Message, RoomAgain.TotalSeconds);
                await Task.Delay(RoomAgain, time, ct).ConfigureAwait(false);
            }
            catch
            {
                await tenant.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    /// <summary>Judges, prunes and looks for silence until told to stop; then nothing is accepted any more, and what was concluded is kept. Once.</summary>
    public async Task RunAsync(CancellationToken stop = default)
    {
        if (_started)
        {
            throw new InvalidOperationException("a fleet runs once");
        }

        _started = true;
        using CancellationTokenSource end = new();
        Task watch = Task.Run(() => _watch.RunAsync(end.Token), CancellationToken.None);
        Task look = Task.Run(() => LookAsync(end.Token), CancellationToken.None);
        Task erase = Task.Run(() => _eraser.RunAsync(end.Token), CancellationToken.None);
        Task[] all = _options.Prune ? [watch, look, erase, Task.Run(() => _pruner.RunAsync(end.Token), CancellationToken.None)] : [watch, look, erase];
        try
        {
            TaskCompletionSource told = new(TaskCreationOptions.RunContinuationsAsynchronously);
            using (stop.UnsafeRegister(static source => ((TaskCompletionSource)source!).TrySetResult(), told))
            {
                await Task.WhenAny([told.Task, .. all]).ConfigureAwait(false);
            }

            // First the doors, so that what was taken is what is kept.
            await CloseAsync().ConfigureAwait(false);
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(all).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        foreach (Task failed in all.Where(task => task.IsFaulted))
        {
            await failed.ConfigureAwait(false);
        }
    }

    /// <summary>How it stands: what was judged, since the fleet's beginning; what its links did, since the start; where its logs are.</summary>
    public IReadOnlyDictionary<string, object> Health()
    {
        RegistryView registry = _registry.Current;
        return new TenantReport(
            _watch.Views,
            [.. _catalog.Latest.Select(log => (log, _catalog.SizeOf(log), _archived.GetValueOrDefault(log)))],
            _watch.Lag.Latest(),
            _silence,
            _withheld.Standing.Count,
            _counts,
            new RegistryState(registry.Size, RegistryAge(registry), registry.IsFounded, registry.Anomalies.Count),
            _options.RegistryStaleAfter,
            _broker?.Connected.Count ?? 0,
            _forks.Values.Sum(),
            _pruner.Count,
            _watch.IsStuck,
            _desk.IsDiskFull,
            [.. _tooMany.Keys.Order(StringComparer.Ordinal)],
            _watch.Open,
            _options.MqttTls,
            _options.HttpsTls).ToDictionary();
    }

    /// <summary>Closes listeners and stores. To stop in good order, end <see cref="RunAsync"/> first.</summary>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        while (_opened.TryPop(out object? opened))
        {
            if (opened is IAsyncDisposable later)
            {
                await later.DisposeAsync().ConfigureAwait(false);
            }
            else
            {
                ((IDisposable)opened).Dispose();
            }
        }
    }

    void IFollowEvents.Heard(LogId log, ulong from, ulong size)
    {
        if (size > from)
        {
            _watch.Grew(log, from, size);
        }

        if (_silence.Heard(log))
        {
            _logger.LogInformation("{Log} is heard again", log);
        }
    }

    void IFollowEvents.Countersigned(PeerIdentity peer, LogId log, ulong size)
    {
        _post.Countersigned(log, size);
        if (peer.Role == Role.Archive)
        {
            _archived.AddOrUpdate(log, size, (_, before) => Math.Max(before, size));
            _pruner.Due(log);
        }
    }

    void IFollowEvents.Refused(PeerIdentity peer, LogId? log, Refusal reason, ForkEvidence? fork)
    {
        _counts.Refuse(reason);
        if (fork is not null)
        {
            _forks.AddOrUpdate(fork.Log, 1, (_, count) => Math.Min(ILogStore.MaxForks, count + 1));
            _logger.LogCritical("{Log} was forked: {Peer} showed another head at size {Size}; both are kept as evidence", fork.Log, peer, fork.Other.Claims.Size);
            return;
        }

        if (reason == Refusal.TooManyGenerations && log is { } endless)
        {
            // The peer is the log's writer: so its name is one of the registry's, and is told once.
            if (_tooMany.TryAdd(endless.Name, 0))
            {
                _logger.LogCritical("{Log} is not taken: a log has at most {Most} generations, and {Peer} begins another; it is broken or hostile, enrol it under another name", endless, Limits.Generations, peer);
            }

            return;
        }

        _logger.LogWarning("refused {Peer}, {Log}: {Reason}", peer, log, reason);
    }

    void IFollowEvents.DiskFull(LogStoreFullException? full)
    {
        if (full is null)
        {
            _logger.LogWarning("the disk has room again; nothing that was acknowledged is lost");
        }
        else
        {
            _logger.LogError("{Cause}; nothing is acknowledged meanwhile, gateways keep what they send", full.Message);
        }
    }

    void IFollowEvents.Command(CommandSlot slot)
    {
        // Only to gateways of this fleet: whatever name an app gives, little is kept.
        if (_registry.Current.FindByName(slot.Log.Name, Role.Gateway) is not null)
        {
            _counts.Command();
            _post.Command(slot);
        }
    }

    private async Task OpenAsync(Func<string, ILogStore, ILogStore> wrap, CancellationToken ct)
    {
        Identity identity = _options.Identity;
        PrivateFile.CreateFolder(_options.DataFolder);
        Keep(new FolderLock(_options.DataFolder, "cloud"));
        _store = OpenStore("logs.db", wrap);
        ILogStore kept = OpenStore("watch.db", wrap);
        _registry = Keep(await RegistryFollower.OpenAsync(_store, identity.RegistryLog, identity.Authority, identity.Signing, _time, ct).ConfigureAwait(false));
        _eraser = Keep(new Eraser(
            _store,
            () => _registry.Current,
            _time,
            (log, count) => _logger.LogWarning("{Count} entries of {Log} were erased by order of the authority", count, log),
            trouble => _logger.LogError(trouble, "what the authority orders erased cannot be erased; it is tried again")));
        await _eraser.EraseAsync(ct).ConfigureAwait(false);
        _catalog = await LogCatalog.OpenAsync(_store, _registry.Log, ct).ConfigureAwait(false);
        _watch = Keep(await LogWatch.OpenAsync(
            _store, kept, _registry.Log, _options.Rules, () => _registry.Current, _registry.Registry.View, identity.Kid, _time, _loggers.CreateLogger<LogWatch>(), ct).ConfigureAwait(false));
        _pruner = Keep(new Pruner(_store, () => _registry.Current, _watch.ViewOf, _time, _loggers.CreateLogger<Pruner>()));
        _watch.Judged = _pruner.Due;
        await RecallAsync(ct).ConfigureAwait(false);

        _desk = Keep(new FollowDesk(_store, _registry, _catalog, _watch.FormOf, identity.Signing, this, _time));
        _post = Keep(new GatewayPost(SendAsync, _store, () => new News(_registry.Log, _registry.Current.Size), _time, _loggers.CreateLogger<GatewayPost>()));
        _registry.Changed += RegistryChanged;
        await ListenAsync(identity, ct).ConfigureAwait(false);
    }

    private ILogStore OpenStore(string file, Func<string, ILogStore, ILogStore> wrap) => Keep(wrap(file, SqliteLogStore.Open(Path.Combine(_options.DataFolder, file))));

    /// <summary>Closes both doors; what is being answered is answered.</summary>
    private async Task CloseAsync()
    {
        if (!Interlocked.Exchange(ref _closed, true))
        {
            if (_server is not null)
            {
                await _server.DisposeAsync().ConfigureAwait(false);
            }

            if (_broker is not null)
            {
                await _broker.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task ListenAsync(Identity identity, CancellationToken ct)
    {
        TlsIdentitySource tls = _options.Tls ?? Keep(TlsIdentitySource.Of(identity));
        CheckPeer check = RegistryCheck.Of(new PeerCheck(() => _registry.Current, _time, _options.RegistryStaleAfter, () => _registry.HeardSeconds, [Role.Registrar]));
        MqttFollowing mqtt = new(_desk, this, SendAsync);
        _broker = new Broker(new BrokerOptions
        {
            Address = _options.Mqtt,
            Policy = new TlsPolicy(tls, check, _time) { Accepts = [Role.Gateway], Profile = _options.MqttTls },
            Message = mqtt.ReceiveAsync,
            Refused = (cause, _) => _counts.Refuse(cause.Reason),
            Logger = _loggers.CreateLogger<Broker>(),
        });
        await _broker.StartAsync().ConfigureAwait(false);
        HttpsFollowing https = new(_desk, this, _logger);
        _server = new FollowServer(new FollowServerOptions
        {
            Address = _options.Https,
            Policy = new TlsPolicy(tls, check, _time) { Accepts = [Role.Registrar, Role.Archive, Role.App], Profile = _options.HttpsTls },
            Handler = https.AnswerAsync,
            Refused = (cause, _) => _counts.Refuse(cause.Reason),
            Logging = _loggers,
        });
        await _server.StartAsync(ct).ConfigureAwait(false);
    }

    /// <summary>Reads what the store knows of archives and forks.</summary>
    private async Task RecallAsync(CancellationToken ct)
    {
        RegistryView registry = _registry.Current;
        _anomalies = registry.Anomalies.Count;
        foreach (LogId log in (await _store.Logs(ct).ConfigureAwait(false)).Where(log => log != _registry.Log))
        {
            if ((await _store.Forks(log, ct).ConfigureAwait(false)).Count is > 0 and var forks)
            {
                _forks[log] = forks;
            }

            foreach (Party archive in registry.Parties.Where(party => party.Role == Role.Archive))
            {
                if (await _store.HeadAtOrBefore(log, Limits.LargestNumber, archive.Kid, ct).ConfigureAwait(false) is { } head)
                {
                    _archived[log] = Math.Max(_archived.GetValueOrDefault(log), head.Size);
                }
            }

            _pruner.Due(log);
        }
    }

    /// <summary>At once: who was withdrawn is out, what was pending is judged again, and gateways learn that there is more.</summary>
    private void RegistryChanged(RegistryView registry)
    {
        Recheck();
        _eraser.Wake();
        _watch.RegistryMoved();
        foreach (Anomaly anomaly in registry.Anomalies.Skip(_anomalies))
        {
            if (anomaly.Withheld is { } withheld)
            {
                _logger.LogCritical("entry {Index} of the registry, a status, withholds the revocation of {Kid}", anomaly.Index, withheld);
            }
            else
            {
                _logger.LogWarning("entry {Index} of the registry has no effect: {Reason}", anomaly.Index, anomaly.Reason);
            }
        }

        _anomalies = registry.Anomalies.Count;
        foreach (ConnectedGateway connected in _broker!.Connected)
        {
            _post.Registry(connected.Gateway.Name);
        }
    }

    private void Recheck()
    {
        // Both shut the doors before they return; what is left is telling those outside.
        Task telling = _broker!.RecheckAsync();
        _server?.Recheck();
        telling.ContinueWith(
            failed => _logger.LogError(failed.Exception, "a connection could not be dropped"),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private async Task LookAsync(CancellationToken ct)
    {
        TimeSpan every = TimeSpan.FromTicks(Math.Clamp(_options.SilentAfter.Ticks / 5, ShortestLook.Ticks, LongestLook.Ticks));
        using PeriodicTimer timer = new(every, _time);
        do
        {
            RegistryView registry = _registry.Current;
            List<(LogId Log, ulong Size)> expected = [.. _catalog.Latest
                .Where(log => registry.FindByName(log.Name, Role.Gateway) is { } gateway && registry.WithdrawalOf(gateway.Kid) is null)
                .Select(log => (log, _catalog.SizeOf(log)))];
            foreach (LogId fallen in _silence.Look(expected))
            {
                _logger.LogWarning("{Log} is silent: no new head for {Seconds} s", fallen, _options.SilentAfter.TotalSeconds);
            }

            (IReadOnlyList<(LogId Log, ulong InForce)> withheld, IReadOnlyList<LogId> over) = _withheld.Look(_watch.Views.Select(view => (view.Log, view.InForce)), registry.Size);
            foreach ((LogId log, ulong inForce) in withheld)
            {
                _logger.LogCritical("the registry is withheld from this cloud: {Log} states {InForce} entries in force, {Known} are here", log, inForce, registry.Size);
            }

            foreach (LogId log in over)
            {
                _logger.LogInformation("the registry that {Log} states in force is here", log);
            }

            foreach ((LogId log, _) in expected)
            {
                // What was stored though the store reported a failure was told to nobody.
                _watch.Due(log);
            }

            // A withdrawal may have been stated for a time that comes only now, and certificates expire.
            Recheck();
            _pruner.Look();
        }
        while (await timer.WaitForNextTickAsync(ct).ConfigureAwait(false));
    }

    private TimeSpan RegistryAge(RegistryView registry)
    {
        ulong word = Math.Max(registry.LatestStatus?.ThroughMilliseconds ?? 0, _registry.HeardSeconds * 1000);
        TimeSpan age = _time.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds((long)word);
        return age > TimeSpan.Zero ? age : TimeSpan.Zero;
    }

    private ValueTask<bool> SendAsync(string gateway, ReadOnlyMemory<byte> payload, CancellationToken ct) => _broker!.SendAsync(gateway, payload, ct);

    private T Keep<T>(T opened)
        where T : class
    {
        _opened.Push(opened);
        return opened;
    }
}
