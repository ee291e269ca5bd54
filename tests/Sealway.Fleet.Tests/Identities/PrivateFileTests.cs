namespace Sealway.Fleet.Tests.Identities;

public sealed class PrivateFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_private_file_is_its_owners_alone_and_reads_back()
    {
        string path = _folder.File("key");
        PrivateFile.Write(path, "secret");
        PrivateFile.Write(path, "secret 2");
        Assert.Equal("secret 2", new string(PrivateFile.ReadText(path)));
        Assert.Equal(["key"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName));
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs Unix modes");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    public void A_private_file_that_others_reach_is_refused_with_the_command_that_mends_it(UnixFileMode extra)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs Unix modes");
        string path = _folder.File("key");
        PrivateFile.Write(path, "secret");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | extra);
        FleetFileException refused = Assert.Throws<FleetFileException>(() => PrivateFile.Read(path));
        Assert.Contains($"chmod 600 '{path}'", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
        Assert.Equal("secret", PrivateFile.ReadPublic(path));
    }

    [Fact]
    public void A_write_that_fails_leaves_the_old_file_and_nothing_else()
    {
        string path = _folder.File("key");
        Directory.CreateDirectory(path);
        Assert.Throws<FleetFileException>(() => PrivateFile.Write(path, "secret"));
        Assert.Equal(["key"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName));
        Assert.Throws<FleetFileException>(() => PrivateFile.Write(_folder.File("none/key"), "secret"));
    }

    [Fact]
    public void A_file_that_is_missing_or_far_too_long_is_refused()
    {
        Assert.Throws<FleetFileException>(() => PrivateFile.Read(_folder.File("none")));
        PrivateFile.Write(_folder.File("long"), new byte[PrivateFile.MaxBytes + 1]);
        Assert.Throws<FleetFileException>(() => PrivateFile.Read(_folder.File("long")));
    }
}
