namespace Sealway.Cli.Hosting;

/// <summary>A configuration file with mistakes: all of them, in the order of the file.</summary>
internal sealed class SettingsException(string file, IReadOnlyList<Mistake> mistakes)
    : UserError(mistakes.Count == 1 ? "one mistake" : $"{mistakes.Count} mistakes", file, code: ExitCode.Usage)
{
    /// <summary>Every mistake, in the order of the file.</summary>
    public IReadOnlyList<Mistake> Mistakes { get; } = mistakes;

    /// <inheritdoc/>
    public override string Describe() =>
        string.Join(Environment.NewLine, Mistakes) + $"{Environment.NewLine}{Where}: {Message}, nothing was started";
}
