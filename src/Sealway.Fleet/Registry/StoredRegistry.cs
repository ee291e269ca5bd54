namespace Sealway.Fleet;

using Sealway.Log;
using Sealway.Messages;

/// <summary>A fleet's own registry, read from its folder with the pin alone while others write it: for what decides by the registry and states nothing.</summary>
public sealed class StoredRegistry : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly SqliteLogStore _store;
    private readonly LogId _log;
    private readonly Registry _registry;

    private StoredRegistry(SqliteLogStore store, LogId log, PublicKey authority)
    {
        _store = store;
        _log = log;
        _registry = new Registry(authority);
    }

    /// <summary>As far as it was read: see <see cref="RefreshAsync"/>.</summary>
    public RegistryView Current => _registry.Current;

    /// <summary>Opens and reads it.</summary>
    /// <param name="folder">The fleet's folder.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="FleetFileException">A file is missing or wrong, or it is not the registry of the pinned authority.</exception>
    public static async Task<StoredRegistry> OpenAsync(FleetFolder folder, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (!File.Exists(folder.RegistryStore))
        {
            throw new FleetFileException(folder.RegistryStore, "the registry is missing");
        }

        StoredRegistry stored = new(SqliteLogStore.Open(folder.RegistryStore), new LogId(FleetFile.Load(folder.FleetFile).Name, 0), Identity.LoadAuthority(folder.AuthorityPin));
        try
        {
            RegistryView view = await stored.RefreshAsync(ct).ConfigureAwait(false);
            return view.IsFounded && view.Log == stored._log ? stored : throw new FleetFileException(folder.RegistryStore, "it is not the registry of the pinned authority");
        }
        catch
        {
            await stored.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Reads what was appended meanwhile.</summary>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The registry now.</returns>
    public async Task<RegistryView> RefreshAsync(CancellationToken ct = default)
    {
        await _turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            while (true)
            {
                IReadOnlyList<LogEntry> entries = await _store.Read(_log, _registry.Size, _registry.Size + Limits.AppendEntries, Limits.AppendEntryBytes, ct).ConfigureAwait(false);
                if (entries.Count == 0)
                {
                    return _registry.Current;
                }

                foreach (LogEntry entry in entries)
                {
                    _registry.Apply(entry.Bytes);
                }
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync().ConfigureAwait(false);
        _turn.Dispose();
    }
}
