namespace Sealway.Archive;

using Sealway.Alarms;
using Sealway.Fleet;
using Sealway.Messages;

/// <summary>
/// Reads every stored byte again and verifies it: entries against leaf hashes, tiles against the level below, heads against
/// roots, every signature against the registry, which is itself verified from the pinned authority's key, and the verdicts
/// that are kept by judging anew; logs are compared with each other. Files that do not belong are named. It can run beside the archive.
/// </summary>
public static class ArchiveCheck
{
    /// <summary>How many problems a report names; further ones are counted.</summary>
    public const int MostProblems = 1_000;

    private const string Logs = "logs";
    private const string Judged = "judged";

    /// <summary>Checks an archive.</summary>
    /// <param name="dataFolder">The archive's data folder.</param>
    /// <param name="registry">The registry's log.</param>
    /// <param name="authority">The pinned key.</param>
    /// <param name="rules">The archive's alarm rules.</param>
    /// <param name="progress">Is told how far it is, from another thread; or null.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>What was read, and what is wrong.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no archive.</exception>
    public static Task<ArchiveCheckReport> RunAsync(string dataFolder, LogId registry, PublicKey authority, AlarmRules rules, Action<ArchiveCheckProgress>? progress = null, CancellationToken ct = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(dataFolder);
        ArgumentNullException.ThrowIfNull(authority);
        ArgumentNullException.ThrowIfNull(rules);
        string root = Path.GetFullPath(dataFolder);
        return Directory.Exists(Path.Combine(root, Logs))
            ? Task.Run(() => CheckAsync(root, registry, authority, rules, progress ?? (_ => { }), ct), ct)
            : throw new DirectoryNotFoundException($"{root} is no archive: it has no folder '{Logs}'");
    }

    private static async Task<ArchiveCheckReport> CheckAsync(string root, LogId registryLog, PublicKey authority, AlarmRules rules, Action<ArchiveCheckProgress> progress, CancellationToken ct)
    {
        ArchiveCheckReport report = new();
        bool isWritten = TileLogStore.HasWriter(Path.Combine(root, Logs));
        CheckedFiles files = new(root, report);
        LogId[] logs = [.. TileLogStore.LogFolders(Path.Combine(root, Logs))];
        Registry registry = new(authority);
        if (logs.Contains(registryLog))
        {
            Check(registryLog, () => new RegistryKeys(registry.Current), (_, bytes) => registry.Apply(bytes));
        }

        if (!registry.Current.IsFounded || registry.Current.Log != registryLog)
        {
            files.Problem(FolderOf(Logs, registryLog), "is not the registry of the pinned authority");
        }

        List<VerdictCheck> judged = [];
        RegistryKeys keys = new(registry.Current);
        foreach (LogId log in logs.Where(log => log != registryLog))
        {
            VerdictCheck verdicts = new(log, FolderOf(Judged, log), files, rules, registry);
            if (Check(log, () => keys, verdicts.Feed) is { } check)
            {
                judged.Add(verdicts);
                verdicts.End(report, check.IsSound);
            }
        }

        files.Know($"{Logs}/{TileLogStore.LockFile}");
        files.StrangersAbove(Logs);
        files.Strangers(Judged, null);
        if (report.IsSound)
        {
            // Of what is damaged nothing more is to be said.
            TileLogStore store = TileLogStore.OpenToRead(Path.Combine(root, Logs));
            await using (store.ConfigureAwait(false))
            {
                await new WitnessCheck(store, registry.Current, files).RunAsync(judged, report, isWritten, ct).ConfigureAwait(false);
            }
        }

        return report;

        LogCheck? Check(LogId log, Func<RegistryKeys> keysOf, Action<ulong, ReadOnlyMemory<byte>> entry)
        {
            report.Logs++;
            LogCheck? check = LogCheck.Open(log, FolderOf(Logs, log), files, report);
            if (check is not null)
            {
                report.NotJudgedBefore = check.Start > 0 ? [.. report.NotJudgedBefore, (log, check.Start)] : report.NotJudgedBefore;
                check.Run(keysOf, isWritten, entry, done => progress(new ArchiveCheckProgress(log, done, check.Size)), ct);
                check.Strangers(isWritten);
            }

            return check;
        }
    }

    private static string FolderOf(string above, LogId log) => TileLogStore.FolderOf(above, log).Replace('\\', '/');
}
