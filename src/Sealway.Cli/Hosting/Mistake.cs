namespace Sealway.Cli.Hosting;

/// <summary>One mistake in a configuration file.</summary>
/// <param name="File">The file as it was named.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column in characters, from 1.</param>
/// <param name="Path">The key, such as <c>sensors[2].key</c>; empty for the file as a whole.</param>
/// <param name="What">What is wrong.</param>
/// <param name="Mend">What to write instead, or null.</param>
internal sealed record Mistake(string File, int Line, int Column, string Path, string What, string? Mend)
{
    /// <summary>One line: place, path, what is wrong, the mend.</summary>
    public override string ToString() =>
        $"{File}:{Line}:{Column}: {(Path.Length == 0 ? "" : Path + ": ")}{What}{(Mend is null ? "" : "; " + Mend)}";
}
