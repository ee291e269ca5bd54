namespace Sealway.Archive;

using Sealway.Alarms;
using Sealway.Log;
using Sealway.Messages;

/// <summary>Where it is kept how far each log is judged: one small file each, apart from the logs, since all of it follows from them.</summary>
/// <param name="root">The folder.</param>
/// <param name="rules">The alarm rules; with other rules the alarms begin anew.</param>
internal sealed class JudgedFolder(string root, AlarmRules rules)
{
    public string FileOf(LogId log) => TileLogStore.FolderOf(root, log);

    /// <summary>Reads how far a log was judged; from its beginning where that is missing, damaged, or ahead of the log.</summary>
    public JudgedLog Load(LogId log, LogState? state)
    {
        string path = FileOf(log);
        if (File.Exists(path))
        {
            try
            {
                JudgedLog judged = JudgedLog.Read(log, rules, File.ReadAllBytes(path), path);
                if (judged.Next <= (state?.Size ?? 0))
                {
                    return judged;
                }
            }
            catch (InvalidDataException)
            {
                // Made again from the entries.
            }
        }

        return JudgedLog.Begin(log, rules, state?.Start ?? 0);
    }

    /// <exception cref="IOException">It could not be written; what was there before still is, or this is.</exception>
    public void Save(JudgedLog judged)
    {
        DurableFiles files = new(root);
        files.Replace(Path.GetRelativePath(root, FileOf(judged.Log)), judged.ToBytes());
        files.Flush();
    }
}
