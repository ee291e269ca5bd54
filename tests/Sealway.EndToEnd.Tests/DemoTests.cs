namespace Sealway.EndToEnd.Tests;

using System.Text.Json;
using Sealway.Fleet;
using Sealway.Messages;
using Sealway.Testing;
using Xunit;

/// <summary>The whole way, as a user sees it: the demo as a process, with all its parts as processes of their own, and its waybill.</summary>
public sealed class DemoTests
{
    [Fact]
    public async Task The_demo_archives_and_opens_every_generated_reading_and_its_waybill_is_refused_with_any_byte_changed()
    {
        using TemporaryFolder folder = new();
        JsonElement summary = await Demo(folder, []);
        RequireEqual(summary);
        await RequireWaybill(summary, folder);
    }

    [Fact]
    public async Task The_demo_archives_and_opens_every_recorded_reading()
    {
        string recordings = Shared.Path("data");
        using TemporaryFolder folder = new();
        JsonElement summary = await Demo(folder, ["--recordings", recordings]);
        RequireEqual(summary);
        JsonElement bytes = summary.GetProperty("bytesPerReading");
        Assert.InRange(bytes.GetProperty("signed").GetDouble(), 100, 128);
        Assert.InRange(bytes.GetProperty("addedBySigning").GetDouble(), 90, 104);
    }

    private static async Task<JsonElement> Demo(TemporaryFolder folder, string[] more)
    {
        string json = folder.File("out.json");
        ProcessRun run = await Sealway(folder, ["demo", "--headless", "--for", "12s", "--json", json, .. more]);
        Assert.True(run.Code == 0, run.Output + run.Error);
        return JsonSerializer.Deserialize<JsonElement>(await File.ReadAllBytesAsync(json, TestContext.Current.CancellationToken));
    }

    private static void RequireEqual(JsonElement summary)
    {
        JsonElement hospital = summary.GetProperty("hospital");
        long sent = hospital.GetProperty("sent").GetInt64();
        Assert.True(sent > 0);
        Assert.True(hospital.GetProperty("sensors").GetInt32() >= 8);
        Assert.Equal(sent, hospital.GetProperty("logged").GetInt64());
        Assert.Equal(sent, hospital.GetProperty("verified").GetInt64());
        Assert.Equal(sent, hospital.GetProperty("archived").GetInt64());
        Assert.Equal(0, hospital.GetProperty("gaps").GetInt64());
        JsonElement home = summary.GetProperty("home");
        Assert.True(home.GetProperty("sent").GetInt64() > 0);
        Assert.Equal(3, home.GetProperty("sensors").GetInt32());
        Assert.Equal(home.GetProperty("sent").GetInt64(), home.GetProperty("opened").GetInt64());
        Assert.Equal(0, home.GetProperty("openedByRemovedMember").GetInt64());
        Assert.True(home.GetProperty("openedByRemovedMemberBefore").GetInt64() > 0, "the removed member must have read something before, else nothing is shown");
        Assert.Single(home.GetProperty("sealedSizes").EnumerateArray());
        Assert.True(home.GetProperty("heatingChanges").GetInt64() > 0);
    }

    private static async Task RequireWaybill(JsonElement summary, TemporaryFolder folder)
    {
        string file = summary.GetProperty("waybill").GetString()!;
        string authority = Path.ChangeExtension(file, "authority.pub");
        ProcessRun verified = await Sealway(folder, ["verify", file, "--authority", authority]);
        Assert.True(verified.Code == 0, verified.Error);
        Assert.Contains("countersigned", verified.Output, StringComparison.Ordinal);
        Assert.Contains("final", verified.Output, StringComparison.Ordinal);

        PublicKey pin = PublicKey.FromPem(await File.ReadAllTextAsync(authority, TestContext.Current.CancellationToken), KeyUse.Sign);
        byte[] bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        Assert.NotEmpty(WaybillJudge.Check(bytes, pin).Entries);
        for (int i = 0; i < bytes.Length; i++)
        {
            byte[] altered = [.. bytes];
            altered[i] ^= (byte)(1 << (i % 8));
            Assert.Throws<MessageException>(() => WaybillJudge.Check(altered, pin));
        }

        bytes[bytes.Length / 2] ^= 1;
        string forged = folder.File("forged.waybill");
        await File.WriteAllBytesAsync(forged, bytes, TestContext.Current.CancellationToken);
        ProcessRun refused = await Sealway(folder, ["verify", forged, "--authority", authority]);
        Assert.Equal(1, refused.Code);
        Assert.Contains("NOT AUTHENTIC", refused.Error, StringComparison.Ordinal);
    }

    // The same program that ./sealway runs, built with the tests.
    private static Task<ProcessRun> Sealway(TemporaryFolder folder, string[] arguments) => ProcessRun.Of(
        "dotnet",
        [Path.Combine(AppContext.BaseDirectory, "sealway.dll"), .. arguments],
        folder.Path,
        cancellation: TestContext.Current.CancellationToken);
}
