namespace Sealway.Archive;

/// <summary>Something in an archive's folder is not as it was stored.</summary>
/// <param name="File">Which file, relative to the data folder.</param>
/// <param name="What">What is wrong, for a person.</param>
public sealed record ArchiveProblem(string File, string What);
