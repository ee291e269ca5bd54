namespace Sealway.Gateway;

using Microsoft.Extensions.Logging;
using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// Opens each command slot and does what a member asks, once, in time, and only if the member saw this log: its answer is
/// logged under the command's hash. What is not validly signed by a member gets no answer, so that nobody else can fill
/// the log.
/// </summary>
public sealed class CommandDesk : ICommandReceiver
{
    private const string What = "command";

    private readonly AgreementKey _key;
    private readonly HomeAuthority _authority;
    private readonly Thermostat _thermostat;
    private readonly ILogger _logger;
    private readonly CommandNumbers _numbers = new();
    private readonly Dictionary<Refusal, long> _outcomes = [];
    private readonly Lock _lock = new();
    private IGatewayCore? _core;
    private long _slots;

    /// <summary>A desk that is not attached yet.</summary>
    /// <param name="key">The gateway's HPKE key; not owned.</param>
    /// <param name="authority">Who the members are.</param>
    /// <param name="thermostat">What is commanded.</param>
    /// <param name="logger">Where commands are logged, without what they ask.</param>
    public CommandDesk(AgreementKey key, HomeAuthority authority, Thermostat thermostat, ILogger logger)
    {
        _key = key;
        _authority = authority;
        _thermostat = thermostat;
        _logger = logger;
    }

    /// <summary>Slots that came, empty ones too.</summary>
    public long Slots => Interlocked.Read(ref _slots);

    /// <summary>How many commands came to what; <see cref="Refusal.None"/> for those carried out.</summary>
    public IReadOnlyDictionary<string, long> Outcomes
    {
        get
        {
            lock (_lock)
            {
                return _outcomes.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value);
            }
        }
    }

    /// <summary>Called once, before the first slot.</summary>
    public void Attach(IGatewayCore core) => _core = core;

    /// <inheritdoc/>
    public async ValueTask ReceiveAsync(CommandSlot slot, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(slot);
        IGatewayCore core = _core ?? throw new InvalidOperationException("the desk is not attached");
        Interlocked.Increment(ref _slots);
        try
        {
            await TakeAsync(core, slot, cancellation).ConfigureAwait(false);
        }
        catch (MessageException refused)
        {
            Count(refused.Reason);
            throw;
        }
    }

    private async Task TakeAsync(IGatewayCore core, CommandSlot slot, CancellationToken cancellation)
    {
        LogId log = core.Log;
        if (slot.Log != log)
        {
            throw new MessageException(Refusal.WrongLog, What);
        }

        if (SealedCommand.Open(log, _key, slot.Slot) is not { } command)
        {
            return;
        }

        Party member = Member(command.Signer);
        command.Verify(member.Key);
        await _numbers.LoadAsync(core.Store, log, cancellation).ConfigureAwait(false);
        byte[] hash = command.Hash();
        ulong now = Milliseconds.Now(core.Time);
        CommandContent content = command.Content;
        bool inTime = content.ExpiryMilliseconds >= now && content.ExpiryMilliseconds <= now + Limits.CommandLifeMilliseconds;
        bool rises = _numbers.Last(member.Kid) is not { } last || content.Number > last;
        if (!rises && (!inTime || _numbers.WasAnswered(hash)))
        {
            // Somebody plays back what was answered; one answer is enough.
            throw new MessageException(Refusal.CommandNotRising, What);
        }

        Refusal outcome = !inTime ? Refusal.Expired
            : !rises ? Refusal.CommandNotRising
            : !await HasAsync(core, log, content.Size, content.Root, cancellation).ConfigureAwait(false) ? Refusal.UnknownHead
            : await PrepareAsync(member, content, cancellation).ConfigureAwait(false);
        await core.Writer.DoAsync(turn => Answer(turn, log, member, content, hash, ref outcome), cancellation).ConfigureAwait(false);
        Count(outcome);
        _logger.LogInformation("command {Action} of {Member}: {Outcome}", content.Action, member.Name, outcome == Refusal.None ? "done" : outcome);
    }

    // What takes the disk; the rest is done inside the writer loop, in the turn that logs the answer.
    private async Task<Refusal> PrepareAsync(Party member, CommandContent content, CancellationToken cancellation)
    {
        switch (content.Action)
        {
            case CommandAction.SetTarget:
                return Refusal.None;

            case CommandAction.RemoveMember:
                if (!IsOwner(member) || content.Member == member.Kid)
                {
                    return Refusal.NotAllowed;
                }

                try
                {
                    Kid removed = content.Member!.Value;
                    await _authority.RemoveAppAsync(removed, "removed by the owner", _numbers.Last(removed), cancellation).ConfigureAwait(false);
                    return Refusal.None;
                }
                catch (MessageException refused)
                {
                    return refused.Reason;
                }
                catch (RegistryBehindException behind)
                {
                    _logger.LogError("a member cannot be removed: {Cause}", behind.Message);
                    return Refusal.Contradiction;
                }

            case CommandAction.Rekey:
                try
                {
                    await _authority.RekeyAppAsync(member.Kid, content.Index!.Value, content.Statement!.Value, cancellation).ConfigureAwait(false);
                    return Refusal.None;
                }
                catch (MessageException refused)
                {
                    return refused.Reason;
                }
                catch (RegistryBehindException behind)
                {
                    _logger.LogError("a member's HPKE key cannot be replaced: {Cause}", behind.Message);
                    return Refusal.Contradiction;
                }

            case CommandAction.Grant:
                try
                {
                    _ = Grant.FromUntrusted(content.Grant!.Value);
                    return IsOwner(member) ? Refusal.None : Refusal.NotAllowed;
                }
                catch (MessageException refused)
                {
                    return refused.Reason;
                }

            default:
                return Refusal.NotAllowed;
        }
    }

    private void Answer(IWriterTurn turn, LogId log, Party member, CommandContent content, byte[] hash, ref Refusal outcome)
    {
        if (turn.Log != log)
        {
            throw new MessageException(Refusal.WrongLog, What);
        }

        if (outcome == Refusal.None && content.Action == CommandAction.SetTarget)
        {
            outcome = _thermostat.SetTarget(content.Subject!, content.Target!.Value, turn);
        }
        else if (outcome == Refusal.None && content.Action == CommandAction.Grant)
        {
            (turn.Recorder as SealedRecorder)?.Grant(content.Grant!.Value, turn.Now);
        }

        NotedState.Add(turn, new CommandDoneEvent(hash, outcome), _numbers.Answer(member.Kid, content.Number, hash));
    }

    private Party Member(Kid signer)
    {
        RegistryView view = _authority.Current;
        Party party = view.Find(signer) ?? throw new MessageException(Refusal.UnknownKey, What);
        return party.Role != Role.App ? throw new MessageException(Refusal.WrongRole, What)
            : view.WithdrawalOf(signer) is not null ? throw new MessageException(Refusal.Revoked, What)
            : party;
    }

    private bool IsOwner(Party member) => Members.Owner(_authority.Current)?.Kid == member.Kid;

    // A head is this log's if the log as it is now begins with the tree that the head signs.
    private static async Task<bool> HasAsync(IGatewayCore core, LogId log, ulong size, ReadOnlyMemory<byte> root, CancellationToken cancellation)
    {
        LogState? state = await core.Store.State(log, cancellation).ConfigureAwait(false);
        if (state is null || size == 0 || size > state.Size)
        {
            return false;
        }

        try
        {
            IReadOnlyList<byte[]> path = await Consistency.Prove(core.Store.Tiles(log), size, state.Size, cancellation).ConfigureAwait(false);
            return Consistency.Verify(size, state.Size, root.Span, state.Frontier.Root(), path);
        }
        catch (TileMissingException)
        {
            return false;
        }
    }

    private void Count(Refusal outcome)
    {
        lock (_lock)
        {
            _outcomes[outcome] = _outcomes.GetValueOrDefault(outcome) + 1;
        }
    }
}
