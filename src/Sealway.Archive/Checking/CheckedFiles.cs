namespace Sealway.Archive;

/// <summary>Reads files for a check: counts them, notes what is wrong with them, and in the end knows those that nobody asked for.</summary>
internal sealed class CheckedFiles(string root, ArchiveCheckReport report)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<ArchiveProblem> _problems = [];

    public DateTime ChangedAt(string path) => File.GetLastWriteTimeUtc(Path.Combine(root, path));

    /// <summary>The names of the files in a folder; none where there is none.</summary>
    public IReadOnlyList<string> NamesIn(string folder) =>
        Directory.Exists(Path.Combine(root, folder)) ? [.. Directory.EnumerateFiles(Path.Combine(root, folder)).Select(file => Path.GetFileName(file)!)] : [];

    public bool Exists(string path) => File.Exists(Path.Combine(root, path));

    /// <summary>Reads a file that belongs here; one that is missing is a problem.</summary>
    public byte[]? Read(string path)
    {
        if (TryRead(path) is { } bytes)
        {
            return bytes;
        }

        Problem(path, "is missing");
        return null;
    }

    /// <summary>Reads a file that belongs here if it is there.</summary>
    public byte[]? TryRead(string path)
    {
        bool isFirst = _known.Add(path);
        try
        {
            byte[] bytes = File.ReadAllBytes(Path.Combine(root, path));
            report.Files += isFirst ? 1u : 0;
            report.Bytes += isFirst ? (ulong)bytes.Length : 0;
            return bytes;
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
        {
            Problem(path, $"cannot be read: {unread.Message}");
            return null;
        }
    }

    /// <summary>Reads and takes apart a file that belongs here.</summary>
    /// <returns>Null if something is wrong with it, which is noted.</returns>
    public T? Read<T>(string path, Func<byte[], T> read)
        where T : class
    {
        if (Read(path) is not { } bytes)
        {
            return null;
        }

        try
        {
            return read(bytes);
        }
        catch (InvalidDataException damage)
        {
            Problem(path, damage.InnerException is null ? damage.Message : $"{damage.Message}: {damage.InnerException.Message}");
            return null;
        }
    }

    /// <summary>A file that belongs here, and is not read.</summary>
    public void Know(string path) => _known.Add(path);

    public void Problem(string path, string what)
    {
        report.ProblemCount++;
        if (_problems.Count < ArchiveCheck.MostProblems)
        {
            _problems.Add(new ArchiveProblem(path, what));
            report.Problems = [.. _problems];
        }
    }

    /// <summary>Notes the files beside the logs' folders that nobody asked for.</summary>
    public void StrangersAbove(string folder)
    {
        foreach (string place in Directory.EnumerateDirectories(Path.Combine(root, folder)).Append(Path.Combine(root, folder)))
        {
            Strangers(Directory.EnumerateFiles(place), null);
        }
    }

    /// <summary>Notes the files below a folder that nobody asked for. Those that a write left unfinished mean nothing and are passed over.</summary>
    public void Strangers(string folder, DateTime? changedSince)
    {
        string below = Path.Combine(root, folder);
        if (Directory.Exists(below))
        {
            Strangers(Directory.EnumerateFiles(below, "*", SearchOption.AllDirectories), changedSince);
        }
    }

    private void Strangers(IEnumerable<string> found, DateTime? changedSince)
    {
        foreach (string file in found)
        {
            string path = Path.GetRelativePath(root, file).Replace('\\', '/');
            bool isOfWriter = changedSince is { } since && File.GetLastWriteTimeUtc(file) >= since;
            if (!_known.Contains(path) && !path.EndsWith(TilePath.Unfinished, StringComparison.Ordinal) && !isOfWriter)
            {
                Problem(path, "does not belong here");
            }
        }
    }
}
