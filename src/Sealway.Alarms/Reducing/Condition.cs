namespace Sealway.Alarms;

using System.Collections.Immutable;

/// <summary>What one rule remembers of one sensor.</summary>
/// <param name="Rule">The rule's index in its set.</param>
/// <param name="Phase">How far it is.</param>
/// <param name="Since">Since when it is in that phase, in the log's time.</param>
/// <param name="Value">The value that led there; 0 for a silence.</param>
/// <param name="Samples">Earlier values, oldest first; of changes alone.</param>
internal sealed record Condition(int Rule, Phase Phase, ulong Since, double Value, ImmutableArray<Sample> Samples);
