namespace Sealway.App;

using Microsoft.Extensions.Logging;
using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>Follows the home's log and its registry through the cloud, one step at a time: asks, takes, reads, countersigns. For one loop only.</summary>
internal sealed class HomeFollowing
{
    // So often in a row the cloud has what it does not give; once it may only have grown meanwhile.
    private const int KeptBack = 2;

    private readonly AppOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ILogStore _store;
    private readonly RegistryFollower _registry;
    private readonly Follower _follower;
    private readonly CloudLink _cloud;
    private readonly CommandQueue _commands;
    private readonly HomeReading _reading;
    private readonly HomeStanding _standing;
    private readonly Eraser _eraser;
    private readonly HomeRekeying _rekeying;
    private LogId _log;
    private ulong? _askFrom;
    private long? _registryAsked;
    private EpochId? _epochAsked;
    private long _witnessAsked;
    private ulong _delivered;
    private int _kept;

    public HomeFollowing(
        AppOptions options, ILogStore store, RegistryFollower registry, Follower follower, CloudLink cloud, CommandQueue commands, HomeReading reading, HomeStanding standing,
        Eraser eraser, HomeRekeying rekeying, TimeProvider time, ILogger logger)
    {
        _options = options;
        _store = store;
        _registry = registry;
        _follower = follower;
        _cloud = cloud;
        _commands = commands;
        _reading = reading;
        _standing = standing;
        _eraser = eraser;
        _rekeying = rekeying;
        _time = time;
        _logger = logger;
        _log = options.Home.Log;
        _witnessAsked = time.GetTimestamp();
    }

    /// <summary>Raised after something new was read.</summary>
    public event Action? Changed;

    /// <summary>Reads what the store holds; asks nobody.</summary>
    public async Task OpenAsync(CancellationToken stop)
    {
        await _eraser.EraseAsync(stop).ConfigureAwait(false);
        await RereadAsync(stop).ConfigureAwait(false);
    }

    /// <summary>One step: the registry where it is due, then the log's next entries, or whose countersignatures it has.</summary>
    /// <exception cref="Links.LinkException">The cloud cannot be reached.</exception>
    /// <exception cref="MessageException">What the cloud gives is not taken.</exception>
    public async Task StepAsync(CancellationToken stop)
    {
        await _rekeying.StepAsync(_log, stop).ConfigureAwait(false);
        if (_registryAsked is not { } asked || _rekeying.NeedsRegistry || _time.GetElapsedTime(asked) >= _options.RegistryEvery || EpochKnowsMore())
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
            await FetchTailAsync(state, stop).ConfigureAwait(false);

            // Up to what is held: the cloud says at once who else holds it.
            _witnessAsked = _time.GetTimestamp();
            answer = await FetchAsync(new EntriesRequest(_log, size, size), state, TimeSpan.Zero, stop).ConfigureAwait(false);
        }
        else
        {
            answer = await FetchAsync(new EntriesRequest(_log, from, Limits.LargestNumber), state, _options.Wait, stop).ConfigureAwait(false);
        }

        _standing.Reached();
        switch (answer)
        {
            case Append append when append.Log == _log:
                await AcceptAsync(append, stop).ConfigureAwait(false);
                break;

            case Held held when held.Log.Name == _log.Name:
                await HearAsync(held, size, witnesses, stop).ConfigureAwait(false);
                break;

            case null:
                break;

            default:
                throw new MessageException(Refusal.WrongLog, "the cloud's answer");
        }
    }

    private async Task<FollowMessage?> FetchAsync(EntriesRequest request, LogState? state, TimeSpan wait, CancellationToken stop)
    {
        QueuedCommand? command = Gateway() is not null && state?.Head is { } head
            ? _commands.Next(_log, head.Size, head.Head.Root, Now())
            : null;
        try
        {
            return await _cloud.FetchAsync(request, _log, Gateway(), command?.Signed, wait, stop).ConfigureAwait(false);
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
        if (_reading.LatestEpoch is not { } epoch || epoch.RegistrySize <= _registry.Current.Size || epoch.Id == _epochAsked)
        {
            return false;
        }

        _epochAsked = epoch.Id;
        return true;
    }

    private async Task FollowRegistryAsync(CancellationToken stop)
    {
        _registryAsked = _time.GetTimestamp();
        while (true)
        {
            LogState? home = await _store.State(_log, stop).ConfigureAwait(false);
            ulong before = _registry.Current.Size;
            FollowMessage? answer = await FetchAsync(_registry.Next, home, TimeSpan.Zero, stop).ConfigureAwait(false);
            _standing.Reached();
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
                _standing.SeeRemoval();
                await JudgeAnewAsync(await _eraser.EraseAsync(stop).ConfigureAwait(false) > 0, stop).ConfigureAwait(false);
                return;
            }
        }
    }

    // What was erased is forgotten here too: all that is known is made again from what is left.
    private async Task JudgeAnewAsync(bool erased, CancellationToken stop)
    {
        if (erased || _reading.IsOutdated)
        {
            await RereadAsync(stop).ConfigureAwait(false);
            await _reading.ReadHeldAsync(_log, decide: false, stop).ConfigureAwait(false);
            Changed?.Invoke();
        }
    }

    private async Task AcceptAsync(Append append, CancellationToken stop)
    {
        Followed followed = await _follower.AcceptAsync(append, allowBlanks: false, stop).ConfigureAwait(false);
        switch (followed.Refused)
        {
            case Refusal.None:
                break;

            case Refusal.NotNext:
                return;

            case Refusal.Fork:
                _logger.LogError("the log {Log} is forked: two histories under one key; the evidence is kept", append.Log);
                await _standing.LookAsync(_log, stop).ConfigureAwait(false);
                throw new MessageException(Refusal.Fork, "the home's log");

            case Refusal.RootMismatch when append.From > 0:
                // Asked again from the beginning of what is held nearby: if the log was forked, that proves it.
                _askFrom = append.From > Limits.AppendEntries / 2 ? append.From - (Limits.AppendEntries / 2) : 0;
                throw new MessageException(followed.Refused, "the home's log");

            case Refusal.UnexpectedBlank:
                IsBlanked(append.Log);
                throw new MessageException(followed.Refused, "the home's log");

            case Refusal.UnknownKey:
                await FollowRegistryAsync(stop).ConfigureAwait(false);
                throw new MessageException(followed.Refused, "the home's log");

            default:
                throw new MessageException(followed.Refused, "the home's log");
        }

        if (_kept >= KeptBack && followed.To > followed.From)
        {
            _standing.Withheld(null);
        }

        _kept = followed.To > followed.From ? 0 : _kept;
        await ReadAsync(stop).ConfigureAwait(false);
        await _standing.LookAsync(_log, stop).ConfigureAwait(false);
        await DeliverAsync(stop).ConfigureAwait(false);
    }

    // The end of a generation that was closed before the cloud gave it all: asked for until it is here.
    private async Task FetchTailAsync(LogState? state, CancellationToken stop)
    {
        if (_standing.Tail is not { } tail
            || await FetchAsync(tail, state, TimeSpan.Zero, stop).ConfigureAwait(false) is not Append { Entries.Count: > 0 } append
            || append.Log != tail.Log)
        {
            return;
        }

        Followed followed = await _follower.AcceptAsync(append, allowBlanks: false, stop).ConfigureAwait(false);
        if (followed.Refused == Refusal.UnexpectedBlank)
        {
            IsBlanked(append.Log);
        }

        if (followed.To > followed.From)
        {
            // What comes after it was read without it.
            await RereadAsync(stop).ConfigureAwait(false);
            await ReadAsync(stop).ConfigureAwait(false);
        }

        await _standing.LookAsync(_log, stop).ConfigureAwait(false);
    }

    // A member may read all of the home's log, and its slots are ciphertext to the cloud: nobody but the authority has a reason to keep an entry from it.
    private void IsBlanked(LogId log)
    {
        _kept = KeptBack;
        _standing.Withheld($"the cloud gives entries of {log} as their hash alone, and no order of the authority erases them");
    }

    private async Task HearAsync(Held held, ulong size, bool witnesses, CancellationToken stop)
    {
        if (held.Log.Generation > _log.Generation)
        {
            // Whoever relays the log cannot invent a generation: its head is the gateway's.
            Head latest = held.Head ?? throw new MessageException(Refusal.Malformed, "a generation without a head");
            latest.Verify(_registry.Current.WriterOf(held.Log, latest.Claims.Kid) ?? throw new MessageException(Refusal.UnknownKey, "a generation's head"));

            if (_log.Next.Generation >= Limits.Generations)
            {
                throw new MessageException(Refusal.TooManyGenerations, "the home's log has begun more generations than a log may have, and is followed no further");
            }

            _logger.LogError("the home's log has a new generation, {Log}; its first entry says why", _log.Next);

            // One after the other: what lies between is followed too.
            _log = _log.Next;
            _delivered = 0;
            return;
        }

        if (held.Log == _log && held.Head is { } more && held.Size > size && !witnesses)
        {
            // Once it may have grown between the look and the answer; then the cloud keeps it back.
            more.Verify(_registry.Current.WriterOf(held.Log, more.Claims.Kid) ?? throw new MessageException(Refusal.UnknownKey, "head"));
            if (++_kept >= KeptBack)
            {
                _standing.Withheld($"the cloud holds {held.Size} entries of {held.Log} and gives {size}");
                throw new MessageException(Refusal.NotNext, "the cloud does not give what it holds");
            }
        }
        else if (held.Log == _log && held.Head is { } head && held.Size <= size)
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
            ReadStep step = await _reading.ReadHeldAsync(_log, decide, stop).ConfigureAwait(false);
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
            }
            else
            {
                break;
            }
        }

        Changed?.Invoke();
    }

    private async Task RereadAsync(CancellationToken stop)
    {
        LogId? latest = await _reading.RereadAsync(stop).ConfigureAwait(false);
        _log = latest is { } log && log > _log ? log : _log;
        await _standing.LookAsync(_log, stop).ConfigureAwait(false);
        _standing.SeeRemoval();
    }

    private async Task DeliverAsync(CancellationToken stop)
    {
        if (await _store.LatestHead(_log, stop).ConfigureAwait(false) is { } head
            && head.Head.Claims.Seconds > _delivered
            && head.Countersignatures.FirstOrDefault(one => one.Kid == _options.Identity.Kid) is { } own)
        {
            await _cloud.CountersignAsync(new Append(_log, head.Size, [], head.Head, [own]), Gateway(), stop).ConfigureAwait(false);
            _delivered = head.Head.Claims.Seconds;
        }
    }

    private PublicKey? Gateway() => _registry.Current.FindByName(_options.Home.Gateway, Role.Gateway)?.Agreement;

    private ulong Now() => (ulong)Math.Max(0, _time.GetUtcNow().ToUnixTimeMilliseconds());
}
