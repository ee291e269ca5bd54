namespace Sealway.Gateway;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// A gateway: receives readings, judges them, raises alarms, logs, signs, forwards, survives. What distinguishes an open
/// from a sealed one comes with its <see cref="GatewayParts"/>. Opening reads what the disk has; running is one writer loop,
/// one receive loop for each sensor's link, and one connection to the cloud.
/// </summary>
public sealed class GatewayRole : IGatewayCore, IAsyncDisposable
{
    private readonly GatewayOptions _options;
    private readonly ILogger _logger;
    private readonly GatewayCounts _counts = new();
    private readonly Inbox _inbox = new();
    private readonly List<ISensorListener> _listeners = [];

    // What was opened, in order; closed in the opposite order.
    private readonly Stack<object> _opened = new();
    private Buffer _buffer = null!;
    private OwnLog _log = null!;
    private Eraser _eraser = null!;
    private SensorIntake _intake = null!;
    private GatewayLoop _loop = null!;
    private Forwarder _forwarder = null!;
    private SteadyTime _steady = null!;
    private bool _started;

    private GatewayRole(GatewayOptions options, ILogger logger)
    {
        _options = options;
        _logger = logger;
    }

    /// <inheritdoc/>
    public IWriterQueue Writer => _inbox;

    /// <inheritdoc/>
    public ILogStore Store { get; private set; } = null!;

    /// <inheritdoc/>
    public LogId Log => _log.Log;

    /// <inheritdoc/>
    public IRegistrySource Registry { get; private set; } = null!;

    /// <inheritdoc/>
    public TimeProvider Time { get; private set; } = null!;

    /// <summary>Where sensors can connect: the TLS listeners in the order of the options, then the sockets.</summary>
    public IReadOnlyList<string> SensorAddresses => [.. _listeners.Select(listener => listener.Address)];

    /// <summary>Opens the folder's stores, reads where the log stands, and listens for sensors; nothing is taken, sent or signed yet. Waits while the disk is too full to begin.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="parts">What is added to the core; an open gateway's when null.</param>
    /// <param name="time">The clock; the system's when null.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="cancellation">Ends the opening.</param>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    /// <exception cref="IOException">The data folder cannot be used, or another gateway uses it.</exception>
    /// <exception cref="LinkException">An address cannot be listened on.</exception>
    public static Task<GatewayRole> OpenAsync(
        GatewayOptions options, GatewayParts? parts = null, TimeProvider? time = null, ILoggerFactory? loggers = null, CancellationToken cancellation = default) =>
        OpenAsync(options, parts, time, loggers, null, cancellation);

    /// <summary>The same with a store that a test has wrapped; the wrapper owns it.</summary>
    internal static async Task<GatewayRole> OpenAsync(
        GatewayOptions options, GatewayParts? parts, TimeProvider? time, ILoggerFactory? loggers, Func<ILogStore, ILogStore>? wrap, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        ILogger logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger<GatewayRole>();
        while (true)
        {
            GatewayRole role = new(options, logger);
            try
            {
                await role.OpenAsync(parts ?? new GatewayParts(), time ?? TimeProvider.System, wrap ?? (store => store), cancellation).ConfigureAwait(false);
                return role;
            }
            catch (LogStoreFullException full)
            {
                // Nothing is lost by waiting, and ending would only have it started again and again.
                await role.DisposeAsync().ConfigureAwait(false);
                logger.LogError("the gateway does not begin: {Cause}; it looks again every {Seconds} s", full.Message, GatewayLoop.RoomAgain.TotalSeconds);
                await Task.Delay(GatewayLoop.RoomAgain, time ?? TimeProvider.System, cancellation).ConfigureAwait(false);
            }
            catch
            {
                await role.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    /// <summary>
    /// Runs until told to stop: then nothing is accepted any more, what was taken is logged and answered, and the cloud is waited for as long as
    /// <see cref="GatewayOptions.StopTime"/>. Once.
    /// </summary>
    /// <exception cref="IOException">The disk failed: nothing that is not durable was acknowledged; start again.</exception>
    public async Task RunAsync(CancellationToken stop = default)
    {
        if (_started)
        {
            throw new InvalidOperationException("a role runs once");
        }

        _started = true;
        using CancellationTokenSource accept = new();
        using CancellationTokenSource links = new();
        using CancellationTokenSource cloud = new();
        using CancellationTokenSource write = new();
        Task loop = Task.Run(() => _loop.RunAsync(write.Token), CancellationToken.None);
        Task intake = Task.Run(() => _intake.RunAsync(accept.Token, links.Token), CancellationToken.None);
        Task eraser = Task.Run(() => _eraser.RunAsync(write.Token), CancellationToken.None);
        Task forwarder = Task.Run(() => _forwarder.RunAsync(cloud.Token), CancellationToken.None);
        try
        {
            TaskCompletionSource told = new(TaskCreationOptions.RunContinuationsAsynchronously);
            using (stop.UnsafeRegister(static source => ((TaskCompletionSource)source!).TrySetResult(), told))
            {
                await Task.WhenAny(told.Task, loop, intake, forwarder).ConfigureAwait(false);
            }

            await accept.CancelAsync().ConfigureAwait(false);
            _inbox.Close();
            await loop.ConfigureAwait(false);
            if (!forwarder.IsCompleted && !await _forwarder.DrainAsync(CancellationToken.None).ConfigureAwait(false))
            {
                _logger.LogWarning("stopped with {Entries} entries that the cloud does not hold yet; they stay on disk", _log.Size - Math.Min(_log.Size, _forwarder.Held));
            }
        }
        finally
        {
            await write.CancelAsync().ConfigureAwait(false);
            await accept.CancelAsync().ConfigureAwait(false);
            await links.CancelAsync().ConfigureAwait(false);
            await cloud.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(loop, intake, forwarder, eraser).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await ThrowUnlessCancelledAsync(intake).ConfigureAwait(false);
        await ThrowUnlessCancelledAsync(forwarder).ConfigureAwait(false);
    }

    /// <summary>How it stands, for the health endpoint: counters since the start, and where the log is.</summary>
    public IReadOnlyDictionary<string, object> Health()
    {
        ulong now = Milliseconds.Now(Time);
        ulong size = _log.Size;
        ulong held = Math.Min(size, _forwarder.Held);
        (ulong cloud, ulong archive) = _forwarder.Countersigned;
        (bool archiveLate, ulong waited) = _forwarder.Archive;
        return new Dictionary<string, object>
        {
            ["log"] = _log.Log.ToString(),
            ["generation"] = _log.Log.Generation,
            ["signs"] = _log.Signs,
            ["size"] = size,
            ["cloudConnected"] = _forwarder.IsConnected,
            ["cloudHolds"] = held,
            ["lag"] = size - held,
            ["cloudWentBack"] = _forwarder.CloudWentBack,
            ["countersignedByCloud"] = cloud,
            ["countersignedByArchive"] = archive,
            ["archiveLate"] = archiveLate,
            ["archiveWaitedForSeconds"] = waited / 1000,
            ["cloudLosses"] = _forwarder.CloudLosses,
            ["received"] = _intake.Received,
            ["accepted"] = _counts.Accepted,
            ["repeated"] = _counts.Repeated,
            ["refused"] = _counts.Refused.Values.Sum(),
            ["refusedBy"] = _counts.Refused.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value),
            ["logged"] = _counts.Logged,
            ["entries"] = _counts.Entries,
            ["alarmsRaised"] = _counts.AlarmsRaised,
            ["lost"] = _counts.Lost,
            ["links"] = _intake.Links,
            ["linksRefused"] = _counts.LinksRefused.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value),
            ["sensorTls"] = _options.SensorTls.Name,
            ["sensorTlsSuites"] = string.Join(' ', _options.SensorTls.Suites),
            ["sensorsWait"] = _counts.Holds,
            ["diskFull"] = _counts.IsDiskFull,
            ["generationsSpent"] = _counts.AreGenerationsSpent,
            ["clockLeadSeconds"] = (long)_steady.Lead.TotalSeconds,
            ["registrySize"] = Registry.Current.Size,
            ["registryAgeSeconds"] = RegistryAge.Milliseconds(Registry, now) / 1000,
            ["registryStale"] = RegistryAge.IsStale(Registry, now, _options.RegistryStaleAfter),
        };
    }

    /// <summary>Closes listeners and stores. To stop in good order, end <see cref="RunAsync"/> first.</summary>
    public async ValueTask DisposeAsync()
    {
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

    private static async Task ThrowUnlessCancelledAsync(Task task)
    {
        if (task.IsFaulted)
        {
            await task.ConfigureAwait(false);
        }
    }

    private async Task OpenAsync(GatewayParts parts, TimeProvider time, Func<ILogStore, ILogStore> wrap, CancellationToken cancellation)
    {
        PrivateFile.CreateFolder(_options.DataFolder);
        _ = Keep(new FolderLock(_options.DataFolder, "gateway"));
        Store = Keep(wrap(SqliteLogStore.Open(Path.Combine(_options.DataFolder, "log.db"))));
        IRegistrySource source = parts.Registry ?? await OpenRegistryAsync(time, cancellation).ConfigureAwait(false);
        Registry = source;

        Identity identity = _options.Identity;
        (ulong heard, ulong last) = await LastSeenAsync(identity.Name, source, cancellation).ConfigureAwait(false);
        FlooredTime clock = new(time, Later(Milliseconds.ToTime(heard), identity.Certificate.NotBefore));
        Time = clock;
        _steady = new SteadyTime(clock, Milliseconds.ToTime(last));
        _log = Keep(await OwnLog.OpenAsync(Store, identity.Name, identity.Signing, () => source.Current.Size, _steady, (log, kid) => source.Current.WriterOf(log, kid), cancellation).ConfigureAwait(false));
        ReadingGate gate = await ReadingGate.LoadAsync(Store, _log.Log, cancellation).ConfigureAwait(false);
        LogState state = (await Store.State(_log.Log, cancellation).ConfigureAwait(false))!;
        _buffer = new Buffer(Store, _options.MostUnsent, _options.FreeArchived) { Held = state.Countersigned };

        TlsIdentitySource tls = _options.Tls ?? Keep(TlsIdentitySource.Of(identity));
        CheckPeer check = RegistryPeers.Check(source, _options.RegistryStaleAfter, Time);
        TlsPolicy policy = new(tls, check, Time);
        Listen(new TlsPolicy(tls, check, Time) { Accepts = [Role.Sensor], Profile = _options.SensorTls });
        _intake = new SensorIntake(_listeners, _inbox, _steady, _logger);
        AlarmWatch alarms = await AlarmWatch.LoadAsync(Store, _log.Log, _options.AlarmRules, cancellation).ConfigureAwait(false);
        _loop = Keep(new GatewayLoop(_options, parts, _inbox, _log, source, gate, alarms, _intake, _buffer, _counts, () => _forwarder, _steady, state.LastAt, _logger));
        _eraser = Keep(new Eraser(
            Store,
            () => source.Current,
            Time,
            (log, count) => _logger.LogWarning("{Count} entries of {Log} were erased by order of the authority", count, log),
            trouble => _logger.LogError(trouble, "what the authority orders erased cannot be erased; it is tried again")));
        await _eraser.EraseAsync(cancellation).ConfigureAwait(false);
        _forwarder = Keep(new Forwarder(_options, parts, _log, _loop, _buffer, source, policy, _steady, _logger));
        source.Moved += () =>
        {
            clock.Raise(Milliseconds.ToTime(source.SignedAt));
            _inbox.Wake();
            _eraser.Wake();
            _intake.Recheck(policy.Recheck);
            _forwarder.Recheck();
        };
        parts.Attach?.Invoke(this);
    }

    private async Task<FollowedRegistry> OpenRegistryAsync(TimeProvider time, CancellationToken cancellation)
    {
        SqliteLogStore store = Keep(SqliteLogStore.Open(Path.Combine(_options.DataFolder, "registry.db")));
        return Keep(await FollowedRegistry.OpenAsync(store, _options.Identity, time, cancellation).ConfigureAwait(false));
    }

    private void Listen(TlsPolicy policy)
    {
        SensorListenerOptions options = new() { IdleTime = _options.SensorIdle, Time = Time, Logger = _logger, Refused = (cause, _) => _counts.Refuse(cause.Reason) };
        foreach (HostPort address in _options.SensorListeners)
        {
            _listeners.Add(Keep(SensorListener.Tls(address, policy, options)));
        }

        foreach (string path in _options.PlaintextSockets)
        {
            _logger.LogWarning("sensors may connect in plaintext at {Path}", path);
            _listeners.Add(Keep(SensorListener.PlaintextUnix(path, options)));
        }
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    // What others have signed says what time it is at least; the own log's clock says no more than that it may not go back: it
    // may have been wrong, and certificates are not judged by it.
    private async Task<(ulong Heard, ulong Last)> LastSeenAsync(string name, IRegistrySource source, CancellationToken cancellation)
    {
        ulong heard = Math.Max(source.Current.LastAt, source.SignedAt);
        ulong last = 0;
        foreach (LogId log in (await Store.Logs(cancellation).ConfigureAwait(false)).Where(log => log.Name == name))
        {
            if (await Store.State(log, cancellation).ConfigureAwait(false) is { } state)
            {
                last = Math.Max(last, Math.Max(state.LastAt, (state.Head?.Head.Claims.Seconds ?? 0) * 1000));
                heard = state.Head is { } head ? head.Countersignatures.Aggregate(heard, (latest, one) => Math.Max(latest, one.Seconds * 1000)) : heard;
            }
        }

        return (heard, last);
    }

    private T Keep<T>(T opened)
        where T : class
    {
        _opened.Push(opened);
        return opened;
    }
}
