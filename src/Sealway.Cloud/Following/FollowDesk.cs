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
    private readonly ILogStore _store;
    private readonly RegistryFollower _registry;
    private readonly Follower _logs;
    private readonly LogCatalog _catalog;
    private readonly GrowthSignal _growth;
    private readonly IFollowEvents _events;
    private readonly TimeProvider _time;

    public FollowDesk(ILogStore store, RegistryFollower registry, LogCatalog catalog, GrowthSignal growth, ISigner signer, IFollowEvents events, TimeProvider time)
    {
        _store = store;
        _registry = registry;
        _catalog = catalog;
        _growth = growth;
        _events = events;
        _time = time;
        _logs = new Follower(store, new FollowerKeys(Writer, Witness), signer, () => registry.Current.Size, time);
    }

    /// <summary>Answers one message.</summary>
    /// <param name="peer">Who asks, as the certificate says and the registry confirms.</param>
    /// <param name="message">What.</param>
    /// <param name="wait">How long a request for entries may wait for the log to grow.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The answer; null where there is none to give (command slots, news).</returns>
    /// <exception cref="MessageException"><see cref="Refusal.NotAllowed"/> and the like: the peer may not do this.</exception>
    public async Task<FollowMessage?> AnswerAsync(PeerIdentity peer, FollowMessage message, TimeSpan wait, CancellationToken ct) => message switch
    {
        Append append when append.Entries.Count == 0 && peer.Role is Role.Archive or Role.App => await Countersigned(peer, append, ct).ConfigureAwait(false),
        Append append => await Append(peer, append, ct).ConfigureAwait(false),
        HeadRequest request => await Head(peer, request.Log, ct).ConfigureAwait(false),
        EntriesRequest request => await Entries(peer, request, wait, ct).ConfigureAwait(false),
        CommandSlot slot => await Command(peer, slot, ct).ConfigureAwait(false),
        _ => throw new MessageException(Refusal.Malformed, "follow: not a request"),
    };

    /// <inheritdoc/>
    public void Dispose() => _logs.Dispose();

    private async Task<FollowMessage> Append(PeerIdentity peer, Append append, CancellationToken ct)
    {
        Allow(FollowRights.MayAppend(peer, append.Log, _registry.Log), "append");
        if (append.Log == _registry.Log)
        {
            Followed registry = await _registry.AcceptAsync(append, ct).ConfigureAwait(false);
            Report(append.Log, registry);
            return registry.Answer;
        }

        if (!_catalog.MayHold(append.Log))
        {
            throw new MessageException(Refusal.NotNext, "append: a generation is skipped");
        }

        Followed followed = await _logs.AcceptAsync(append, allowBlanks: false, ct).ConfigureAwait(false);
        if (followed.Answer.Size > 0)
        {
            _catalog.Hold(append.Log);
        }

        Report(append.Log, followed);
        return followed.Answer;
    }

    private async Task<FollowMessage> Countersigned(PeerIdentity peer, Append append, CancellationToken ct)
    {
        Allow(FollowRights.MayCountersign(peer, append.Log, _registry.Log, await _catalog.IsSealed(append.Log.Name, ct).ConfigureAwait(false)), "countersign");
        if (append.Log == _registry.Log)
        {
            return (await _registry.AcceptAsync(append, ct).ConfigureAwait(false)).Answer;
        }

        Followed followed = await _logs.AcceptAsync(append, allowBlanks: false, ct).ConfigureAwait(false);
        if (followed.Refused == Refusal.None)
        {
            _events.Countersigned(append.Log, followed.Answer);
        }
        else
        {
            _events.Refused(append.Log, followed);
        }

        return followed.Answer;
    }

    private async Task<FollowMessage> Head(PeerIdentity peer, LogId log, CancellationToken ct)
    {
        await AllowRead(peer, log, ct).ConfigureAwait(false);
        return log == _registry.Log
            ? await _registry.HeldAsync(ct).ConfigureAwait(false)
            : await _logs.HeldAsync(_catalog.LatestOf(log), ct).ConfigureAwait(false);
    }

    private async Task<FollowMessage> Entries(PeerIdentity peer, EntriesRequest request, TimeSpan wait, CancellationToken ct)
    {
        await AllowRead(peer, request.Log, ct).ConfigureAwait(false);
        Task grew = _growth.Next(request.Log.Name);
        Append? append = await Appends.NextAsync(_store, request.Log, request.From, request.To, null, ct).ConfigureAwait(false);
        if (append is not { Entries.Count: > 0 } && wait > TimeSpan.Zero && _catalog.LatestOf(request.Log) == request.Log)
        {
            await Task.WhenAny(grew, Task.Delay(wait, _time, ct)).ConfigureAwait(false);
            await AllowRead(peer, request.Log, ct).ConfigureAwait(false);
            append = await Appends.NextAsync(_store, request.Log, request.From, request.To, null, ct).ConfigureAwait(false);
        }

        return append is { Entries.Count: > 0 } ? append : await Head(peer, request.Log, ct).ConfigureAwait(false);
    }

    private async Task<FollowMessage?> Command(PeerIdentity peer, CommandSlot slot, CancellationToken ct)
    {
        Allow(FollowRights.MayCommand(peer, await _catalog.IsSealed(slot.Log.Name, ct).ConfigureAwait(false)), "command");
        _events.Command(slot);
        return null;
    }

    private void Report(LogId log, Followed followed)
    {
        if (followed.Refused is not (Refusal.None or Refusal.NotNext))
        {
            _events.Refused(log, followed);
        }

        if (followed.To > followed.From)
        {
            _growth.Grew(log.Name);
            _events.Grew(log, followed.Answer);
        }
    }

    private async ValueTask AllowRead(PeerIdentity peer, LogId log, CancellationToken ct) =>
        Allow(FollowRights.MayRead(peer, log, _registry.Log, await _catalog.IsSealed(log.Name, ct).ConfigureAwait(false)), "read");

    private static void Allow(bool may, string what)
    {
        if (!may)
        {
            throw new MessageException(Refusal.NotAllowed, what);
        }
    }

    private PublicKey? Writer(LogId log, Kid kid) =>
        Standing(kid) is { Role: Role.Gateway } gateway && gateway.Name == log.Name ? gateway.Key : null;

    private PublicKey? Witness(Kid kid) => Standing(kid) is { Role: Role.Cloud or Role.Archive or Role.App } party ? party.Key : null;

    private Party? Standing(Kid kid)
    {
        RegistryView view = _registry.Current;
        return view.WithdrawalOf(kid) is null ? view.Find(kid) : null;
    }
}
