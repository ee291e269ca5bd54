namespace Sealway.Sensor.Recordings;

/// <summary>The recordings in a folder.</summary>
/// <remarks>
/// The folder is laid out <c>vitals/bidmc/*_Numerics.csv</c> (with <c>*_Fix.txt</c> beside them), <c>vitals/icu/*.txt</c>, <c>home/occupancy/*.txt</c>, <c>home/rooms/*.csv</c>; any part may be missing,
/// and the folder may also be one of its parts. A file is what its header says; its folder decides only whether a header that says nothing is a mistake or a file of another kind, which is passed over.
/// </remarks>
public static class RecordingLibrary
{
    /// <summary>How many folders deep files are looked for.</summary>
    public const int Deepest = 8;

    private static readonly string[] Bystanders = ["README", "LICENSE", "LICENCE", "RECORDS", "Outcomes", "SHA256SUMS"];

    /// <summary>Finds the recordings, in the order of their paths. Each file is read through once, so that a mistake in any line is told now and not in the middle of a replay. A file without a single value gives no recording.</summary>
    /// <exception cref="RecordingException">The folder does not exist, or a file of a known kind is malformed.</exception>
    public static IReadOnlyList<Recording> Open(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder))
        {
            throw new RecordingException(folder, 0, "there is no such folder");
        }

        List<Recording> recordings = [];
        foreach (string file in Files(Path.GetFullPath(folder)))
        {
            recordings.AddRange(OpenFile(file).Where(recording => recording.Survey.Values > 0));
        }

        return recordings;
    }

    private static List<Recording> OpenFile(string file)
    {
        RecordingKind? expected = Expected(file);
        TextTable header;
        try
        {
            header = new TextTable(file);
        }
        catch (RecordingException) when (expected is null)
        {
            return [];
        }

        using (header)
        {
            RecordingKind? kind =
                IntensiveCareFile.Recognises(header) ? RecordingKind.IntensiveCare :
                BedsideMonitorFile.Recognises(header) ? RecordingKind.BedsideMonitor :
                RoomsFile.Recognises(header) ? RecordingKind.Room :
                OccupancyFile.Recognises(header) ? RecordingKind.Occupancy : null;
            switch (kind ?? expected)
            {
                case RecordingKind.IntensiveCare:
                    return [IntensiveCareFile.Open(file)];
                case RecordingKind.BedsideMonitor:
                    return [BedsideMonitorFile.Open(file, header)];
                case RecordingKind.Room:
                    List<Recording> rooms = [.. RoomsFile.Open(file, header)];
                    return rooms.Count > 0 ? rooms : throw new RecordingException(file, header.HeaderLine, "the header has no column of a room (T1, RH_1, … T_out)");
                case RecordingKind.Occupancy:
                    return kind is not null ? [OccupancyFile.Open(file, header)]
                        : throw new RecordingException(file, header.HeaderLine, "the header lacks 'date' or any of Temperature, Humidity, Light, CO2, Occupancy");
                default:
                    return [];
            }
        }
    }

    /// <summary>The kind that a file must have by its folder and name, if any.</summary>
    private static RecordingKind? Expected(string file)
    {
        string name = Path.GetFileName(file);
        if (Bystanders.Any(bystander => name.StartsWith(bystander, StringComparison.OrdinalIgnoreCase)))
        {
            return null;
        }

        bool csv = Path.GetExtension(name).Equals(".csv", StringComparison.OrdinalIgnoreCase);
        return (Path.GetFileName(Path.GetDirectoryName(file) ?? "").ToUpperInvariant(), csv) switch
        {
            ("BIDMC", true) when BedsideMonitorFile.Names(name) => RecordingKind.BedsideMonitor,
            ("ICU", false) => RecordingKind.IntensiveCare,
            ("OCCUPANCY", false) => RecordingKind.Occupancy,
            ("ROOMS", true) => RecordingKind.Room,
            _ => null,
        };
    }

    private static List<string> Files(string folder)
    {
        List<string> files = [];
        Collect(folder, 0, new HashSet<string>(StringComparer.Ordinal), files);
        files.Sort(StringComparer.Ordinal);
        return files;
    }

    private static void Collect(string folder, int depth, HashSet<string> seen, List<string> files)
    {
        try
        {
            // A link back to a folder above it must not go round for ever.
            if (depth > Deepest || !seen.Add(new DirectoryInfo(folder).ResolveLinkTarget(true)?.FullName ?? folder))
            {
                return;
            }

            foreach (string path in Directory.EnumerateFileSystemEntries(folder))
            {
                if (Path.GetFileName(path).StartsWith('.'))
                {
                    continue;
                }

                if (Directory.Exists(path))
                {
                    Collect(path, depth + 1, seen, files);
                }
                else if (Path.GetExtension(path).ToUpperInvariant() is ".CSV" or ".TXT")
                {
                    files.Add(path);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RecordingException(folder, 0, "the folder cannot be read: " + e.Message, e);
        }
    }
}
