namespace Sealway.Fuzz.Tests;

using System.Globalization;
using Sealway.Fuzz.Running;
using Sealway.Testing;
using Xunit;

/// <summary>A copy of the fuzzers' program that counts its branches.</summary>
public sealed class InstrumentedProgram : IAsyncLifetime
{
    private const string Program = "Sealway.Fuzz.dll";

    private static readonly string Built = Path.Combine(Repository.Root, "fuzz", "Sealway.Fuzz", "bin", "Release", "net10.0");

    private readonly TemporaryFolder _folder = new();

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        foreach (string file in Directory.EnumerateFiles(Built, "*", SearchOption.AllDirectories))
        {
            string copy = _folder.File(Path.GetRelativePath(Built, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        ProcessRun run = await ProcessRun.Of("dotnet", [Path.Combine(Built, Program), "instrument", _folder.Path], Repository.Root, environment: new Dictionary<string, string> { ["SHARPFUZZ_ENABLE_ON_BRANCH_CALLBACK"] = "1" });
        Assert.True(run.Code == 0, run.Error);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>What inputs of each shape cost, small and large in turn.</summary>
    internal async Task<IReadOnlyList<Work>> Measure(string target)
    {
        ProcessRun run = await ProcessRun.Of("dotnet", [_folder.File(Program), "work", target], Repository.Root);
        Assert.True(run.Code == 0, run.Error);
        return [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')).Select(fields => new Work(fields[0], (int)Number(fields[1]), Number(fields[2]), Number(fields[3])))];
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
