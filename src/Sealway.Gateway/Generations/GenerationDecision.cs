namespace Sealway.Gateway;

using Sealway.Messages;

/// <summary>A step and what it needs.</summary>
/// <param name="Step">What to do.</param>
/// <param name="Log">The log to write from then on.</param>
/// <param name="Previous">What the new generation's first entry names; null unless one begins.</param>
/// <param name="Reason">Why, in words that stand in the log; empty unless a generation begins.</param>
public sealed record GenerationDecision(GenerationStep Step, LogId Log, PreviousGeneration? Previous, string Reason);
