namespace Sealway.Fuzz.Tests;

using System.Globalization;
using Sealway.Testing;
using Xunit;

/// <summary>One run of fuzz/run over all targets, a minute in all on two processors.</summary>
public sealed class FuzzRun : IAsyncLifetime
{
    private const string SecondsEach = "4";

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, FuzzLine> _lines = [];

    /// <summary>How it ended.</summary>
    public ProcessRun Run { get; private set; } = null!;

    /// <summary>What it says of a target.</summary>
    public FuzzLine Of(string target) => _lines.TryGetValue(target, out FuzzLine? line) ? line : throw new InvalidDataException($"fuzz/run says nothing of {target}:\n{Run.Output}\n{Run.Error}");

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        Run = await Fuzz(_folder.Path, SecondsEach);
        foreach (FuzzLine line in FuzzLine.Read(Run.Output))
        {
            _lines.Add(line.Target, line);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Runs fuzz/run on what was built.</summary>
    public static Task<ProcessRun> Fuzz(string folder, string seconds, params string[] targets) => ProcessRun.Of(
        Path.Combine(Repository.Root, "fuzz", "run"),
        ["--built", "--for", seconds, "--jobs", Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture), "--out", folder, .. targets],
        Repository.Root);
}
