namespace Sealway.Archive;

using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Sealway.Log;
using Sealway.Messages;

/// <summary>Makes alerts of what following finds, and hands them on. No values go to the log.</summary>
internal sealed class AlertDesk(AlertOutbox outbox, TimeProvider time, ILogger logger)
{
    private const int MostUnstored = 4_096;

    private readonly ConcurrentDictionary<(string Name, Refusal Reason), ulong> _notTaken = new();
    private readonly ConcurrentDictionary<string, ulong> _silent = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<LogId, ulong> _notGiven = new();
    private readonly ConcurrentDictionary<string, long> _forged = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly List<Alert> _unstored = [];
    private long _forks;
    private ulong _staleSince;

    /// <summary>Forks seen since the start.</summary>
    public long Forks => Interlocked.Read(ref _forks);

    /// <summary>Countersignatures that came and are not whose they say, since the start.</summary>
    public long Forged => _forged.Values.Sum();

    /// <summary>Whether the registry as the cloud gives it is too old.</summary>
    public bool IsRegistryStale => Volatile.Read(ref _staleSince) != 0;

    /// <summary>The logs that are silent.</summary>
    public IReadOnlyList<string> Silent => [.. _silent.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Appends not taken, by log and reason.</summary>
    public IEnumerable<(string Name, Refusal Reason, ulong Count)> NotTaken => _notTaken.Select(pair => (pair.Key.Name, pair.Key.Reason, pair.Value));

    /// <summary>Whether alerts wait for the disk: how far a log is judged must not be kept before them.</summary>
    public bool HasUnstored
    {
        get
        {
            lock (_lock)
            {
                return _unstored.Count > 0;
            }
        }
    }

    /// <summary>Stores alerts, and before them those that the disk did not take earlier. What it does not take waits in memory for the next call.</summary>
    public void Put(IReadOnlyList<Alert> alerts)
    {
        lock (_lock)
        {
            bool news = _unstored.Count == 0;
            int room = Math.Min(alerts.Count, MostUnstored - _unstored.Count);
            _unstored.AddRange(alerts.Take(room));
            try
            {
                outbox.Put(_unstored);
                _unstored.Clear();
            }
            catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
            {
                logger.Log(news ? LogLevel.Critical : LogLevel.Debug, "{Count} alerts cannot be stored: {Reason}; they wait in memory", _unstored.Count, trouble.Message);
            }

            if (room < alerts.Count)
            {
                logger.LogCritical("{Count} alerts cannot be stored, and there is no memory for more; they are made again after the next start", alerts.Count - room);
            }
        }
    }

    public void Fork(ForkEvidence fork)
    {
        Interlocked.Increment(ref _forks);
        logger.LogError("{Log} was forked: heads of sizes {Held} and {Other} contradict each other; both are kept as evidence", fork.Log, fork.Held.Claims.Size, fork.Other.Claims.Size);
        Tell(AlertKind.Fork, true, fork.Log, fork.Index, $"other-{Convert.ToHexStringLower(fork.Other.Root.Span[..8])}", "the log was forked: two heads under its key contradict each other; both are kept as evidence");
    }

    /// <summary>Something that came was not taken. Told once for each reason and log: whoever sends it decides how often.</summary>
    public void Refused(LogId log, Refusal reason)
    {
        if (_notTaken.AddOrUpdate((log.Name, reason), 1, (_, count) => count + 1) == 1)
        {
            logger.LogError("what the cloud gave of {Log} is not taken: {Reason}", log, reason);
            Tell(AlertKind.NotTaken, true, log, null, reason.ToString(), $"what the cloud gives of this log is not taken: {reason}");
        }
        else
        {
            logger.LogDebug("what the cloud gave of {Log} is not taken: {Reason}", log, reason);
        }
    }

    /// <summary>The cloud has a head of the log's writer and not, again and again, the entries under it. Told once for each log.</summary>
    public void NotGiven(LogId log, ulong size)
    {
        if (_notGiven.TryAdd(log, size))
        {
            logger.LogError("the cloud claims to hold {Size} entries of {Log} and does not give them", size, log);
            Tell(AlertKind.Withheld, true, log, null, nameof(NotGiven), "the cloud claims to hold entries of this log, which its writer has signed, and does not give them");
        }
    }

    /// <summary>Countersignatures that came are in a witness's name and do not verify. Told once for each log.</summary>
    public void ForgedCountersignatures(LogId log, int count)
    {
        if (count > 0 && _forged.AddOrUpdate(log.Name, count, (_, before) => before + count) == count)
        {
            logger.LogError("countersignatures that the cloud gives of {Log} do not verify and are left out", log);
            Tell(AlertKind.NotTaken, true, log, null, nameof(ForgedCountersignatures), "countersignatures that the cloud gives of this log do not verify and are left out: replayed or forged");
        }
    }

    /// <summary>The registry's newest word is this old: too old, or not.</summary>
    public void RegistryAge(LogId registry, ulong newest, bool stale)
    {
        if (stale && Interlocked.CompareExchange(ref _staleSince, Math.Max(1, newest), 0) == 0)
        {
            logger.LogError("the registry is stale: its newest word is of {Newest}; the registrar or the cloud keeps back what came since", DateTimeOffset.FromUnixTimeMilliseconds((long)newest));
            Tell(AlertKind.Registry, true, registry, null, $"stale-{newest}", "the registry is stale: the registrar or the cloud keeps back what came since, revocations perhaps");
        }
        else if (!stale && Interlocked.Exchange(ref _staleSince, 0) is var since and not 0)
        {
            logger.LogInformation("the registry is fresh again");
            Tell(AlertKind.Registry, false, registry, null, $"stale-{since}", "the registry is fresh again");
        }
    }

    public void IsSilent(string name, ulong since)
    {
        if (_silent.TryAdd(name, since))
        {
            logger.LogWarning("{Log} is silent: no new head since {Since}", name, DateTimeOffset.FromUnixTimeMilliseconds((long)since));
            Tell(AlertKind.LogSilence, true, name, null, since.ToString(CultureInfo.InvariantCulture), "the log is silent: no new head has come");
        }
    }

    public void IsHeard(string name)
    {
        if (_silent.TryRemove(name, out ulong since))
        {
            logger.LogInformation("{Log} is heard again", name);
            Tell(AlertKind.LogSilence, false, name, null, since.ToString(CultureInfo.InvariantCulture), "the log is heard again");
        }
    }

    public void Anomaly(LogId registry, ulong index, Refusal reason, Kid? withheld)
    {
        string text = withheld is { } kid ? $"a status of the registry withholds the revocation of {kid}" : $"an entry of the registry has no effect: {reason}";
        logger.LogError("entry {Index} of {Log}: {Text}", index, registry, text);
        Tell(AlertKind.Registry, true, registry, index, reason.ToString(), text);
    }

    public void IsWithheld(LogId log, ulong inForce, ulong known)
    {
        logger.LogError("the registry is withheld from this archive: {Log} states {InForce} entries in force, {Known} are here", log, inForce, known);
        Tell(AlertKind.RegistryWithheld, true, log, null, inForce.ToString(CultureInfo.InvariantCulture), $"the registry is withheld from this archive: the log states {inForce} entries in force, {known} came");
    }

    public void IsGiven(LogId log, ulong known)
    {
        logger.LogInformation("the registry that {Log} states in force has come", log);
        Tell(AlertKind.RegistryWithheld, false, log, null, known.ToString(CultureInfo.InvariantCulture), "the registry that the log states in force has come");
    }

    public void Damaged(LogId log, string what)
    {
        logger.LogCritical("{Log}: {What}; run sealway archive check", log, what);
        Tell(AlertKind.Storage, true, log, null, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(what)).AsSpan(0, 8)), what);
    }

    private void Tell(AlertKind kind, bool raised, LogId log, ulong? index, string what, string text) => Tell(kind, raised, log.ToString(), index, what, text);

    private void Tell(AlertKind kind, bool raised, string log, ulong? index, string what, string text) => Put(
    [
        new Alert
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"{kind}:{log}:{index}:{what}:{raised}"),
            Kind = kind,
            Raised = raised,
            Text = text,
            At = (ulong)Math.Max(0, time.GetUtcNow().ToUnixTimeMilliseconds()),
            Log = log,
            Index = index,
        },
    ]);
}
