namespace Sealway.Crash.Tests;

using System.Text.Json;
using Sealway.Testing;
using Xunit;

/// <summary>A short crash drill, as a user runs it: real processes, killed. The long one is <c>sealway drill crash --rounds 200</c>.</summary>
public sealed class CrashDrillTests
{
    [Fact]
    public async Task Each_role_alone_several_and_all_may_be_killed_and_no_acknowledged_reading_is_lost_or_doubled()
    {
        using TemporaryFolder folder = new();
        string json = folder.File("out.json");

        // One block of rounds: each role alone, several, all. Where they die in their work is not the seed's to say.
        ProcessRun run = await ProcessRun.Of(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "sealway.dll"), "drill", "crash", "--headless", "--rounds", "8", "--seed", "3", "--json", json],
            folder.Path,
            cancellation: TestContext.Current.CancellationToken);
        Assert.True(run.Code == 0, run.Output + run.Error);
        JsonElement summary = JsonSerializer.Deserialize<JsonElement>(await File.ReadAllBytesAsync(json, TestContext.Current.CancellationToken));
        Assert.Equal(8, summary.GetProperty("rounds").GetInt32());
        Assert.All(summary.GetProperty("killsByRole").EnumerateObject(), role => Assert.True(role.Value.GetInt64() >= 2, role.Name));
        foreach (string count in new[] { "lost", "doubled", "contradictions", "foreign", "stuck", "unsound", "generations" })
        {
            Assert.Equal(0, summary.GetProperty(count).GetInt64());
        }

        JsonElement ward = summary.GetProperty("ward");
        JsonElement home = summary.GetProperty("home");
        Assert.InRange(ward.GetProperty("acknowledged").GetInt64(), 1, ward.GetProperty("archived").GetInt64());
        Assert.InRange(ward.GetProperty("archived").GetInt64(), 1, ward.GetProperty("signed").GetInt64());
        Assert.InRange(home.GetProperty("acknowledged").GetInt64(), 1, home.GetProperty("opened").GetInt64());
        Assert.InRange(home.GetProperty("opened").GetInt64(), 1, home.GetProperty("signed").GetInt64());
        Assert.True(summary.GetProperty("heads").GetInt32() > 0);
    }
}
