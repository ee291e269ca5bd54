namespace Sealway.Cli.Drill;

/// <summary>How one part dies in a round.</summary>
/// <param name="Part">Which.</param>
/// <param name="After">When it is killed, from the round's beginning.</param>
/// <param name="Down">How long it stays down.</param>
/// <param name="Again">How long after its restart it is killed once more, in its recovery; null: not.</param>
internal sealed record Axe(string Part, TimeSpan After, TimeSpan Down, TimeSpan? Again);
