namespace Sealway.Fleet;

/// <summary>A file or folder of a fleet cannot be used. The text says which, why, and what mends it; it never holds what is in the file.</summary>
public sealed class FleetFileException : Exception
{
    /// <summary>Names the file and the mistake.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="mistake">What is wrong and what mends it.</param>
    /// <param name="inner">What the platform said.</param>
    public FleetFileException(string path, string mistake, Exception? inner = null)
        : base($"{path}: {mistake}", inner) => Path = path;

    /// <summary>The file or folder.</summary>
    public string Path { get; }
}
