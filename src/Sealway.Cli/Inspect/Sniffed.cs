namespace Sealway.Cli.Inspect;

/// <summary>What some bytes are.</summary>
/// <param name="What">In words, with an article; of a sequence, of all of it.</param>
/// <param name="Shapes">What each item of the sequence is, at least one; the last stands for all that follow.</param>
internal sealed record Sniffed(string What, params IReadOnlyList<Shape> Shapes);
