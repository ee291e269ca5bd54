namespace Sealway.Cloud;

using Sealway.Fleet;
using Sealway.Links;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// Answers the follow protocol for one fleet, whatever link a message came on: takes appends from writers, keeps and
/// countersigns them, gives entries to followers, and relays command slots. What is acknowledged is on disk.
/// </summary>
internal sealed class FollowDesk : IDisposable
{
    // A head, its countersignatures, and a little around them.
    private const int HeldBytes = Limits.HeadBytes + (Limits.Countersignatures * (Limits.CountersignatureBytes + 3)) + 256;

    private readonly ILogStore _store;
    private readonly RegistryFollower _registry;
    private readonly Follower _logs;
    private readonly LogCatalog _catalog;
    private readonly Func<LogId, LogForm> _form;
    private readonly GrowthSignal _growth = new();
    private readonly IFollowEvents _events;
    private readonly TimeProvider _time;

    /// <summary>Begins with what is held.</summary>
    /// <param name="store">Where registry and logs are kept.</param>
    /// <param name="registry">Who is who.</param>
    /// <param name="catalog">Which logs are held.</param>
    /// <param name="form">Whether a log is open or sealed, as far as it was judged.</param>
    /// <param name="signer">The cloud's key, to countersign.</param>
    /// <param name="events">Who is told.</param>
    /// <param name="time">The clock.</param>
    public FollowDesk(ILogStore store, RegistryFollower registry, LogCatalog catalog, Func<LogId, LogForm> form, ISigner signer, IFollowEvents events, TimeProvider time)
    {
        _store = store;
        _registry = registry;
        _catalog = catalog;
        _form = form;
        _events = events;
        _time = time;

        // Withdrawn keys too: what a replaced key signed must still be taken, and whether it counts is for the verdict. Who may connect is another question.
        FollowerKeys keys = new((log, kid) => registry.Current.WriterOf(log, kid), kid => registry.Current.WitnessOf(kid), (log, index) => registry.Current.IsErased(log, index)) { Counts = head => registry.Current.Counts(head) };
        _logs = new Follower(store, keys, signer, () => registry.Current.Size, time);
    }

    /// <summary>Whether the disk had no room when last something was to be stored.</summary>
    public bool IsDiskFull { get; private set; }

    /// <summary>Answers one message at once.</summary>
    /// <param name="peer">Who asks, as the certificate says and the registry confirms.</param>
    /// <param name="message">What.</param>
    /// <param name="ct">Ends the wait; a write once begun is carried to its end.</param>
    /// <returns>The answer; null where there is none to give (a command slot).</returns>
    /// <exception cref="MessageException"><see cref="Refusal.NotAllowed"/> and the like: the peer may not do this.</exception>
    /// <exception cref="LogStoreFullException">The disk is full: nothing of the message is stored.</exception>
    /// <exception cref="IOException">The disk failed: nothing may be answered.</exception>
    public async Task<FollowMessage?> AnswerAsync(PeerIdentity peer, FollowMessage message, CancellationToken ct)
    {
        try
        {
            FollowMessage? answer = await DoAsync(peer, message, ct).ConfigureAwait(false);
            if (IsDiskFull && message is Append)
            {
                IsDiskFull = false;
                _events.DiskFull(null);
            }

            return answer;
        }
        catch (LogStoreFullException full)
        {
            if (!IsDiskFull)
            {
                IsDiskFull = true;
                _events.DiskFull(full);
            }

            throw;
        }
    }

    /// <summary>Answers the messages of one request, in order; where none of the entries asked for is there yet, waits for the first log that grows.</summary>
    /// <param name="peer">Who asks.</param>
    /// <param name="messages">What.</param>
    /// <param name="wait">How long to wait at most.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The answers in order, together within <see cref="Limits.FollowBytes"/>.</returns>
    /// <exception cref="MessageException">One of them is refused; what came before it was done.</exception>
    public async Task<byte[]> AnswerAsync(PeerIdentity peer, IReadOnlyList<FollowMessage> messages, TimeSpan wait, CancellationToken ct)
    {
        // Before looking, so that what comes between the look and the wait ends the wait.
        Task[] growths = wait > TimeSpan.Zero ? [.. messages.OfType<EntriesRequest>().Where(IsLatest).Select(request => _growth.Next(request.Log.Name))] : [];
        FollowMessage?[] answers = new FollowMessage?[messages.Count];
        for (int i = 0; i < answers.Length; i++)
        {
            answers[i] = await AnswerAsync(peer, messages[i], ct).ConfigureAwait(false);
        }

        bool HasEntries(int i) => messages[i] is EntriesRequest && answers[i] is Append { Entries.Count: > 0 };
        if (growths.Length > 0 && !Enumerable.Range(0, answers.Length).Any(HasEntries))
        {
            await Growth(growths, wait, ct).ConfigureAwait(false);
            for (int i = 0; i < answers.Length; i++)
            {
                answers[i] = messages[i] is EntriesRequest again ? await Entries(peer, again, ct).ConfigureAwait(false) : answers[i];
            }
        }

        return await Sequence(peer, messages, answers, ct).ConfigureAwait(false);
    }

    /// <summary>What is held of the latest generation of a log: what its writer is told.</summary>
    public Task<Held> HeldAsync(LogId log, CancellationToken ct) => _logs.HeldAsync(_catalog.LatestOf(log), ct);

    /// <summary>Lets go of the follower; store and registry stay open.</summary>
    public void Dispose() => _logs.Dispose();

    private async Task<FollowMessage?> DoAsync(PeerIdentity peer, FollowMessage message, CancellationToken ct) => message switch
    {
        Append { Entries.Count: 0 } append when peer.Role is Role.Archive or Role.App => await Countersigned(peer, append, ct).ConfigureAwait(false),
        Append append => await Append(peer, append, ct).ConfigureAwait(false),
        HeadRequest request => await Head(peer, request.Log, ct).ConfigureAwait(false),
        EntriesRequest request => await Entries(peer, request, ct).ConfigureAwait(false),
        StartRequest request => await Start(peer, request.Log, ct).ConfigureAwait(false),
        CommandSlot slot => Command(peer, slot),
        _ => throw new MessageException(Refusal.Malformed, "follow: not a request"),
    };

    // What has begun to be stored is told of to the end, whoever has gone meanwhile: no entry may stay unjudged because its gateway was dropped.
    private async Task<FollowMessage> Append(PeerIdentity peer, Append append, CancellationToken ct)
    {
        Allow(FollowRights.MayAppend(peer, append.Log, _registry.Log), "append");
        if (append.Log == _registry.Log)
        {
            return await AppendRegistry(peer, append).ConfigureAwait(false);
        }

        if (_catalog.IsClosed(append.Log) && append.Head.Claims.Size > ((await _store.State(append.Log, ct).ConfigureAwait(false))?.Size ?? 0))
        {
            // A later generation has closed it. What is within it is compared all the same: it may be a fork.
            _events.Refused(peer, append.Log, Refusal.NotNext, null);
            return await HeldAsync(append.Log, ct).ConfigureAwait(false);
        }

        ReadOnlyMemory<byte>? before = (await _store.LatestHead(append.Log, ct).ConfigureAwait(false))?.Head.Bytes;
        Followed followed = await _logs.AcceptAsync(append, allowBlanks: false, CancellationToken.None).ConfigureAwait(false);
        Report(peer, append.Log, followed);
        if (followed.Answer.Head is { } head)
        {
            _catalog.Hold(append.Log, followed.Answer.Size);
            if (followed.To > followed.From)
            {
                _growth.Grew(append.Log.Name);
            }

            if (before is not { } known || !known.Span.SequenceEqual(head.Bytes.Span))
            {
                _events.Heard(append.Log, followed.To > followed.From ? followed.From : followed.Answer.Size, followed.Answer.Size);
            }
        }

        return followed.Answer;
    }

    private async Task<FollowMessage> AppendRegistry(PeerIdentity peer, Append append)
    {
        Followed followed = await _registry.AcceptAsync(append, CancellationToken.None).ConfigureAwait(false);
        Report(peer, append.Log, followed);
        if (followed.To > followed.From)
        {
            _growth.Grew(append.Log.Name);
        }

        return followed.Answer;
    }

    private async Task<FollowMessage> Countersigned(PeerIdentity peer, Append append, CancellationToken ct)
    {
        Allow(FollowRights.MayCountersign(peer, append.Log, _registry.Log, _form(append.Log)), "countersign");
        Followed followed = append.Log == _registry.Log
            ? await _registry.AcceptAsync(append, CancellationToken.None).ConfigureAwait(false)
            : await _logs.AcceptAsync(append, allowBlanks: false, CancellationToken.None).ConfigureAwait(false);
        Report(peer, append.Log, followed);
        ulong size = append.Head.Claims.Size;
        if (followed.Refused == Refusal.None
            && append.Log != _registry.Log
            && append.Countersignatures.Any(one => one.Kid == peer.Kid)
            && await _store.HeadAtOrBefore(append.Log, size, peer.Kid, CancellationToken.None).ConfigureAwait(false) is { } stored
            && stored.Size == size)
        {
            _events.Countersigned(peer, append.Log, size);
        }

        return followed.Answer;
    }

    private async Task<FollowMessage> Head(PeerIdentity peer, LogId log, CancellationToken ct)
    {
        AllowRead(peer, log);
        return log == _registry.Log
            ? await _registry.HeldAsync(ct).ConfigureAwait(false)
            : _catalog.LatestOf(log) is var latest && latest < log && peer.Role == Role.Gateway
                // A generation that has begun and was not sent yet: that nothing of it is here is what its writer must know to sign it.
                ? await _logs.HeldAsync(log, ct).ConfigureAwait(false)
                : await HeldAsync(log, ct).ConfigureAwait(false);
    }

    private async Task<FollowMessage> Entries(PeerIdentity peer, EntriesRequest request, CancellationToken ct)
    {
        AllowRead(peer, request.Log);
        Func<ulong, ReadOnlyMemory<byte>, bool>? mayRead = request.Log == _registry.Log ? null : (_, entry) => FollowRights.MayRead(peer, entry);
        Append? append = await Appends.NextAsync(_store, request.Log, request.From, request.To, mayRead, ct).ConfigureAwait(false);

        if (append is null)
        {
            return await Head(peer, request.Log, ct).ConfigureAwait(false);
        }

        // Without entries: the registry's head is taken in like its entries, and who asked for none wants the countersignatures at this size.
        // Everyone else is told what is held of the latest generation: a later one may have begun.
        return append.Entries.Count > 0 || request.Log == _registry.Log || request.To <= request.From
            ? append
            : await Head(peer, request.Log, ct).ConfigureAwait(false);
    }

    private async Task<FollowMessage> Start(PeerIdentity peer, LogId log, CancellationToken ct)
    {
        // Everyone follows the registry from entry 0.
        Allow(log != _registry.Log, "begin to follow the registry in the middle");
        AllowRead(peer, log);
        return await Starts.NowAsync(_store, _catalog.LatestOf(log), ct).ConfigureAwait(false) is { } start ? start : await HeldAsync(log, ct).ConfigureAwait(false);
    }

    private FollowMessage? Command(PeerIdentity peer, CommandSlot slot)
    {
        Allow(FollowRights.MayCommand(peer, slot.Log, _registry.Log, _form(slot.Log)), "command");
        _events.Command(slot);
        return null;
    }

    private async Task Growth(Task[] growths, TimeSpan wait, CancellationToken ct)
    {
        try
        {
            await Task.WhenAny(growths).WaitAsync(wait, _time, ct).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Who waits looks once more all the same: there may be a newer head.
        }
    }

    /// <summary>The answers as bytes; entries that would go beyond one body's limit are left for the next request, and the log's state stands in for them.</summary>
    private async Task<byte[]> Sequence(PeerIdentity peer, IReadOnlyList<FollowMessage> messages, FollowMessage?[] answers, CancellationToken ct)
    {
        using MemoryStream all = new();
        for (int i = 0; i < answers.Length; i++)
        {
            if (answers[i] is not { } answer)
            {
                continue;
            }

            byte[] bytes = answer.ToArray();
            long left = Limits.FollowBytes - all.Length - ((answers.Length - i - 1) * (long)HeldBytes);
            if (bytes.Length > left && answer is Append)
            {
                bytes = (await Head(peer, messages[i].Log, ct).ConfigureAwait(false)).ToArray();
            }

            all.Write(bytes);
        }

        return all.ToArray();
    }

    private bool IsLatest(EntriesRequest request) =>
        (request.Log == _registry.Log || _catalog.Holds(request.Log.Name) || _registry.Current.FindByName(request.Log.Name, Role.Gateway) is not null)
        && !_catalog.IsClosed(request.Log);

    private void Report(PeerIdentity peer, LogId log, Followed followed)
    {
        // Not next only says where to resume.
        if (followed.Refused is not (Refusal.None or Refusal.NotNext))
        {
            _events.Refused(peer, log, followed.Refused, followed.Fork);
        }
    }

    private void AllowRead(PeerIdentity peer, LogId log) => Allow(FollowRights.MayRead(peer, log, _registry.Log, _form(log)), "read");

    private static void Allow(bool may, string what)
    {
        if (!may)
        {
            throw new MessageException(Refusal.NotAllowed, what);
        }
    }
}
