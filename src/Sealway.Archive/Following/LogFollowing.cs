namespace Sealway.Archive;

using Microsoft.Extensions.Logging;
using Sealway.Links;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// Follows one gateway's log through the cloud, generation after generation: asks for what is not held, stores and
/// countersigns it in one step, brings the countersignature, and asks again; where there is nothing new the cloud keeps
/// the request until there is. Nothing that the cloud says is believed beyond what the writer has signed.
/// </summary>
internal sealed class LogFollowing
{
    /// <summary>How often a head that signs nothing new is stored and countersigned: it narrows the time of the entries before.</summary>
    public static readonly TimeSpan KeepHeadsEvery = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(250);

    // The registry may bring the writer's new key a little later than the log brings its head.
    private const int PatienceWithKeys = 5;

    // The log may grow between the cloud's look at its entries and at its head; not again and again.
    private const int PatienceWithEntries = 3;

    private readonly string _name;
    private readonly int _place;
    private readonly ILogStore _store;
    private readonly Follower _follower;
    private readonly CloudLink _cloud;
    private readonly FollowerKeys _keys;
    private readonly ArchiveOptions _options;
    private readonly FollowEvents _events;
    private readonly Countersigned _countersigned;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private int _unknownKeys;
    private int _notGiven;
    private bool _hasBegun;

    public LogFollowing(string name, int place, ILogStore store, Follower follower, FollowerKeys keys, CloudLink cloud, ArchiveOptions options, FollowEvents events, TimeProvider time, ILogger logger)
    {
        _name = name;
        _place = place;
        _store = store;
        _follower = follower;
        _cloud = cloud;
        _keys = keys;
        _options = options;
        _events = events;
        _countersigned = new Countersigned(store, cloud, place, options.Identity.Kid);
        _time = time;
        _logger = logger;
    }

    /// <summary>What the disk said when last something was to be stored; null while it stores.</summary>
    public string? DiskTrouble { get; private set; }

    /// <summary>Follows until told to stop; goes on after every trouble of the link or the disk.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        LogId[] held = [.. (await _store.Logs(stop).ConfigureAwait(false)).Where(held => held.Name == _name)];
        LogId log = held.LastOrDefault(new LogId(_name, 0));
        _hasBegun = held.Length > 0 || !_options.FromNow;
        Backoff backoff = new();
        string? told = null;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await _countersigned.DeliverAsync(log, stop).ConfigureAwait(false);
                log = await StepAsync(log, stop).ConfigureAwait(false);
                backoff.Reset();
                told = null;
                DiskTrouble = null;
            }
            catch (Exception trouble) when (trouble is LinkException or MessageException or IOException or LogStoreConflictException)
            {
                TimeSpan wait = backoff.Next();
                DiskTrouble = trouble is IOException ? trouble.Message : null;
                if (told != trouble.Message)
                {
                    told = trouble.Message;
                    _logger.LogWarning("{Log} cannot be followed: {Reason}; again in {Seconds} s", log, trouble.Message, Math.Round(wait.TotalSeconds, 1));
                }

                await Task.Delay(wait, _time, stop).ConfigureAwait(false);
            }
        }
    }

    /// <summary>A cloud that answers at once that there is nothing new, instead of waiting for it, is not asked without a pause.</summary>
    internal static Task PaceAsync(TimeProvider time, long asked, CancellationToken stop)
    {
        TimeSpan pause = LeastPause - time.GetElapsedTime(asked);
        return pause > TimeSpan.Zero ? Task.Delay(pause, time, stop) : Task.CompletedTask;
    }

    private async Task<LogId> StepAsync(LogId log, CancellationToken stop)
    {
        if (!_hasBegun)
        {
            return await BeginAsync(log, stop).ConfigureAwait(false);
        }

        LogState? state = await _store.State(log, stop).ConfigureAwait(false);
        ulong size = state?.Size ?? 0;
        long asked = _time.GetTimestamp();
        FollowMessage answer = await _cloud.AskAsync(_place, new EntriesRequest(log, size, Limits.LargestNumber), _options.Poll, stop).ConfigureAwait(false);
        switch (answer)
        {
            case Append append when append.Log == log:
                await AcceptAsync(append, size, stop).ConfigureAwait(false);
                return log;
            case Held held when held.Log.Name == _name && held.Log.Generation > log.Generation:
                // Each generation is followed to its end before the next; that there is one, the writer's signature says.
                RequireSigned(held.Head ?? throw new LinkException(LinkRefusal.WrongProtocol, "the cloud names a generation without a head"), held.Log);
                if (log.Next.Generation >= Limits.Generations)
                {
                    Refused(held.Log, Refusal.TooManyGenerations);
                    throw new MessageException(Refusal.TooManyGenerations, "the log has begun more generations than a log may have, and is followed no further");
                }

                return log.Next;
            case Held held when held.Log == log:
                await HearAsync(held, state, stop).ConfigureAwait(false);
                await PaceAsync(_time, asked, stop).ConfigureAwait(false);
                return log;
            default:
                throw new LinkException(LinkRefusal.WrongProtocol, $"the cloud answers with something else than what was asked of {log}");
        }
    }

    /// <summary>Begins where the log stands now. What the cloud gives for that is believed as far as the writer has signed it: a frontier that does not lead to the head is not taken.</summary>
    private async Task<LogId> BeginAsync(LogId log, CancellationToken stop)
    {
        switch (await _cloud.AskAsync(_place, new StartRequest(log), TimeSpan.Zero, stop).ConfigureAwait(false))
        {
            case Start start when start.Log.Name == _name:
                try
                {
                    Followed followed = await _follower.StartAsync(start, stop).ConfigureAwait(false);
                    _events.Desk.ForgedCountersignatures(start.Log, followed.ForgedCountersignatures);
                }
                catch (MessageException refusal)
                {
                    Refused(start.Log, refusal.Reason);
                    throw new MessageException(refusal.Reason, "where the log stands, as the cloud says, is not taken");
                }

                _unknownKeys = 0;
                _hasBegun = true;
                _events.Started(start.Head);
                return start.Log;
            case Held { Size: 0 } held when held.Log.Name == _name:
                // There is nothing yet: then from its beginning.
                _hasBegun = true;
                return log;
            default:
                throw new LinkException(LinkRefusal.WrongProtocol, $"the cloud answers with something else than where {log} stands");
        }
    }

    private async Task AcceptAsync(Append append, ulong size, CancellationToken stop)
    {
        Followed followed = await _follower.AcceptAsync(append, _options.AcceptBlanks, stop).ConfigureAwait(false);
        _events.Desk.ForgedCountersignatures(append.Log, followed.ForgedCountersignatures);
        if (followed.To > followed.From)
        {
            _unknownKeys = 0;
            _notGiven = 0;
            _events.Stored(append, followed.From);
            _events.Heard(append.Log, append.Head);
            return;
        }

        if (followed.Fork is { } fork)
        {
            _events.Desk.Fork(fork);
        }
        else if (followed.Refused == Refusal.RootMismatch && size > 0)
        {
            await ProveForkAsync(append.Log, size, stop).ConfigureAwait(false);
        }

        if (followed.Refused != Refusal.None)
        {
            Refused(append.Log, followed.Refused);
            throw new MessageException(followed.Refused, "what the cloud gives is not taken");
        }
    }

    private void Refused(LogId log, Refusal reason)
    {
        if (reason != Refusal.UnknownKey || ++_unknownKeys > PatienceWithKeys)
        {
            _events.Desk.Refused(log, reason);
        }
    }

    /// <summary>Asks again from further and further back: if the log was forked, an append that begins where both agree proves it.</summary>
    private async Task ProveForkAsync(LogId log, ulong size, CancellationToken stop)
    {
        // What lies before the start is not held and proves nothing.
        ulong start = (await _store.State(log, stop).ConfigureAwait(false))?.Start ?? 0;
        for (ulong back = Limits.AppendEntries; ; back *= 4)
        {
            ulong from = size - start > back ? size - back : start;
            for (ulong at = from; at < size;)
            {
                FollowMessage answer = await _cloud.AskAsync(_place, new EntriesRequest(log, at, Limits.LargestNumber), TimeSpan.Zero, stop).ConfigureAwait(false);
                if (answer is not Append { Entries.Count: > 0 } append || append.Log != log || append.From != at)
                {
                    return;
                }

                Followed followed = await _follower.AcceptAsync(append, _options.AcceptBlanks, stop).ConfigureAwait(false);
                if (followed.Fork is { } fork)
                {
                    _events.Desk.Fork(fork);
                    return;
                }

                if (followed.Refused != Refusal.None)
                {
                    break;
                }

                at = append.Head.Claims.Size;
            }

            if (from == start)
            {
                return;
            }
        }
    }

    /// <summary>The cloud has no more entries: its newest head is a sign of life, or contradicts what is held.</summary>
    private async Task HearAsync(Held held, LogState? state, CancellationToken stop)
    {
        if (held.Head is not { } head)
        {
            return;
        }

        RequireSigned(head, held.Log);
        if (head.Claims.Size > (state?.Size ?? 0))
        {
            if (++_notGiven >= PatienceWithEntries)
            {
                _events.Desk.NotGiven(held.Log, head.Claims.Size);
            }

            throw new LinkException(LinkRefusal.WrongProtocol, $"the cloud holds {head.Claims.Size} entries of {held.Log} and does not give them");
        }

        _notGiven = 0;
        if (IsKnown(head, state))
        {
            _events.Heard(held.Log, head);
            return;
        }

        Followed followed = await _follower.AcceptAsync(new Append(held.Log, head.Claims.Size, [], head, held.Countersignatures), allowBlanks: false, stop).ConfigureAwait(false);
        if (followed.Fork is { } fork)
        {
            _events.Desk.Fork(fork);
            throw new MessageException(Refusal.Fork, "the cloud's head");
        }

        _events.Desk.ForgedCountersignatures(held.Log, followed.ForgedCountersignatures);
        if (followed.Refused == Refusal.None)
        {
            _events.Heard(held.Log, head);
        }
    }

    private void RequireSigned(Head head, LogId log) =>
        head.Verify(_keys.Writer(log, head.Claims.Kid) ?? throw new MessageException(Refusal.UnknownKey, "head"));

    /// <summary>Whether a head says nothing that is worth keeping: of the same tree as the newest that is held, and not much later.</summary>
    private static bool IsKnown(Head head, LogState? state) => state?.Head is { } newest
        && newest.Size == head.Claims.Size
        && newest.Head.Root.Span.SequenceEqual(head.Root.Span)
        && head.Claims.Seconds < newest.Head.Claims.Seconds + (ulong)KeepHeadsEvery.TotalSeconds;
}
