namespace Sealway.EndToEnd.Tests.Enrolment;

using System.Text.Json.Nodes;
using Sealway.Fleet;
using Sealway.Messages;
using Sealway.Testing;
using Xunit;

/// <summary>A factory with one device of a role, a fleet that admitted it, and the fleet's enrolment server, set up with the commands that a person would use.</summary>
internal sealed class RunningFleet : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly RunningPart _server;

    private RunningFleet(TemporaryFolder folder, RunningPart server, string address)
    {
        _folder = folder;
        _server = server;
        Address = address;
    }

    public string Address { get; }

    public string Folder => _folder.Path;

    public string Device => _folder.File("made/devices/SN-1");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<RunningFleet> StartAsync(Role role = Role.Sensor)
    {
        TemporaryFolder folder = new();
        string hosts = role == Role.Gateway ? "localhost 127.0.0.1" : "";
        await File.WriteAllTextAsync(folder.File("devices.csv"), $"serial,role,name,hosts\nSN-1,{role.Word()},device-1,{hosts}\n", Ct);
        await Run(folder.Path, "fleet", "init", "hospital", "--fleet", "fleet");
        await Run(folder.Path, "factory", "init", "acme", "--out", "acme");
        await Run(folder.Path, "factory", "provision", "devices.csv", "--factory", "acme", "--out", "made");
        await Run(folder.Path, "fleet", "trust", "acme", "acme/factory-ca.crt", "--fleet", "fleet");
        await Run(folder.Path, "fleet", "admit", "made/made.csv", "--fleet", "fleet");
        RunningPart server = RunningPart.Start(
            "enrolment",
            folder.Path,
            new JsonObject { ["fleet"] = "fleet", ["listen"] = "127.0.0.1:0", ["hosts"] = new JsonArray("localhost"), ["validity"] = "1h" },
            command: ["fleet", "serve"]);
        string address = (await server.Until("its address", health => health.TryGetProperty("address", out _))).GetProperty("address").GetString()!;
        return new RunningFleet(folder, server, address.Replace("127.0.0.1", "localhost", StringComparison.Ordinal));
    }

    public static async Task<string> Run(string folder, params string[] arguments)
    {
        ProcessRun run = await Try(folder, arguments);
        Assert.True(run.Code == 0, $"{string.Join(' ', arguments)}: {run.Output}{run.Error}");
        return run.Output;
    }

    public static Task<ProcessRun> Try(string folder, params string[] arguments) =>
        ProcessRun.Of("dotnet", [Path.Combine(AppContext.BaseDirectory, "sealway.dll"), .. arguments], folder, cancellation: Ct);

    public Task Stop() => _server.Stop();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }
}
