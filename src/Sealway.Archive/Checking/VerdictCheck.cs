namespace Sealway.Archive;

using Sealway.Alarms;
using Sealway.Fleet;
using Sealway.Messages;

/// <summary>
/// Judges a log anew, and compares what was kept of its verdicts: once as of the registry now, and where that has withdrawn
/// keys since, once as of the registry with which it was judged.
/// </summary>
internal sealed class VerdictCheck
{
    private readonly CheckedFiles _files;
    private readonly RegistryView _registry;
    private readonly MarkedRegistry? _keptWith;
    private VerdictPass? _now;
    private VerdictPass? _asKept;
    private VerdictTally? _then;

    /// <summary>Reads what is kept.</summary>
    /// <param name="log">Which log.</param>
    /// <param name="path">Its file, below the archive's folder.</param>
    /// <param name="files">The archive's files.</param>
    /// <param name="rules">The archive's alarm rules.</param>
    /// <param name="registry">The registry, applied.</param>
    public VerdictCheck(LogId log, string path, CheckedFiles files, AlarmRules rules, Registry registry)
    {
        Log = log;
        Path = path;
        _files = files;
        _registry = registry.Current;
        Kept = files.Exists(path) ? files.Read(path, bytes => new JudgedFolder(string.Empty, rules).Read(log, bytes, path)) : null;
        if (Kept is { Marks: [RegistryMark first, ..] } && _registry.Withdrawals.Any(one => one.Index >= first.Size))
        {
            _keptWith = new MarkedRegistry(Kept.Marks, _registry, size => registry.View(Math.Min(size, registry.Size)));
        }
    }

    /// <summary>Which log.</summary>
    public LogId Log { get; }

    /// <summary>Where it is kept how far it was judged, below the archive's folder.</summary>
    public string Path { get; }

    /// <summary>What is kept; null where nothing is, or it is damaged.</summary>
    public JudgedLog? Kept { get; }

    /// <summary>Which numbers stand in it, judged anew.</summary>
    public LogTrails Trails => _now?.Tally.Trails ?? LogTrails.Empty;

    /// <summary>Takes the next entry.</summary>
    public void Feed(ulong index, ReadOnlyMemory<byte> entry)
    {
        _now ??= new VerdictPass(Log, index);
        Mark();
        _now.Feed(entry, _registry);
        if (_keptWith is not null)
        {
            _asKept ??= new VerdictPass(Log, index);
            _asKept.Feed(entry, _keptWith.ViewAt(index));
        }
    }

    /// <summary>All entries came.</summary>
    public void End(ArchiveCheckReport report, bool isSound)
    {
        Mark();
        report.Readings += _now?.Tally.Valid ?? 0;
        if (Kept is null || !isSound)
        {
            return;
        }

        if (Kept.Next > 0 && _then is null)
        {
            _files.Problem(Path, "says that more is judged than is held");
            return;
        }

        if (_then is not null && Verdicts(_then) != Verdicts(Kept.Tally.Verdicts) && !MayDiffer(_then, Kept.Tally.Verdicts))
        {
            _files.Problem(Path, "keeps other verdicts than judging anew gives");
        }

        // The archive judges these again itself as soon as it runs and has the registry.
        report.Reconsidered += Kept.IsOvertaken(_registry) || (_then is not null && Verdicts(_then) != Verdicts(Kept.Tally.Verdicts)) ? 1 : 0;
    }

    // What is pending is decided when the registry has come; what was blanked since cannot be judged any more.
    private static bool MayDiffer(VerdictTally then, VerdictTally kept) => kept.Pending > 0 || then.Blanks > kept.Blanks;

    private void Mark()
    {
        if (Kept is not null && _now?.Next == Kept.Next)
        {
            _then ??= (_asKept ?? _now).Tally.Clone();
        }
    }

    private static string Verdicts(VerdictTally tally) => System.Text.Json.JsonSerializer.Serialize(tally);
}
