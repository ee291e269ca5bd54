namespace Sealway.Gateway.Tests.Heating;

using Sealway.Testing;
using Xunit;

public sealed class ActuatorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_gets_one_and_zero_and_is_replaced_whole()
    {
        string path = _folder.File("value");
        FileActuator actuator = new(path);
        await actuator.SetAsync(true, Stop);
        Assert.Equal("1\n", await File.ReadAllTextAsync(path, Stop));
        using FileStream old = File.OpenRead(path);
        await actuator.SetAsync(false, Stop);
        Assert.Equal("0\n", await File.ReadAllTextAsync(path, Stop));
        Assert.Equal('1', old.ReadByte());
        Assert.Single(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task A_drivers_file_is_written_in_place()
    {
        Assert.SkipUnless(File.Exists("/dev/null"), "needs /dev/null");
        string link = _folder.File("link");
        File.CreateSymbolicLink(link, "/dev/null");
        await new FileActuator(link).SetAsync(true, Stop);
        Assert.Equal("/dev/null", new FileInfo(link).LinkTarget);
        Assert.Equal(0, new FileInfo("/dev/null").Length);
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_is_an_error_of_the_disk() =>
        await Assert.ThrowsAsync<IOException>(() => new FileActuator(_folder.File("missing/value")).SetAsync(true, Stop));

    [Fact]
    public async Task A_command_is_run_with_on_and_off()
    {
        Assert.SkipUnless(File.Exists("/bin/sh"), "needs /bin/sh");
        string path = _folder.File("said");
        CommandActuator actuator = new("/bin/sh", ["-c", $"echo $0 >> '{path}'"]);
        await actuator.SetAsync(true, Stop);
        await actuator.SetAsync(false, Stop);
        Assert.Equal(["on", "off"], await File.ReadAllLinesAsync(path, Stop));
    }

    [Fact]
    public async Task A_command_that_fails_or_is_missing_is_an_error()
    {
        Assert.SkipUnless(File.Exists("/bin/sh"), "needs /bin/sh");
        await Assert.ThrowsAsync<IOException>(() => new CommandActuator("/bin/sh", ["-c", "exit 3"]).SetAsync(true, Stop));
        await Assert.ThrowsAsync<IOException>(() => new CommandActuator(_folder.File("missing")).SetAsync(true, Stop));
    }
}
