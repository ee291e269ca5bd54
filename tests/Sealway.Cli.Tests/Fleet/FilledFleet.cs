namespace Sealway.Cli.Tests;

using Sealway.Testing;
using Xunit;

/// <summary>A fleet with one of each, made once by the command itself; tests that only look share it.</summary>
public sealed class FilledFleet : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>The fleet's folder.</summary>
    public string Place => _folder.File("fleet");

    public string Path(string name) => _folder.File(name);

    public async ValueTask InitializeAsync()
    {
        await Terminal.Succeed("fleet", "init", "hospital", "--fleet", Place);
        await Enrol("gateway", "ward-3", "--host", "ward-3.example", "127.0.0.1");
        await Enrol("cloud", "cloud", "--host", "cloud.example");
        await Enrol("archive", "records");
        await Enrol("app", "reader");
        await Enrol("sensor", "monitor-1");
        await Enrol("sensor", "monitor-2");
        await Terminal.Succeed("fleet", "assign", "monitor-1", "--gateway", "ward-3", "--subject", "patient-17", "--archive", "records", "--fleet", Place);
        await Terminal.Succeed("fleet", "revoke", "monitor-2", "--reason", "stolen", "--since", "2031-05-04T12:30Z", "--fleet", Place);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private Task<string> Enrol(string role, string name, params string[] more) =>
        Terminal.Succeed(["fleet", "enrol", role, name, "--out", _folder.File(name), "--fleet", Place, .. more]);
}
