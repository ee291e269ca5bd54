namespace Sealway.Archive;

using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>Finds readings in an archive and makes waybills of them, also beside the archive while it runs.</summary>
public sealed class ArchiveProve : IAsyncDisposable
{
    // Each may cost a long way back.
    private const int MostAnswers = 16;

    private readonly TileLogStore _store;
    private readonly Registry _registry;

    private ArchiveProve(TileLogStore store, Registry registry)
    {
        _store = store;
        _registry = registry;
    }

    /// <summary>The registry, as far as the archive has it.</summary>
    public RegistryView Registry => _registry.Current;

    /// <summary>Opens an archive as it is at this moment.</summary>
    /// <param name="dataFolder">The archive's data folder.</param>
    /// <param name="registry">The registry's log.</param>
    /// <param name="authority">The pinned key.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="DirectoryNotFoundException">There is no archive.</exception>
    /// <exception cref="InvalidDataException">What is stored is damaged, or the registry is not the pinned authority's.</exception>
    public static async Task<ArchiveProve> OpenAsync(string dataFolder, LogId registry, PublicKey authority, CancellationToken ct = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(dataFolder);
        ArgumentNullException.ThrowIfNull(authority);
        string logs = Path.Combine(dataFolder, "logs");
        TileLogStore store = TileLogStore.OpenToRead(logs);
        try
        {
            Registry applied = new(authority);
            while (true)
            {
                IReadOnlyList<LogEntry> entries = await store.Read(registry, applied.Size, applied.Size + Limits.AppendEntries, Limits.AppendEntryBytes, ct).ConfigureAwait(false);
                if (entries.Count == 0)
                {
                    break;
                }

                foreach (LogEntry entry in entries)
                {
                    applied.Apply(entry.Bytes);
                }
            }

            return applied.Current.IsFounded && applied.Current.Log == registry
                ? new ArchiveProve(store, applied)
                : throw new InvalidDataException($"{logs} does not hold the registry {registry} of the pinned authority");
        }
        catch
        {
            await store.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The key of a sensor, given by its kid or its enrolled name; after rotations the newest key of that name.</summary>
    /// <param name="sensor">16 hexadecimal digits, or a name.</param>
    /// <returns>The sensor, or null.</returns>
    public Party? FindSensor(string sensor)
    {
        RegistryView view = Registry;
        Party? named = view.FindByName(sensor, Role.Sensor);
        return named ?? (Kid.TryParse(sensor, out Kid kid) && view.Find(kid) is { Role: Role.Sensor } party ? party : null);
    }

    /// <summary>Finds a reading by its number. The same reading in two logs is found in each.</summary>
    /// <param name="sensor">The sensor's key.</param>
    /// <param name="number">Its number.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>Where it stands; more than one where other content came under the number, or in several logs.</returns>
    public async Task<IReadOnlyList<FoundReading>> FindAsync(Kid sensor, ReadingNumber number, CancellationToken ct = default)
    {
        List<FoundReading> all = [];
        foreach ((EntryScan scan, ulong from, ulong to) in await ScansAsync(sensor, ct).ConfigureAwait(false))
        {
            // Numbers rise with the log where readings count; what does not count may stand anywhere, so if dividing finds nothing the whole is read.
            ulong near = await scan.DivideAsync(from, to, found => found.Reading.Number >= number, ct).ConfigureAwait(false);
            List<FoundReading> found = await TakeAsync(scan.FromAsync(near, to, ct), number, stopBeyond: true, ct).ConfigureAwait(false);
            all.AddRange(found.Count > 0 ? found : await TakeAsync(scan.FromAsync(from, to, ct), number, stopBeyond: false, ct).ConfigureAwait(false));
        }

        return all;
    }

    /// <summary>Finds the reading of a sensor whose logging is nearest to a time.</summary>
    /// <param name="sensor">The sensor's key.</param>
    /// <param name="at">When.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>Where it stands, or null if there is none of this sensor.</returns>
    public async Task<FoundReading?> FindAsync(Kid sensor, DateTimeOffset at, CancellationToken ct = default)
    {
        ulong time = (ulong)Math.Max(0, at.ToUnixTimeMilliseconds());
        FoundReading? nearest = null;
        foreach ((EntryScan scan, ulong from, ulong to) in await ScansAsync(sensor, ct).ConfigureAwait(false))
        {
            ulong near = await scan.DivideAsync(from, to, found => found.AtMilliseconds >= time, ct).ConfigureAwait(false);

            // The one before the time may lie before the stretch that the division led to.
            ulong back = near;
            do
            {
                back = back - from > Limits.AppendEntries ? back - Limits.AppendEntries : from;
            }
            while (back > from && !await AnyAsync(scan.FromAsync(back, near, ct), ct).ConfigureAwait(false));

            await foreach (FoundReading found in scan.FromAsync(back, to, ct).ConfigureAwait(false))
            {
                nearest = nearest is null || Distance(found, time) < Distance(nearest, time) ? found : nearest;
                if (found.AtMilliseconds > time)
                {
                    break;
                }
            }
        }

        return nearest;
    }

    /// <summary>Makes the waybill of entries of one log and, where they are held, of the challenges that its readings answer or follow and of the answers, so that it shows how fresh the readings are; with the countersignatures that are held, the archive's and the cloud's among them, and all that judging it needs of the registry.</summary>
    /// <param name="log">Which log.</param>
    /// <param name="indexes">The entries, 1 to 1,024.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>The waybill; null if no head is held that holds the entries.</returns>
    /// <exception cref="MessageException"><see cref="Refusal.UnexpectedBlank"/>: an entry is not held with its bytes; <see cref="Refusal.UnknownKey"/>, <see cref="Refusal.WrongCount"/>, <see cref="Refusal.TooLong"/>.</exception>
    /// <exception cref="InvalidDataException">What is stored is damaged, so that it would prove nothing.</exception>
    public async Task<Waybill?> ProveAsync(LogId log, IReadOnlyList<ulong> indexes, CancellationToken ct = default)
    {
        IReadOnlyList<ulong> shown = await WithAnswersAsync(log, indexes, ct).ConfigureAwait(false);
        Waybill? waybill = await WaybillAssembler.AssembleAsync(_store, log, shown, _store, _registry, ct).ConfigureAwait(false);

        // What leaves the archive has been verified as its reader will: a disk rots in decades.
        try
        {
            waybill?.Log.Verify(kid => Registry.Find(kid)?.Key);
            waybill?.Registry.Verify(kid => Registry.Find(kid)?.Key);
        }
        catch (MessageException refusal)
        {
            throw new InvalidDataException($"what is held of {log} or of the registry does not prove the entries ({refusal.Reason}): it is damaged", refusal);
        }

        return waybill;
    }

    /// <summary>The evidence of a log's forks, in the order in which they were found.</summary>
    /// <param name="log">Which log.</param>
    /// <param name="ct">Ends the wait.</param>
    public ValueTask<IReadOnlyList<ForkEvidence>> ForksAsync(LogId log, CancellationToken ct = default) => _store.Forks(log, ct);

    /// <summary>Makes the two waybills of a fork: one index, two entries, each under a head that the gateway signed.</summary>
    /// <param name="fork">The evidence, from <see cref="ForksAsync"/>.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>Both; null if the registry has no head.</returns>
    /// <exception cref="MessageException"><see cref="Refusal.UnexpectedBlank"/>: of one side only the head was ever seen, or the entry is blank; <see cref="Refusal.ProofFails"/> or <see cref="Refusal.BadSignature"/> and the like: the other side's entries do not lead to its head.</exception>
    public async Task<ForkWaybills?> ProveForkAsync(ForkEvidence fork, CancellationToken ct = default)
    {
        ForkWaybills? both = await WaybillAssembler.AssembleForkAsync(_store, fork, _store, _registry, ct).ConfigureAwait(false);
        foreach (Waybill waybill in both is null ? [] : new[] { both.Held, both.Other })
        {
            waybill.Log.Verify(kid => Registry.Find(kid)?.Key);
            waybill.Registry.Verify(kid => Registry.Find(kid)?.Key);
        }

        return both;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _store.DisposeAsync();

    // As many as a waybill holds; what was asked for comes first.
    private async Task<IReadOnlyList<ulong>> WithAnswersAsync(LogId log, IReadOnlyList<ulong> indexes, CancellationToken ct)
    {
        SortedSet<ulong> shown = [.. indexes];
        if (await _store.State(log, ct).ConfigureAwait(false) is not { } state)
        {
            return indexes;
        }

        AnswerSearch search = new(_store, log, Registry);
        foreach (ulong index in indexes.Where(index => index >= state.Start && index < state.Size).Take(MostAnswers))
        {
            IReadOnlyList<ulong> found = await search.FindAsync(index, state.Start, ct).ConfigureAwait(false);
            if (shown.Union(found).Count() <= Limits.ReceiptProofs)
            {
                shown.UnionWith(found);
            }
        }

        return [.. shown];
    }

    private static ulong Distance(FoundReading found, ulong time) => found.AtMilliseconds > time ? found.AtMilliseconds - time : time - found.AtMilliseconds;

    private static async Task<List<FoundReading>> TakeAsync(IAsyncEnumerable<FoundReading> readings, ReadingNumber number, bool stopBeyond, CancellationToken ct)
    {
        List<FoundReading> taken = [];
        await foreach (FoundReading found in readings.WithCancellation(ct).ConfigureAwait(false))
        {
            if (found.Reading.Number == number)
            {
                taken.Add(found);
            }
            else if (stopBeyond && found.Reading.Number > number)
            {
                break;
            }
        }

        return taken;
    }

    private static async Task<bool> AnyAsync(IAsyncEnumerable<FoundReading> readings, CancellationToken ct)
    {
        await foreach (FoundReading _ in readings.WithCancellation(ct).ConfigureAwait(false))
        {
            return true;
        }

        return false;
    }

    /// <summary>The logs in which a sensor's readings can stand: those of the gateways that it was ever assigned to.</summary>
    private async Task<IReadOnlyList<(EntryScan Scan, ulong From, ulong To)>> ScansAsync(Kid sensor, CancellationToken ct)
    {
        HashSet<string> gateways = [.. Registry.AssignmentsOf(sensor).Select(one => one.Assignment.Gateway)];
        List<(EntryScan, ulong, ulong)> scans = [];
        foreach (LogId log in (await _store.Logs(ct).ConfigureAwait(false)).Where(log => gateways.Contains(log.Name)))
        {
            LogState state = (await _store.State(log, ct).ConfigureAwait(false))!;
            scans.Add((new EntryScan(_store, log, sensor), state.Start, state.Size));
        }

        return scans;
    }
}
