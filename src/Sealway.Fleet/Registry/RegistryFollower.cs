namespace Sealway.Fleet;

using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// Follows the registry from its first entry: what everybody does who must know who is who. An append counts if its head is
/// signed by a registrar that the authority's statements name, those in the append included; what is held is applied to the
/// <see cref="Registry"/>, also after a restart. Safe for use by several threads.
/// </summary>
public sealed class RegistryFollower : IDisposable
{
    private readonly ILogStore _store;
    private readonly Follower _follower;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile RegistryView _preview;

    private RegistryFollower(ILogStore store, LogId log, PublicKey authority, ISigner? signer, TimeProvider time)
    {
        _store = store;
        Log = log;
        Registry = new Registry(authority);
        _preview = Registry.Current;
        _follower = new Follower(store, new FollowerKeys((of, kid) => of == log ? _preview.WriterOf(of, kid) : null, kid => _preview.WitnessOf(kid)) { Counts = head => _preview.Counts(head) }, signer, () => _preview.Size, time);
    }

    /// <summary>Raised after the registry grew, with what it says now. Handlers return quickly.</summary>
    public event Action<RegistryView>? Changed;

    /// <summary>The registry's log.</summary>
    public LogId Log { get; }

    /// <summary>What the registry says now.</summary>
    public RegistryView Current => Registry.Current;

    /// <summary>The request for what is not held yet.</summary>
    public EntriesRequest Next => new(Log, Registry.Size, Limits.LargestNumber);

    /// <summary>The registry as far as it is held.</summary>
    public Registry Registry { get; }

    /// <summary>When the newest head held was signed, in seconds since 1970; 0 if there is none.</summary>
    public ulong HeardSeconds { get; private set; }

    /// <summary>The latest time that the registry has told: of its newest head or entry. It is at least that late now.</summary>
    public DateTimeOffset HeardAt => DateTimeOffset.FromUnixTimeMilliseconds(
        (long)Math.Min(Math.Max(Registry.Current.LastAt, HeardSeconds * 1000), (ulong)DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));

    /// <summary>Begins with what is held.</summary>
    /// <param name="store">Where the registry is kept.</param>
    /// <param name="log">The registry's log: the authority's name, generation 0.</param>
    /// <param name="authority">The pinned key.</param>
    /// <param name="signer">This follower's key if it countersigns, or null.</param>
    /// <param name="time">The clock.</param>
    /// <param name="ct">Ends the wait.</param>
    public static async Task<RegistryFollower> OpenAsync(ILogStore store, LogId log, PublicKey authority, ISigner? signer, TimeProvider time, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        RegistryFollower follower = new(store, log, authority, signer, time);
        try
        {
            await follower.CatchUpAsync(ct).ConfigureAwait(false);
            return follower;
        }
        catch
        {
            follower.Dispose();
            throw;
        }
    }

    /// <summary>Takes an append of the registry.</summary>
    /// <param name="append">The append as read from outside.</param>
    /// <param name="ct">Ends the wait; once the write has begun it is carried to its end.</param>
    /// <returns>The outcome; a refusal is an outcome too. What was taken is on disk and applied.</returns>
    /// <exception cref="IOException">The store failed: nothing may be answered.</exception>
    public async Task<Followed> AcceptAsync(Append append, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(append);
        await _turn.WaitAsync(ct).ConfigureAwait(false);
        ulong before = Registry.Size;
        try
        {
            // The first append brings the registrar whose key its own head is signed with.
            RegistryView held = Registry.Current;
            if (append.Log == Log && append.From <= held.Size)
            {
                _preview = held.Preview(append.Entries.Skip((int)Math.Min(held.Size - append.From, int.MaxValue)).Select(entry => entry.IsBlank ? default : entry.Bytes));
            }

            Followed followed = await _follower.AcceptAsync(append, allowBlanks: false, ct).ConfigureAwait(false);
            await CatchUpAsync(ct).ConfigureAwait(false);
            return followed;
        }
        finally
        {
            _preview = Registry.Current;
            _turn.Release();
            if (Registry.Size > before)
            {
                Changed?.Invoke(Registry.Current);
            }
        }
    }

    /// <summary>What is held: the answer to a head request.</summary>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The newest head and its countersignatures.</returns>
    public Task<Held> HeldAsync(CancellationToken ct = default) => _follower.HeldAsync(Log, ct);

    /// <inheritdoc/>
    public void Dispose()
    {
        _follower.Dispose();
        _turn.Dispose();
    }

    private async Task CatchUpAsync(CancellationToken ct)
    {
        while (true)
        {
            IReadOnlyList<LogEntry> entries = await _store.Read(Log, Registry.Size, Registry.Size + Limits.AppendEntries, Limits.AppendEntryBytes, ct).ConfigureAwait(false);
            if (entries.Count == 0)
            {
                break;
            }

            foreach (LogEntry entry in entries)
            {
                Registry.Apply(entry.Bytes);
            }
        }

        _preview = Registry.Current;
        HeardSeconds = await _store.LatestHead(Log, ct).ConfigureAwait(false) is { } newest ? newest.Head.Claims.Seconds : 0;
    }
}
