namespace Sealway.Cli.Drill;

/// <summary>One round: who dies, and how.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="What">A role, <c>several</c> or <c>all</c>.</param>
/// <param name="Axes">One for each part that dies.</param>
internal sealed record CrashRound(int Number, string What, IReadOnlyList<Axe> Axes);
