namespace Sealway.EndToEnd.Tests;

using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Runtime.Versioning;
using Sealway.Fleet;
using Sealway.Messages;
using Sealway.Testing;
using Xunit;

/// <summary><c>--tls-keylog</c> on running roles: a cloud that serves, and a registrar that connects to it.</summary>
[SupportedOSPlatform("linux")]
public sealed class KeyLogTests : IDisposable
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Keys => _folder.File("tls.keys");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("cloud")]
    [InlineData("registrar")]
    [InlineData("gateway")]
    [InlineData("archive")]
    [InlineData("sensor")]
    [InlineData("app")]
    public async Task A_role_whose_configuration_does_not_allow_it_refuses_by_name(string role)
    {
        Directory.CreateDirectory(_folder.File("x"));
        await File.WriteAllTextAsync(_folder.File("role.json"), role switch
        {
            "cloud" => """{ "fleets": [ { "identity": "x", "data": "d", "mqtt": "127.0.0.1:0", "https": "127.0.0.1:0" } ] }""",
            "registrar" => """{ "fleet": "x", "cloud": "127.0.0.1:1" }""",
            "gateway" => """{ "identity": "x", "data": "d", "cloud": "127.0.0.1:1", "sensors": { "listen": ["127.0.0.1:0"] } }""",
            "archive" => """{ "identity": "x", "data": "d", "cloud": "127.0.0.1:1" }""",
            "sensor" => """{ "sensors": [ { "identity": "x", "gateway": "127.0.0.1:1", "gatewayName": "g" } ] }""",
            _ => """{ "identity": "x", "data": "d" }""",
        }, Ct);
        ProcessRun run = await Sealway(role, "role.json", "--tls-keylog", Keys);
        Assert.Equal(2, run.Code);
        Assert.Contains("NotAllowed: --tls-keylog is refused", run.Error, StringComparison.Ordinal);
        Assert.Contains("allowTlsKeylog", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Keys));
    }

    [Fact]
    public async Task Where_it_is_allowed_the_keys_of_both_sides_are_in_a_private_file_and_everything_says_so()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs Linux");
        (JsonObject cloudSettings, JsonObject registrarSettings) = await Parts();
        foreach (JsonObject settings in new[] { cloudSettings, registrarSettings })
        {
            settings["debug"] = new JsonObject { ["allowTlsKeylog"] = true };
        }

        string somebodys = _folder.File("somebody.keys");
        await using RunningPart cloud = RunningPart.Start("cloud", _folder.Path, cloudSettings, ["--tls-keylog", Keys], somebodys);
        await cloud.Until("its health", _ => true);
        await using RunningPart registrar = RunningPart.Start("registrar", _folder.Path, registrarSettings, ["--tls-keylog", Keys]);
        await registrar.Until("the registry to be published", health => health.GetProperty("published").GetUInt64() > 0);
        foreach (RunningPart part in new[] { cloud, registrar })
        {
            JsonElement health = await part.Until("the keys in its health", health => health.GetProperty("tlsKeylogLines").GetInt64() >= 5);
            Assert.Equal(Keys, health.GetProperty("tlsKeylog").GetString());
        }

        foreach (string errors in new[] { await registrar.Stop(), await cloud.Stop() })
        {
            Assert.StartsWith($"sealway: WARNING: the keys of every TLS connection are written to {Keys}", errors, StringComparison.Ordinal);
            JsonElement logged = errors.Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonSerializer.Deserialize<JsonElement>(line)).First(line => line.GetProperty("message").GetString()!.Contains("KEYS", StringComparison.Ordinal));
            Assert.Equal("warning", logged.GetProperty("level").GetString());
        }

        Assert.Equal(Owner, File.GetUnixFileMode(Keys));
        string[][] lines = [.. (await File.ReadAllLinesAsync(Keys, Ct)).Where(line => line[0] != '#').Select(line => line.Split(' '))];
        Assert.All(lines, line => Assert.Equal(3, line.Length));

        // One connection, seen by both of its sides: the same secret for the same random, twice.
        IGrouping<string, string[]>[] connections = [.. lines.Where(line => line[0] == "CLIENT_TRAFFIC_SECRET_0").GroupBy(line => line[1])];
        Assert.NotEmpty(connections);
        Assert.Contains(connections, connection => connection.Count() == 2 && connection.Select(line => line[2]).Distinct().Count() == 1);
        Assert.False(File.Exists(somebodys));
    }

    [Fact]
    public async Task Without_it_nothing_is_written_whatever_the_environment_says_and_even_where_it_is_allowed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs SIGTERM");
        (JsonObject cloudSettings, JsonObject registrarSettings) = await Parts();
        cloudSettings["debug"] = new JsonObject { ["allowTlsKeylog"] = true };
        string[] somebodys = [_folder.File("cloud.keys"), _folder.File("registrar.keys")];
        await File.WriteAllTextAsync(somebodys[1], string.Empty, Ct);
        await using RunningPart cloud = RunningPart.Start("cloud", _folder.Path, cloudSettings, keyLogVariable: somebodys[0]);
        await using RunningPart registrar = RunningPart.Start("registrar", _folder.Path, registrarSettings, keyLogVariable: somebodys[1]);
        JsonElement health = await registrar.Until("the registry to be published", health => health.GetProperty("published").GetUInt64() > 0);
        Assert.False(health.TryGetProperty("tlsKeylog", out _));
        await registrar.Stop();
        Assert.DoesNotContain("KEYS", await cloud.Stop(), StringComparison.Ordinal);
        Assert.False(File.Exists(somebodys[0]));
        Assert.Empty(await File.ReadAllBytesAsync(somebodys[1], Ct));
    }

    [Fact]
    public async Task A_file_that_holds_something_else_is_left_as_it_is_and_the_role_does_not_start()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs Linux");
        (JsonObject settings, _) = await Parts();
        settings["debug"] = new JsonObject { ["allowTlsKeylog"] = true };
        await File.WriteAllTextAsync(_folder.File("cloud.json"), settings.ToJsonString(), Ct);
        await File.WriteAllTextAsync(Keys, "what I wrote yesterday\n", Ct);
        File.SetUnixFileMode(Keys, Owner);
        ProcessRun run = await Sealway("cloud", "cloud.json", "--tls-keylog", Keys);
        Assert.Equal(2, run.Code);
        Assert.Contains("NotAKeyLog", run.Error, StringComparison.Ordinal);
        Assert.Equal("what I wrote yesterday\n", await File.ReadAllTextAsync(Keys, Ct));
        ProcessRun demo = await Sealway("demo", "--headless", "--for", "5s", "--tls-keylog", Keys);
        Assert.Equal(2, demo.Code);
        Assert.Contains("NotAKeyLog", demo.Error, StringComparison.Ordinal);
    }

    private async Task<(JsonObject Cloud, JsonObject Registrar)> Parts()
    {
        await using (Authority authority = await Authority.InitAsync("hospital", _folder.File("fleet"), default, TimeProvider.System, Ct))
        {
            await authority.EnrolAsync(new NewParty(Role.Cloud, "cloud", Addresses: [IPAddress.Loopback]), _folder.File("cloud"), default, Ct);
        }

        string https = $"127.0.0.1:{FreePorts.Choose(1)[0]}";
        return (
            new JsonObject { ["fleets"] = new JsonArray(new JsonObject { ["identity"] = "cloud", ["data"] = "cloud-data", ["mqtt"] = "127.0.0.1:0", ["https"] = https }) },
            new JsonObject { ["fleet"] = "fleet", ["cloud"] = https });
    }

    private Task<ProcessRun> Sealway(params string[] arguments) =>
        ProcessRun.Of("dotnet", [Path.Combine(AppContext.BaseDirectory, "sealway.dll"), .. arguments], _folder.Path, cancellation: Ct);
}
