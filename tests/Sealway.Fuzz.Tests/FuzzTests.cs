namespace Sealway.Fuzz.Tests;

using Sealway.Fuzz.Running;
using Sealway.Testing;
using Xunit;

/// <summary>A minute of coverage-guided fuzzing of every decoder that meets bytes from outside; an hour of each is fuzz/run --for 1h.</summary>
public sealed class FuzzTests(FuzzRun run) : IClassFixture<FuzzRun>
{
    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void A_minute_of_fuzzing_finds_nothing_in(string target)
    {
        FuzzLine line = run.Of(target);
        Assert.True(line.Findings == 0, $"{run.Run.Output}\n{run.Run.Error}");

        // It did run, from seeds, and its coverage led it somewhere.
        Assert.True(line.Seeds > 0 && line.Executions > 10L * line.Seeds && line.Edges > 50, line.ToString());
    }

    [Fact]
    public async Task A_mistake_on_purpose_is_found_kept_and_shown_again()
    {
        using TemporaryFolder folder = new();
        ProcessRun found = await FuzzRun.Fuzz(folder.Path, "5", "broken");
        Assert.Equal(1, found.Code);
        Assert.True(Assert.Single(FuzzLine.Read(found.Output)).Findings > 0, found.Output);
        string command = Assert.Single(found.Output.Split('\n'), line => line.Contains("see it again: dotnet ", StringComparison.Ordinal));
        string[] words = command[(command.IndexOf("dotnet ", StringComparison.Ordinal) + "dotnet ".Length)..].Split(' ');
        ProcessRun again = await ProcessRun.Of("dotnet", words, Repository.Root, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(1, again.Code);
        Assert.Contains("the mistake on purpose", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_that_there_is_not_is_refused_by_name()
    {
        using TemporaryFolder folder = new();
        ProcessRun refused = await FuzzRun.Fuzz(folder.Path, "1", "nothing");
        Assert.Equal(2, refused.Code);
        Assert.Contains("there is no target 'nothing'", refused.Error, StringComparison.Ordinal);
    }
}
