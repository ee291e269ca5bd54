namespace Sealway.Gateway;

using Microsoft.Extensions.Logging;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// Brings the log to the cloud, and what the cloud says to the gateway. One append is under way at a time; what arrives
/// meanwhile gathers. It goes on from where the cloud says it is, and only that answer acknowledges; after every new
/// connection, and when an answer stays out, it asks. Messages are taken on the connection's side; sending has a loop of
/// its own, so that neither waits for the other.
/// </summary>
internal sealed class Forwarder : ISending, IDisposable
{
    // What a cloud that takes nothing is spared: each time without progress the wait doubles, up to this many times the answer time.
    private const int LongestPatience = 32;

    // One older head may be told of for its countersignatures' sake, with the newest after it; two in a row say where the cloud is.
    private const int OlderWordsOfALoss = 2;

    private static readonly TimeSpan _shortestLook = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan _longestLook = TimeSpan.FromSeconds(15);

    private readonly GatewayOptions _options;
    private readonly OwnLog _log;
    private readonly GatewayLoop _loop;
    private readonly Buffer _buffer;
    private readonly IRegistrySource _registry;
    private readonly FollowedRegistry? _followed;
    private readonly ICommandReceiver? _commands;
    private readonly GatewayConnection _connection;
    private readonly ArchiveWatch _archive;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly ITimer _timer;
    private readonly Lock _lock = new();

    // All below under the lock.
    private Held? _held;
    private InFlight? _inFlight;
    private ulong? _askedAt;
    private bool _askHead;
    private bool _askRegistry;
    private ulong _registryDue;
    private int _patience = 1;
    private bool _operatorAsks;
    private ReadOnlyMemory<byte> _sentHead;
    private (ulong Size, TaskCompletionSource Done)? _awaited;
    private ulong _countersignedByCloud;
    private ulong _countersignedByArchive;
    private bool _cloudWentBack;
    private long _cloudLosses;
    private int _olderWords;
    private ulong? _pausedAt;
    private bool _settling;
    private bool _settled;

    internal Forwarder(
        GatewayOptions options, GatewayParts parts, OwnLog log, GatewayLoop loop, Buffer buffer, IRegistrySource registry, TlsPolicy policy, TimeProvider time, ILogger logger)
    {
        _options = options;
        _log = log;
        _loop = loop;
        _buffer = buffer;
        _registry = registry;
        _followed = registry as FollowedRegistry;
        _commands = parts.Commands;
        _archive = new ArchiveWatch(options.ArchiveLateAfter);
        _time = time;
        _logger = logger;
        _operatorAsks = options.NewGeneration;
        _timer = time.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _connection = new GatewayConnection(new GatewayConnectionOptions
        {
            Cloud = options.Cloud,
            CloudName = options.CloudName,
            Policy = policy,
            Message = ReceiveAsync,
            Connected = _ => Connected(),
            Disconnected = _ => Disconnected(),
            LongestBackoff = options.ReconnectWithin,
            Logger = logger,
        });
    }

    private sealed record InFlight(LogId Log, ulong From, ulong To, ulong SentAt);

    internal bool IsConnected => _connection.IsConnected;

    /// <summary>The size that the cloud said it holds of the current generation.</summary>
    internal ulong Held
    {
        get
        {
            lock (_lock)
            {
                return _held?.Size ?? _buffer.Held;
            }
        }
    }

    /// <summary>The largest sizes countersigned, as far as seen since the start.</summary>
    internal (ulong Cloud, ulong Archive) Countersigned
    {
        get
        {
            lock (_lock)
            {
                return (_countersignedByCloud, _countersignedByArchive);
            }
        }
    }

    /// <summary>Whether the cloud holds less of the log than it, or the archive, is known to have held.</summary>
    internal bool CloudWentBack
    {
        get
        {
            lock (_lock)
            {
                return _cloudWentBack;
            }
        }
    }

    /// <summary>Whether the archive's countersignature stays out, and how long it has been waited for, in milliseconds.</summary>
    internal (bool IsLate, ulong Waited) Archive => (_archive.IsLate, _archive.Waited(Milliseconds.Now(_time)));

    /// <summary>How often the cloud had lost what it had acknowledged.</summary>
    internal long CloudLosses => Interlocked.Read(ref _cloudLosses);

    /// <summary>Connects and forwards until cancelled.</summary>
    internal async Task RunAsync(CancellationToken cancellation)
    {
        Task connection = _connection.RunAsync(cancellation);
        Task sending = SendAsync(cancellation);
        Task watching = WatchArchiveAsync(cancellation);
        await Task.WhenAny(connection, sending, watching).Unwrap().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public bool IsSettled()
    {
        ulong now = Milliseconds.Now(_time);
        lock (_lock)
        {
            _pausedAt ??= now;
            if (!IsConnected || _settled || now >= _pausedAt + Milliseconds.Of(_options.AnswerTime))
            {
                return true;
            }

            _askHead |= !_settling;
            _settling = true;
        }

        Wake();
        return false;
    }

    /// <inheritdoc/>
    public void GoOn(bool begun)
    {
        lock (_lock)
        {
            _pausedAt = null;
            (_settling, _settled) = (false, false);
            if (begun)
            {
                BeginAnew();
                _held = IsConnected && _log.Signs ? _held : null;
                _askHead |= _held is null;
            }
        }

        Wake();
    }

    /// <inheritdoc/>
    public void Wake()
    {
        if (_wake.CurrentCount > 0)
        {
            return;
        }

        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else woke it at this moment.
        }
        catch (ObjectDisposedException)
        {
            // A timer's last call.
        }
    }

    /// <summary>The registry has moved: the cloud's key may have been withdrawn.</summary>
    internal void Recheck() => _connection.Recheck();

    /// <summary>Waits until the cloud holds everything; at once where nothing can be sent.</summary>
    /// <returns>Whether it does.</returns>
    internal async Task<bool> DrainAsync(CancellationToken cancellation)
    {
        TaskCompletionSource done;
        lock (_lock)
        {
            if (Held >= _log.Size)
            {
                return true;
            }

            if (!IsConnected || !_log.Signs)
            {
                return false;
            }

            done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited = (_log.Size, done);
        }

        Wake();
        try
        {
            await done.Task.WaitAsync(_options.StopTime, _time, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        _connection.Dispose();
        _wake.Dispose();
    }

    private void Connected()
    {
        lock (_lock)
        {
            _held = null;
            _inFlight = null;
            _sentHead = default;
            _askHead = true;
            _askRegistry = true;
            _patience = 1;
        }

        Wake();
    }

    private void Disconnected()
    {
        lock (_lock)
        {
            _held = null;
            _inFlight = null;
            _askedAt = null;
            if (_settling)
            {
                _loop.Look();
            }
        }
    }

    private async ValueTask ReceiveAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        try
        {
            FollowMessage message = FollowMessage.FromUntrusted(payload);
            switch (message)
            {
                case Held held when held.Log.Name == _log.Log.Name:
                    await HeldAsync(held, cancellation).ConfigureAwait(false);
                    break;

                case Append append when _followed is not null && append.Log == _followed.Log:
                    await RegistryAsync(_followed, append, cancellation).ConfigureAwait(false);
                    break;

                case News news when _followed is not null && news.Log == _followed.Log:
                    AskRegistry(news.Size > _registry.Current.Size);
                    break;

                case CommandSlot slot when _commands is not null && slot.Log.Name == _log.Log.Name:
                    await _commands.ReceiveAsync(slot, cancellation).ConfigureAwait(false);
                    break;

                case Held held when _followed is not null && held.Log == _followed.Log:
                    break;

                case News when _followed is null:
                    // Of the registry, which is written here.
                    break;

                default:
                    throw new MessageException(Refusal.WrongLog, "message of the cloud");
            }
        }
        catch (MessageException refused)
        {
            // An app that does not know this gateway's key yet seals its first, empty slots to nobody: nothing to worry about.
            _logger.Log(refused.Reason == Refusal.SealBroken ? LogLevel.Debug : LogLevel.Warning, "refused a message of the cloud: {Refused}", refused.Message);
        }
        catch (LogStoreFullException full)
        {
            // What the cloud said is asked for again.
            _logger.LogDebug("not taken from the cloud: {Cause}", full.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The writer loop has stopped; what was said is said again after the next start.
        }
    }

    private async Task HeldAsync(Held held, CancellationToken cancellation)
    {
        bool ownKey = held.Head is null || _log.IsOwn(held.Head);
        bool extends = true;
        if (held.Log == _log.Log && ownKey)
        {
            HeldOutcome outcome = await _log.Writer.ReceiveAsync(held, _registry.Current.WitnessOf, cancellation).ConfigureAwait(false);
            extends = outcome.Extends;
            if (extends)
            {
                await AcknowledgedAsync(held, outcome.Accepted, cancellation).ConfigureAwait(false);
            }
        }

        PreviousGeneration disk = await _log.StateAsync(cancellation).ConfigureAwait(false);
        GenerationDecision decision = SigningRule.Decide(disk, _log.Signs, held, ownKey, extends, _operatorAsks);
        if (decision.Step != GenerationStep.Stay)
        {
            await _loop.ChangeAsync(decision, cancellation).ConfigureAwait(false);
            if (decision.Step == GenerationStep.BeginNext)
            {
                lock (_lock)
                {
                    _operatorAsks = false;
                    BeginAnew();
                }
            }
        }

        Wake();
    }

    // Nobody has anything of the new generation yet. Under the lock.
    private void BeginAnew()
    {
        _buffer.Restart();
        _held = new Held(_log.Log, 0, null, []);
        _archive.Restart();
        _inFlight = null;
        _askedAt = null;
        _cloudWentBack = false;
        (_countersignedByCloud, _countersignedByArchive) = (0, 0);
    }

    private async Task AcknowledgedAsync(Held held, IReadOnlyList<Countersignature> accepted, CancellationToken cancellation)
    {
        if (Acknowledge(held, accepted))
        {
            await _buffer.FreeAsync(held.Log, _registry.Current, cancellation).ConfigureAwait(false);
        }
    }

    /// <returns>Whether the archive has countersigned.</returns>
    private bool Acknowledge(Held held, IReadOnlyList<Countersignature> accepted)
    {
        bool archived = accepted.Any(one => RoleOf(one.Kid) == Role.Archive);
        lock (_lock)
        {
            if (held.Log != _log.Log)
            {
                // Another generation has begun meanwhile.
                return archived;
            }

            _countersignedByCloud = accepted.Any(one => RoleOf(one.Kid) == Role.Cloud) ? Math.Max(_countersignedByCloud, held.Size) : _countersignedByCloud;
            _countersignedByArchive = archived ? Math.Max(_countersignedByArchive, held.Size) : _countersignedByArchive;
            bool older = _askedAt is null && _held is { } known && known.Log == held.Log && IsOlder(held, known);
            _olderWords = older ? _olderWords + 1 : 0;
            if (older && _olderWords < OlderWordsOfALoss)
            {
                // Word of an older head, for its countersignatures: it does not say where the cloud is, and the newest follows it. If the cloud has
                // gone back, it says so again, or the next append is not taken, and it is asked.
                return archived;
            }

            SeeWhetherItWentBack(held);
            if (held.Size > (_held?.Size ?? 0))
            {
                _patience = 1;
            }

            // Where it is neither where the append began nor where it ended, the cloud is elsewhere than was thought.
            if (_inFlight is { } sent && (held.Size >= sent.To || held.Size != sent.From))
            {
                _inFlight = null;
            }

            _held = held;
            _askedAt = null;
            if (_settling)
            {
                _settled = true;
                _loop.Look();
            }

            _buffer.Held = Math.Max(_buffer.Held, held.Size);
            if (_awaited is { } awaited && held.Size >= awaited.Size)
            {
                awaited.Done.TrySetResult();
            }
        }

        return archived;
    }

    private void SeeWhetherItWentBack(Held held)
    {
        bool wentBack = held.Size < _buffer.Held;
        if (wentBack && !_cloudWentBack)
        {
            Interlocked.Increment(ref _cloudLosses);
            _logger.LogError(
                "the cloud shows {Size} entries of {Log} and was known to hold {Known}: it has lost them, or shows an old state; what is still here is sent again", held.Size, held.Log, _buffer.Held);
        }

        _cloudWentBack = wentBack;
    }

    private static bool IsOlder(Held held, Held known) =>
        held.Size < known.Size || (held.Size == known.Size && held.Head is { } head && known.Head is { } newest && head.Claims.Seconds < newest.Claims.Seconds);

    /// <summary>Looks now and then whether the archive's countersignatures come, where the fleet has an archive.</summary>
    private async Task WatchArchiveAsync(CancellationToken cancellation)
    {
        TimeSpan every = TimeSpan.FromTicks(Math.Clamp(_options.ArchiveLateAfter.Ticks / 5, _shortestLook.Ticks, _longestLook.Ticks));
        using PeriodicTimer timer = new(every, _time);
        while (await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false))
        {
            RegistryView registry = _registry.Current;
            if (!registry.Parties.Any(party => party.Role == Role.Archive && registry.WithdrawalOf(party.Kid) is null))
            {
                _archive.Restart();
                continue;
            }

            ulong archived = Countersigned.Archive;
            if (_archive.Look(_log.Size, archived, Milliseconds.Now(_time)))
            {
                if (_archive.IsLate)
                {
                    _logger.LogError("no archive has countersigned {Log} beyond {Archived} of {Size} entries for {Seconds} s: it is down, or the cloud keeps the log from it, or its countersignatures from here", _log.Log, archived, _log.Size, _options.ArchiveLateAfter.TotalSeconds);
                }
                else
                {
                    _logger.LogInformation("the archive countersigns {Log} again", _log.Log);
                }
            }
        }
    }

    private async Task RegistryAsync(FollowedRegistry registry, Append append, CancellationToken cancellation)
    {
        ulong before = registry.Current.Size;
        Followed followed = await registry.AcceptAsync(append, cancellation).ConfigureAwait(false);
        if (followed.Refused != Refusal.None)
        {
            _logger.LogWarning("refused entries of the registry: {Refused}", followed.Refused);
        }

        // There may be more than one message holds.
        AskRegistry(registry.Current.Size > before);
    }

    private void AskRegistry(bool ask)
    {
        if (ask)
        {
            lock (_lock)
            {
                _askRegistry = true;
            }

            Wake();
        }
    }

    private async Task SendAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await _wake.WaitAsync(cancellation).ConfigureAwait(false);
            try
            {
                if (_connection.IsConnected)
                {
                    await SendWhatIsDueAsync(cancellation).ConfigureAwait(false);
                }
            }
            catch (LinkException e)
            {
                // The connection tells when it is back, and everything begins anew.
                _logger.LogDebug("not sent: {Cause}", e.Message);
            }
            catch (LogStoreFullException e)
            {
                // A head is on disk before it is sent.
                _logger.LogDebug("not signed, not sent: {Cause}", e.Message);
                await Task.Delay(GatewayLoop.RoomAgain, _time, cancellation).ConfigureAwait(false);
                Wake();
            }
        }
    }

    private async Task SendWhatIsDueAsync(CancellationToken cancellation)
    {
        ulong now = Milliseconds.Now(_time);
        bool askHead;
        bool askRegistry;
        Held? held;
        lock (_lock)
        {
            ulong wait = Milliseconds.Of(_options.AnswerTime) * (ulong)_patience;
            if (now >= (_inFlight?.SentAt ?? _askedAt ?? now) + wait)
            {
                // No answer, or one that says that nothing was taken: where is it really?
                _patience = Math.Min(LongestPatience, _patience * 2);
                _inFlight = null;
                _askHead = true;
                _sentHead = default;
            }

            askHead = _askHead;
            _askHead = false;
            _askedAt = askHead ? now : _askedAt;
            askRegistry = _followed is not null && (_askRegistry || now >= _registryDue);
            if (askRegistry)
            {
                _askRegistry = false;
                _registryDue = now + Milliseconds.Of(_options.RegistryEvery);
            }

            // Until it has said where it is, nothing more is sent to it.
            held = askHead || _askedAt is not null || _inFlight is not null || _pausedAt is not null ? null : _held;
        }

        if (askRegistry)
        {
            await _connection.SendAsync(_followed!.Next.ToArray(), cancellation).ConfigureAwait(false);
        }

        if (askHead)
        {
            await _connection.SendAsync(new HeadRequest(_log.Log).ToArray(), cancellation).ConfigureAwait(false);
        }

        if (held is not null && _log.Signs)
        {
            await SendNextAsync(held, now, cancellation).ConfigureAwait(false);
        }

        SetTimer();
    }

    private async Task SendNextAsync(Held held, ulong now, CancellationToken cancellation)
    {
        Append? next = await _log.Writer.NextAppendAsync(held.Size, cancellation).ConfigureAwait(false);
        if (next is null || next.Log != held.Log)
        {
            return;
        }

        ReadOnlyMemory<byte> head = next.Head.Bytes;
        lock (_lock)
        {
            bool isNews = next.Entries.Count > 0 || !(Same(head, _sentHead) || (held.Head is { } known && Same(head, known.Bytes)));
            if (!ReferenceEquals(held, _held) || !isNews || _pausedAt is not null)
            {
                return;
            }

            _inFlight = next.Entries.Count > 0 ? new InFlight(next.Log, next.From, next.Head.Claims.Size, now) : null;
            _sentHead = head;
        }

        await _connection.SendAsync(next.ToArray(), cancellation).ConfigureAwait(false);
    }

    private void SetTimer()
    {
        ulong due;
        lock (_lock)
        {
            ulong answer = _inFlight?.SentAt ?? _askedAt ?? ulong.MaxValue;
            due = Math.Min(
                answer == ulong.MaxValue ? answer : answer + (Milliseconds.Of(_options.AnswerTime) * (ulong)_patience),
                _followed is null ? ulong.MaxValue : _registryDue);
        }

        if (due == ulong.MaxValue)
        {
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        ulong now = Milliseconds.Now(_time);
        _timer.Change(TimeSpan.FromMilliseconds(due > now ? due - now : 1), Timeout.InfiniteTimeSpan);
    }

    private Role? RoleOf(Kid kid) => _registry.Current.Find(kid)?.Role;

    private static bool Same(ReadOnlyMemory<byte> left, ReadOnlyMemory<byte> right) => left.Span.SequenceEqual(right.Span);
}
