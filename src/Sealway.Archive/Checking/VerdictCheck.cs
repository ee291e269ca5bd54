namespace Sealway.Archive;

using Sealway.Alarms;
using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;

/// <summary>Judges a log anew, and compares what was kept of its verdicts.</summary>
internal sealed class VerdictCheck
{
    private readonly string _path;
    private readonly CheckedFiles _files;
    private readonly RegistryView _registry;
    private readonly LogId _log;
    private readonly AlarmRules _rules;
    private readonly JudgedLog? _kept;
    private JudgedLog? _judged;
    private LogTally? _then;

    public VerdictCheck(LogId log, string path, CheckedFiles files, AlarmRules rules, RegistryView registry)
    {
        _log = log;
        _path = path;
        _files = files;
        _rules = rules;
        _registry = registry;
        _kept = files.Exists(path) ? files.Read(path, bytes => JudgedLog.Read(log, rules, bytes, path)) : null;
    }

    /// <summary>Takes the next entry.</summary>
    public void Feed(ulong index, ReadOnlyMemory<byte> entry)
    {
        _judged ??= JudgedLog.Begin(_log, _rules, index);
        Mark();
        _judged.Feed(new LogEntry(entry, []), _registry, out _);
    }

    /// <summary>All entries came.</summary>
    public void End(ArchiveCheckReport report, bool isSound)
    {
        Mark();
        report.Readings += _judged?.Tally.Valid ?? 0;
        if (_kept is null || !isSound)
        {
            return;
        }

        if (_kept.Next > 0 && _then is null)
        {
            _files.Problem(_path, "says that more is judged than is held");
        }
        else if (_then is not null && Verdicts(_then) != Verdicts(_kept.Tally))
        {
            // A withdrawal since makes verdicts others, as it must; what is pending is decided when the registry has come; what was blanked since cannot be judged any more.
            if (_registry.Withdrawals.Any() || _kept.Tally.Pending > 0 || _then.Blanks > _kept.Tally.Blanks)
            {
                report.Reconsidered++;
            }
            else
            {
                _files.Problem(_path, "keeps other verdicts than judging anew gives");
            }
        }
    }

    private void Mark()
    {
        if (_kept is not null && _judged?.Next == _kept.Next)
        {
            _then ??= _judged.Tally.Clone();
        }
    }

    private static string Verdicts(LogTally tally) => string.Join(
        ' ',
        new[] { tally.Valid, tally.Pending, tally.Doubtful, tally.Refused, tally.Fresh, tally.Stale, tally.Unproven, tally.Missing, tally.Blanks, tally.Sealed, tally.Events, tally.Lost }
            .Select(count => count.ToString(System.Globalization.CultureInfo.InvariantCulture))
            .Concat(tally.RefusedBy.Select(pair => $"{pair.Key}={pair.Value}")));
}
