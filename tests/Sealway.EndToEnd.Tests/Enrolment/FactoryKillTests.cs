namespace Sealway.EndToEnd.Tests.Enrolment;

using System.Diagnostics;
using Sealway.Fleet;
using Sealway.Testing;
using Xunit;

public sealed class FactoryKillTests
{
    private const int Devices = 120;
    private const int Kills = 3;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_factory_line_that_is_killed_goes_on_and_gives_no_key_twice()
    {
        using TemporaryFolder folder = new();
        await RunningFleet.Run(folder.Path, "factory", "init", "acme", "--out", "acme");
        await File.WriteAllLinesAsync(folder.File("devices.csv"), Enumerable.Range(1, Devices).Select(i => $"SN-{i},sensor,monitor-{i}").Prepend("serial,role,name"), Ct);
        string list = folder.File("made/made.csv");
        string[] provision = ["factory", "provision", "devices.csv", "--factory", "acme", "--out", "made"];
        List<string> written = [];
        for (int kill = 1; kill <= Kills; kill++)
        {
            await KillAsync(folder.Path, provision, list, written.Count + (Devices / (Kills + 2)));
            string[] now = [.. (await File.ReadAllTextAsync(list, Ct)).Split('\n')[..^1]];
            Assert.Equal(written, now[..written.Count]);
            written = [.. now];
        }

        await RunningFleet.Run(folder.Path, provision);

        IReadOnlyList<MadeDevice> made = MadeDevice.ReadList(list);
        Assert.Equal(Devices, made.Select(device => device.Serial).Distinct().Count());
        Assert.Equal(Devices, made.Count);
        Assert.Equal(2 * Devices, made.SelectMany(device => new[] { device.Signing.Kid.ToString(), device.Thumbprint }).Distinct().Count());
        Assert.Equal(written, (await File.ReadAllLinesAsync(list, Ct))[..written.Count]);
        Assert.Equal(Devices, Directory.EnumerateDirectories(folder.File("made/devices")).Count());
        Assert.All(made, device => Assert.Equal(device.Signing.Kid, FactoryDevice.Load(folder.File($"made/devices/{device.Serial}")).Kid));
        Assert.Contains("<svg", await File.ReadAllTextAsync(folder.File("made/devices/SN-1/label.svg"), Ct), StringComparison.Ordinal);
    }

    // SIGKILL, once so many lines are on the disk.
    private static async Task KillAsync(string folder, string[] arguments, string list, int lines)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "sealway.dll"), .. arguments]) { WorkingDirectory = folder, RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(Ct);
        while (!process.HasExited && (!File.Exists(list) || (await File.ReadAllLinesAsync(list, Ct)).Length < lines))
        {
            // There is no event to wait for in another process.
            await Task.Delay(5, Ct);
        }

        Assert.False(process.HasExited, "it was done before it could be killed");
        process.Kill();
        await process.WaitForExitAsync(Ct);
        await output;
    }
}
