namespace Sealway.Cli.Help;

/// <summary>What the help of a command says beyond its options.</summary>
/// <param name="About">Paragraphs: what it does to what, what to know before, what the exit code says.</param>
/// <param name="Examples">Whole command lines, each with what it is for.</param>
internal sealed record ManualPage(IReadOnlyList<string> About, IReadOnlyList<(string Line, string For)> Examples);
