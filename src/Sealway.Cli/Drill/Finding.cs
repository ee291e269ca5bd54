namespace Sealway.Cli.Drill;

/// <summary>Something that must not be.</summary>
/// <param name="Kind">Of which kind.</param>
/// <param name="Round">After which round.</param>
/// <param name="Where">The store, log or part.</param>
/// <param name="What">What is wrong.</param>
internal sealed record Finding(string Kind, int Round, string Where, string What);
