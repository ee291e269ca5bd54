namespace Sealway.EndToEnd.Tests.Enrolment;

using System.Text.Json;
using Sealway.Testing;
using Xunit;

/// <summary>Certificates that live five seconds, as a user would drill it; with those of a minute it is <c>sealway drill renew</c>.</summary>
public sealed class RenewalDrillTests
{
    [Fact]
    public async Task A_gateway_runs_through_ten_renewals_with_no_reading_lost_and_no_gap()
    {
        using TemporaryFolder folder = new();
        string json = folder.File("out.json");

        ProcessRun run = await ProcessRun.Of(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "sealway.dll"), "drill", "renew", "--life", "5", "--renewals", "10", "--json", json],
            folder.Path,
            cancellation: TestContext.Current.CancellationToken);

        Assert.True(run.Code == 0, run.Output + run.Error);
        JsonElement summary = JsonSerializer.Deserialize<JsonElement>(await File.ReadAllBytesAsync(json, TestContext.Current.CancellationToken));
        Assert.True(summary.GetProperty("renewals").GetProperty("gateway").GetInt64() >= 10);
        Assert.All(summary.GetProperty("renewals").EnumerateObject(), part => Assert.True(part.Value.GetInt64() >= 9, part.Name));
        JsonElement readings = summary.GetProperty("readings");
        long signed = readings.GetProperty("signed").GetInt64();
        Assert.True(signed > 0);
        Assert.All(readings.EnumerateObject(), place => Assert.Equal(signed, place.Value.GetInt64()));
        Assert.Equal(0, summary.GetProperty("generations").GetInt64());
        Assert.Equal(5, summary.GetProperty("issued").GetProperty("enrolled").GetInt64());
    }
}
