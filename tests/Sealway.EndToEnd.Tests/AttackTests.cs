namespace Sealway.EndToEnd.Tests;

using System.Text.Json;
using Sealway.Testing;
using Xunit;

/// <summary>The demo attacked for real: every attack is tried, and every try is noticed.</summary>
public sealed class AttackTests
{
    // One word or two of each attack that must be among them, in the order in which a message meets them.
    private static readonly string[] _must =
    [
        "altered on its way", "played back at once", "an hour later", "another gateway", "twin", "unknown sensor", "two devices with one key", "at two gateways", "ciphertext altered", "cut off", "released late",
        "altered", "deleted", "swapped", "truncated", "inserted", "stripped", "replayed", "revocation withheld", "assignment withheld", "epoch withheld", "key swapped", "another patient",
        "two histories", "frontier made up", "old head", "acknowledged and thrown away", "tail dropped", "cloud halted", "sealed entries opened", "false alarm", "suppressed",
        "head of another's log", "rewritten", "left out", "tail cut", "other times", "no sensor signed", "giant", "never ends", "thousand generations",
        "forging an entry", "another's command", "opening new slots", "member commanding", "late", "command replayed", "reordered", "another home", "stolen waybill", "revoked gateway", "revoked archive",
    ];

    [Fact]
    public async Task Every_attack_on_the_running_demo_is_tried_and_noticed()
    {
        using TemporaryFolder folder = new();
        string json = folder.File("out.json");
        ProcessRun run = await ProcessRun.Of(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "sealway.dll"), "demo", "--attack", "--headless", "--for", "6s", "--json", json],
            folder.Path,
            cancellation: TestContext.Current.CancellationToken);
        Assert.True(run.Code == 0, run.Output + run.Error);
        JsonElement summary = JsonSerializer.Deserialize<JsonElement>(await File.ReadAllBytesAsync(json, TestContext.Current.CancellationToken));
        JsonElement[] attacks = [.. summary.GetProperty("attacks").EnumerateArray()];
        Assert.All(attacks, attack =>
        {
            Assert.True(attack.GetProperty("tried").GetInt32() > 0);
            Assert.Equal(attack.GetProperty("tried").GetInt32(), attack.GetProperty("noticed").GetInt32());
            Assert.NotEmpty(attack.GetProperty("by").GetString()!);
            Assert.NotEmpty(attack.GetProperty("how").GetString()!);
            Assert.True(attack.GetProperty("afterMs").GetDouble() >= 0);
        });
        string[] names = [.. attacks.Select(attack => attack.GetProperty("name").GetString()!)];
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.All(_must, words => Assert.Contains(names, name => name.Contains(words, StringComparison.Ordinal)));
    }
}
