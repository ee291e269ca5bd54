namespace Sealway.Fuzz.Tests;

using Sealway.Fuzz.Running;
using Xunit;

/// <summary>No decoder takes more than linear work: counted in branches and in bytes allocated, the same on every machine.</summary>
public sealed class WorkTests(InstrumentedProgram program) : IClassFixture<InstrumentedProgram>
{
    // A little for what a longer head or an allocation's growth costs, and for what is the same whatever the length.
    private const double Slack = 1.5;
    private const int Fixed = 4_096;

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task The_work_for_an_input_grows_no_faster_than_its_length_in(string target)
    {
        IReadOnlyList<Work> works = await program.Measure(target);
        Assert.True(works.Count >= 28);
        Assert.Contains(works, work => work.Steps > 0);
        foreach (Work[] pair in works.Chunk(2))
        {
            Assert.Equal(pair[0].Shape, pair[1].Shape);
            double times = Slack * pair[1].Bytes / pair[0].Bytes;
            Assert.True(pair[1].Steps <= Fixed + (times * pair[0].Steps), $"{target}, {pair[0].Shape}: {pair[0].Steps} steps for {pair[0].Bytes} bytes, {pair[1].Steps} for {pair[1].Bytes}");
            Assert.True(pair[1].Allocated <= Fixed + (times * pair[0].Allocated), $"{target}, {pair[0].Shape}: {pair[0].Allocated} bytes allocated for {pair[0].Bytes}, {pair[1].Allocated} for {pair[1].Bytes}");
        }
    }
}
