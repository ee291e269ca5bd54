namespace Sealway.Fleet;

using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// Keeps the registry's log, signs its heads and statuses with the registrar's key, and can publish or withhold, but state
/// nothing else. Each append is on disk when it returns. Several processes may extend one registry: whoever comes second
/// sees the first's entries and signs anew.
/// </summary>
public sealed class Registrar : IAsyncDisposable
{
    // Each failed attempt means that another one stored its entries, so this many in a row mean that something else is wrong.
    private const int Attempts = 1_000;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly TimeProvider _time;
    private (ulong Published, ulong Here)? _behind;

    private Registrar(Identity identity, ILogStore store, TimeProvider time)
    {
        Identity = identity;
        Store = store;
        Registry = new Registry(identity.Authority);
        _time = time;
        Writer = WriterOf(identity.Signing);
    }

    /// <summary>The registrar's own keys: it publishes under this TLS certificate.</summary>
    public Identity Identity { get; }

    /// <summary>The registry's log.</summary>
    public LogId Log => Identity.RegistryLog;

    /// <summary>Where the registry is kept.</summary>
    public ILogStore Store { get; }

    /// <summary>The registry's writer, for publishing; append through this class.</summary>
    public LogWriter Writer { get; }

    /// <summary>The registry as far as it was read: see <see cref="RefreshAsync"/>.</summary>
    public Registry Registry { get; }

    /// <summary>Opens a fleet's registry with the registrar's key alone.</summary>
    /// <param name="folder">The fleet's folder.</param>
    /// <param name="passphrase">What the registrar's keys are locked with; the caller erases it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="FleetFileException">A file is missing or wrong.</exception>
    /// <exception cref="InvalidDataException">The registry is empty or not the pinned authority's.</exception>
    public static Task<Registrar> OpenAsync(FleetFolder folder, ReadOnlySpan<char> passphrase, TimeProvider time, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(time);
        if (!File.Exists(folder.RegistryStore))
        {
            throw new FleetFileException(folder.RegistryStore, "the registry is missing");
        }

        return OpenAsync(folder, passphrase.ToArray(), time, ct);
    }

    /// <summary>Whether heads and statuses of this registrar's key count: false once the registry has withdrawn it.</summary>
    public bool Stands => Registry.Current.WithdrawalOf(Identity.Kid) is null;

    /// <summary>Requires that heads of this registrar's key count still.</summary>
    /// <exception cref="RegistrarReplacedException">The registry has withdrawn the key.</exception>
    public void RequireStands()
    {
        if (!Stands)
        {
            throw new RegistrarReplacedException(Identity.Kid);
        }
    }

    /// <summary>Reads what other processes appended meanwhile.</summary>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The registry now.</returns>
    public async Task<RegistryView> RefreshAsync(CancellationToken ct = default)
    {
        await _turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            return await CatchUpAsync(ct).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>States every revocation so far, in as many entries as it takes; due at least daily.</summary>
    /// <param name="ct">Ends the wait; once the write has begun it is carried to its end.</param>
    /// <returns>The registry with the status.</returns>
    /// <exception cref="RegistryBehindException">The registry here is not the one published.</exception>
    public Task<RegistryView> StatusAsync(CancellationToken ct = default) => AppendAsync(
        (view, at) => [.. StatusPages.Of(view, at).Select((page, i) => Statement.Sign(Identity.Signing, Log, view.Size + (ulong)i, at, page))],
        ct);

    /// <summary>Signs the registry as it is, so that its silence is not taken for withholding.</summary>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The head, on disk.</returns>
    /// <exception cref="RegistrarReplacedException">The registry has withdrawn the key: a head of it would not count.</exception>
    public async Task<Head> SignAsync(CancellationToken ct = default)
    {
        await RefreshAsync(ct).ConfigureAwait(false);
        RequireStands();
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return (await Writer.SignAsync(ct).ConfigureAwait(false))!;
            }
            catch (LogStoreConflictException) when (attempt < Attempts)
            {
                // Another process has appended: sign what is there now.
            }
        }
    }

    /// <summary>Takes what a follower holds of the registry. If that is more than is here, or something else, the registry is not extended any more.</summary>
    /// <param name="held">The follower's answer; anything in it may be forged.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="MessageException">The answer is of another log, or its head is not the registrar's: it says nothing.</exception>
    /// <exception cref="RegistryBehindException">The registry here is not the one published.</exception>
    public async Task KnowAsync(Held held, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(held);
        RegistryView view = await RefreshAsync(ct).ConfigureAwait(false);
        HeldOutcome outcome = await Writer.ReceiveAsync(held, view.WitnessOf, ct).ConfigureAwait(false);
        if (!outcome.Extends)
        {
            _behind = (held.Size, view.Size);
            throw new RegistryBehindException(held.Size, view.Size);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Writer.Dispose();
        await Store.DisposeAsync().ConfigureAwait(false);
        Identity.Dispose();
        _turn.Dispose();
    }

    internal static async Task<Registrar> OpenAsync(Identity identity, string storePath, TimeProvider time, CancellationToken ct, Func<ILogStore, ILogStore>? wrap = null)
    {
        Registrar? registrar = null;
        try
        {
            registrar = Create(identity, storePath, time, wrap);
            RegistryView view = await registrar.RefreshAsync(ct).ConfigureAwait(false);
            return view.IsFounded && view.Log == identity.RegistryLog && view.Find(identity.Kid) is { Role: Role.Registrar }
                ? registrar
                : throw new InvalidDataException($"{storePath} is not the registry of the pinned authority with this registrar");
        }
        catch
        {
            if (registrar is null)
            {
                identity.Dispose();
            }
            else
            {
                await registrar.DisposeAsync().ConfigureAwait(false);
            }

            throw;
        }
    }

    internal static Registrar Create(Identity identity, string storePath, TimeProvider time, Func<ILogStore, ILogStore>? wrap = null)
    {
        ILogStore store = SqliteLogStore.Open(storePath);
        return new(identity, wrap?.Invoke(store) ?? store, time);
    }

    /// <summary>Appends statements that are made for their place, unless one of them would have no effect.</summary>
    /// <param name="make">Makes them, from what the registry says and the time.</param>
    /// <param name="ct">Ends the wait; once the write has begun it is carried to its end.</param>
    /// <param name="heads">Gives the key that signs the head, from what the registry says with the statements; null, or null from it: this registrar's.</param>
    /// <exception cref="MessageException">A statement would have no effect; nothing was appended.</exception>
    internal async Task<RegistryView> AppendAsync(Func<RegistryView, ulong, IReadOnlyList<Entry>> make, CancellationToken ct, Func<RegistryView, ISigner?>? heads = null)
    {
        await _turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            for (int attempt = 1; ; attempt++)
            {
                RegistryView view = await CatchUpAsync(ct).ConfigureAwait(false);
                if (_behind is { } behind)
                {
                    throw new RegistryBehindException(behind.Published, behind.Here);
                }

                try
                {
                    await WriteAsync(view, make, heads, ct).ConfigureAwait(false);
                    return await CatchUpAsync(ct).ConfigureAwait(false);
                }
                catch (LogStoreConflictException) when (attempt < Attempts)
                {
                    // Another process came first: its entries are read, and these are made anew for the next place.
                }
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private static async Task<Registrar> OpenAsync(FleetFolder folder, char[] passphrase, TimeProvider time, CancellationToken ct)
    {
        try
        {
            await Unfinished.FinishAsync(folder, ct).ConfigureAwait(false);
            return await OpenAsync(Identity.Load(folder.Registrar, passphrase), folder.RegistryStore, time, ct).ConfigureAwait(false);
        }
        finally
        {
            Array.Clear(passphrase);
        }
    }

    private LogWriter WriterOf(ISigner signer)
    {
        LogWriter writer = new(Store, Log, signer, registrySize: null, _time, kid => Registry.Current.WriterOf(Log, kid));
        writer.Confirm();
        return writer;
    }

    private async Task WriteAsync(RegistryView view, Func<RegistryView, ulong, IReadOnlyList<Entry>> make, Func<RegistryView, ISigner?>? heads, CancellationToken ct)
    {
        // Who signs depends on what the statements do, and so they are tried out first.
        ulong now = Math.Max((ulong)Math.Max(0, _time.GetUtcNow().ToUnixTimeMilliseconds()), view.LastAt);
        if (heads?.Invoke(view.Preview(make(view, now).Select(entry => entry.Bytes))) is not { } signer)
        {
            await Writer.AppendAsync(place => Effective(view, place, make), null, ct).ConfigureAwait(false);
            return;
        }

        using LogWriter other = WriterOf(signer);
        await other.AppendAsync(place => Effective(view, place, make), null, ct).ConfigureAwait(false);
    }

    private static IReadOnlyList<Entry> Effective(RegistryView view, LogPlace place, Func<RegistryView, ulong, IReadOnlyList<Entry>> make)
    {
        if (place.Index != view.Size)
        {
            throw new LogStoreConflictException(view.Log, view.Size, place.Index);
        }

        IReadOnlyList<Entry> entries = make(view, place.At);
        foreach (Entry entry in entries)
        {
            RegistryView next = RegistryRules.Apply(view, entry.Bytes);
            if (next.Anomalies.Count > view.Anomalies.Count)
            {
                throw new MessageException(next.Anomalies[^1].Reason, "the statement would have no effect, so it is not made");
            }

            view = next;
        }

        return entries;
    }

    private async Task<RegistryView> CatchUpAsync(CancellationToken ct)
    {
        while (true)
        {
            IReadOnlyList<LogEntry> entries = await Store.Read(Log, Registry.Size, Registry.Size + Limits.AppendEntries, Limits.AppendEntryBytes, ct).ConfigureAwait(false);
            if (entries.Count == 0)
            {
                return Registry.Current;
            }

            foreach (LogEntry entry in entries)
            {
                Registry.Apply(entry.Bytes);
            }
        }
    }
}
