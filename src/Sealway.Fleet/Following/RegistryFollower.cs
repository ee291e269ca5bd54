namespace Sealway.Fleet;

using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// Follows the registry from the pinned authority key alone: what it has on disk it reads again at start, what it is
/// sent it checks, stores and applies. The key that signs the registry's heads is enrolled in the registry itself, so a
/// head is first tried against the entries that come with it; nothing of them counts before head and root are good.
/// </summary>
public sealed class RegistryFollower : IDisposable
{
    private readonly ILogStore _store;
    private readonly Registry _registry;
    private readonly Follower _follower;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private RegistryView? _tried;

    private RegistryFollower(ILogStore store, PublicKey authority, LogId log, ISigner? signer, TimeProvider time)
    {
        _store = store;
        Log = log;
        _registry = new Registry(authority);
        _follower = new Follower(store, new FollowerKeys(Writer, Witness), signer, () => _registry.Size, time);
    }

    /// <summary>Raised after the registry grew, with what it says now. Handlers return quickly.</summary>
    public event Action<RegistryView>? Changed;

    /// <summary>The registry's log.</summary>
    public LogId Log { get; }

    /// <summary>What the registry says now.</summary>
    public RegistryView Current => _registry.Current;

    /// <summary>The registry at every size so far.</summary>
    public Registry Registry => _registry;

    /// <summary>Begins with what the store holds.</summary>
    /// <param name="store">Where the registry is kept; it may keep other logs too.</param>
    /// <param name="authority">The pinned key.</param>
    /// <param name="log">The registry's log-id: the authority's name, generation 0.</param>
    /// <param name="signer">Countersigns what is held; null: does not.</param>
    /// <param name="time">The clock.</param>
    /// <param name="ct">Ends the reading.</param>
    public static async Task<RegistryFollower> OpenAsync(ILogStore store, PublicKey authority, LogId log, ISigner? signer, TimeProvider time, CancellationToken ct = default)
    {
        RegistryFollower follower = new(store, authority, log, signer, time);
        await follower.ApplyStored(ct).ConfigureAwait(false);
        return follower;
    }

    /// <summary>What is held: asks for what comes next, and answers who asks.</summary>
    /// <param name="ct">Ends the reading.</param>
    public Task<Held> HeldAsync(CancellationToken ct = default) => _follower.HeldAsync(Log, ct);

    /// <summary>The request for what is not held yet.</summary>
    public EntriesRequest Next => new(Log, _registry.Size, Limits.LargestNumber);

    /// <summary>Takes entries of the registry, from whoever relays them.</summary>
    /// <param name="append">Entries that end at a head of the registrar's.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>What became of it.</returns>
    public async Task<Followed> AcceptAsync(Append append, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(append);
        if (append.Log != Log)
        {
            return new Followed(await HeldAsync(ct).ConfigureAwait(false), 0, 0, Refusal.WrongLog, null);
        }

        await _turn.WaitAsync(ct).ConfigureAwait(false);
        RegistryView before = Current;
        Followed followed;
        try
        {
            _tried = Try(append);
            followed = await _follower.AcceptAsync(append, allowBlanks: false, ct).ConfigureAwait(false);
            await ApplyStored(ct).ConfigureAwait(false);
        }
        finally
        {
            _tried = null;
            _turn.Release();
        }

        if (Current.Size > before.Size)
        {
            Changed?.Invoke(Current);
        }

        return followed;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _follower.Dispose();
        _turn.Dispose();
    }

    private RegistryView Try(Append append)
    {
        RegistryView view = Current;
        if (append.From > view.Size)
        {
            return view;
        }

        foreach (AppendEntry entry in append.Entries.Skip((int)(view.Size - append.From)))
        {
            view = RegistryRules.Apply(view, entry.IsBlank ? default : entry.Bytes);
        }

        return view;
    }

    private async Task ApplyStored(CancellationToken ct)
    {
        LogState? state = await _store.State(Log, ct).ConfigureAwait(false);
        while (state is not null && _registry.Size < state.Size)
        {
            IReadOnlyList<LogEntry> entries = await _store.Read(Log, _registry.Size, state.Size, Limits.AppendEntryBytes, ct).ConfigureAwait(false);
            foreach (LogEntry entry in entries)
            {
                _registry.Apply(entry.Bytes);
            }
        }
    }

    private PublicKey? Writer(LogId log, Kid kid) => Stands(_tried ?? Current, kid) is { Role: Role.Registrar } party ? party.Key : null;

    private PublicKey? Witness(Kid kid) => Stands(Current, kid) is { Role: Role.Cloud or Role.Archive or Role.App } party ? party.Key : null;

    private static Party? Stands(RegistryView view, Kid kid) => view.WithdrawalOf(kid) is null ? view.Find(kid) : null;
}
