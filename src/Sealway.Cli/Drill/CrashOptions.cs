namespace Sealway.Cli.Drill;

/// <summary>What <c>sealway drill crash</c> was asked for.</summary>
/// <param name="Rounds">How many rounds of killing.</param>
/// <param name="Seed">Of the choice of victims and moments.</param>
/// <param name="Recordings">A folder of recordings to replay; null: values are generated.</param>
/// <param name="Headless">A line for each round, instead of one that is written over.</param>
/// <param name="Json">Where the figures go; null: nowhere.</param>
/// <param name="Keep">Where everything stays to be looked at; null: a temporary folder that is removed.</param>
internal sealed record CrashOptions(int Rounds, int Seed, string? Recordings, bool Headless, string? Json, string? Keep);
