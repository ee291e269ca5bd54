namespace Sealway.Archive;

using Sealway.Alarms;
using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>
/// Compares the logs with each other anew: gaps over all of them, readings that stand in two, and numbers under which two
/// contents stand, both signed. What is kept as evidence of a cloned key must be borne out by the entries, and nothing of it be left out.
/// </summary>
/// <param name="store">The logs, to read.</param>
/// <param name="registry">The registry, applied.</param>
/// <param name="files">Where problems are noted.</param>
internal sealed class WitnessCheck(ILogStore store, RegistryView registry, CheckedFiles files)
{
    private readonly ReadingSearch _search = new(store, sensor => registry.Find(sensor)?.Key);
    private readonly HashSet<ClonedNumber> _found = [];

    /// <summary>Compares.</summary>
    /// <param name="logs">Each log, judged anew.</param>
    /// <param name="report">Where the counts go.</param>
    /// <param name="isWritten">An archive runs beside it: what it keeps moves on meanwhile.</param>
    /// <param name="ct">Ends it.</param>
    public async Task RunAsync(IReadOnlyList<VerdictCheck> logs, ArchiveCheckReport report, bool isWritten, CancellationToken ct)
    {
        for (int one = 0; one < logs.Count; one++)
        {
            for (int other = 0; other < one; other++)
            {
                await CompareAsync(logs[one], logs[other], ct).ConfigureAwait(false);
            }
        }

        WitnessCounts counts = WitnessCounts.Of(logs.Select(log => log.Trails));
        report.Missing = counts.Missing;
        report.Cloned = (ulong)_found.Count;
        report.WitnessedAgain = counts.Again > report.Cloned ? counts.Again - report.Cloned : 0;
        foreach (VerdictCheck log in logs.Where(log => log.Kept is not null))
        {
            foreach (ClonedNumber kept in log.Kept!.Tally.Clones.Where(kept => !_found.Contains(kept.Ordered())))
            {
                if (!await IsBorneOutAsync(kept, ct).ConfigureAwait(false))
                {
                    files.Problem(log.Path, $"keeps evidence of a cloned key that entry {kept.Index} of {kept.Log} and entry {kept.OtherIndex} of {kept.OtherLog} do not bear out");
                }
            }
        }

        if (!isWritten)
        {
            LeftOut(logs);
        }
    }

    private void LeftOut(IReadOnlyList<VerdictCheck> logs)
    {
        HashSet<ClonedNumber> kept = [.. logs.Where(log => log.Kept is not null).SelectMany(log => log.Kept!.Tally.Clones).Select(one => one.Ordered())];
        Dictionary<string, VerdictCheck> byName = logs.ToDictionary(log => log.Log.ToString(), StringComparer.Ordinal);
        foreach (ClonedNumber found in _found.Where(found => !kept.Contains(found) && IsCompared(byName[found.Log], found.Index) && IsCompared(byName[found.OtherLog], found.OtherIndex)))
        {
            files.Problem(byName[found.Log].Path, $"says nothing of two contents under number {found.Boot}.{found.Sequence} of sensor {found.Sensor}: entry {found.Index} here, entry {found.OtherIndex} of {found.OtherLog}");
        }
    }

    // A log that was judged again counts other readings than when it was compared; one that keeps the most keeps no more.
    private static bool IsCompared(VerdictCheck log, ulong index) =>
        log.Kept is { } kept && index < kept.Next && kept.Tally is { Reconsidered: 0, Verdicts.Pending: 0, Uncompared: 0, Clones.Count: < ClonedNumber.Most };

    private async Task CompareAsync(VerdictCheck one, VerdictCheck other, CancellationToken ct)
    {
        foreach ((Kid sensor, SensorTrail trail) in one.Trails.Sensors)
        {
            if (!other.Trails.Sensors.TryGetValue(sensor, out SensorTrail? also))
            {
                continue;
            }

            foreach (NumberRun run in trail.Runs)
            {
                foreach (NumberRun second in also.Runs.Where(second => second.Boot == run.Boot && second.First <= run.Last && second.Last >= run.First))
                {
                    for (ulong sequence = Math.Max(run.First, second.First); sequence <= Math.Min(run.Last, second.Last); sequence++)
                    {
                        await CompareAsync(sensor, new ReadingNumber(run.Boot, (uint)sequence), (one.Log, run), (other.Log, second), ct).ConfigureAwait(false);
                    }
                }
            }
        }
    }

    private async Task CompareAsync(Kid sensor, ReadingNumber number, (LogId Log, NumberRun Run) one, (LogId Log, NumberRun Run) other, CancellationToken ct)
    {
        if (await _search.FindAsync(one.Log, one.Run, sensor, number, ct).ConfigureAwait(false) is { } first
            && await _search.FindAsync(other.Log, other.Run, sensor, number, ct).ConfigureAwait(false) is { } second
            && SignedHash.Of(first.Reading) != SignedHash.Of(second.Reading))
        {
            _found.Add(new ClonedNumber(sensor.ToString(), number.Boot, number.Sequence, one.Log.ToString(), first.Index, other.Log.ToString(), second.Index).Ordered());
        }
    }

    // What was judged again since, or erased, is not found from the trails.
    private async Task<bool> IsBorneOutAsync(ClonedNumber kept, CancellationToken ct)
    {
        if (await ReadAsync(kept.Log, kept.Index, ct).ConfigureAwait(false) is not { } one || await ReadAsync(kept.OtherLog, kept.OtherIndex, ct).ConfigureAwait(false) is not { } other)
        {
            return false;
        }

        if (one.IsBlank || other.IsBlank)
        {
            return true;
        }

        return Signed(kept, one) is { } first && Signed(kept, other) is { } second && SignedHash.Of(first) != SignedHash.Of(second);
    }

    private async Task<LogEntry?> ReadAsync(string log, ulong index, CancellationToken ct)
    {
        if (!LogId.TryParse(log, out LogId id) || await store.State(id, ct).ConfigureAwait(false) is not { } state || index < state.Start || index >= state.Size)
        {
            return null;
        }

        return (await store.Read(id, index, index + 1, Limits.AppendEntryBytes, ct).ConfigureAwait(false))[0];
    }

    private Reading? Signed(ClonedNumber kept, LogEntry entry) =>
        ReadingSearch.ReadingOf(entry) is { } reading && reading.Kid.ToString() == kept.Sensor && reading.Number == new ReadingNumber(kept.Boot, kept.Sequence)
            && registry.Find(reading.Kid) is { } party && ReadingSearch.IsSigned(reading, party.Key) ? reading : null;
}
