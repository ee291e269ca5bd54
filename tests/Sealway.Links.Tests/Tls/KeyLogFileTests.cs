namespace Sealway.Links.Tests;

using System.Diagnostics;
using System.Runtime.Versioning;
using Sealway.Testing;
using Xunit;

/// <summary>The file that TLS keys are written to: private, and never another one than was meant.</summary>
[SupportedOSPlatform("linux")]
public sealed class KeyLogFileTests : IDisposable
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryFolder _folder = new();

    private string Keys => _folder.File("tls.keys");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Several_writers_append_whole_lines_to_one_private_file()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        byte[][] lines = [.. Enumerable.Range(0, 8).Select(i => System.Text.Encoding.ASCII.GetBytes(new string((char)('a' + i), 200) + "\n"))];
        await Task.WhenAll(lines.Select(line => Task.Run(() =>
        {
            using KeyLogFile file = Open();
            for (int i = 0; i < 100; i++)
            {
                Assert.True(file.TryAppend(line));
            }
        })));
        Assert.Equal(Owner, File.GetUnixFileMode(Keys));
        string[] written = await File.ReadAllLinesAsync(Keys, TestContext.Current.CancellationToken);
        Assert.Equal(TlsKeyLog.Header, written[0]);
        Assert.Equal(801, written.Length);
        Assert.All(written.Skip(1), line => Assert.Equal((200, 1), (line.Length, line.Distinct().Count())));
    }

    [Fact]
    public void A_link_is_not_followed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        string target = _folder.File("target");
        File.CreateSymbolicLink(Keys, target);
        Require(TlsKeyLogRefusal.NotAPlainFile);
        Assert.False(File.Exists(target));
        File.WriteAllText(target, TlsKeyLog.Header + "\n");
        File.SetUnixFileMode(target, Owner);
        Require(TlsKeyLogRefusal.NotAPlainFile);
        Assert.Equal(TlsKeyLog.Header + "\n", File.ReadAllText(target));
    }

    [Fact]
    public void A_file_with_two_names_a_folder_and_a_pipe_are_no_plain_files()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        Open().Dispose();
        Run("ln", Keys, _folder.File("second"));
        Require(TlsKeyLogRefusal.NotAPlainFile);
        File.Delete(Keys);
        Directory.CreateDirectory(Keys);
        Require(TlsKeyLogRefusal.NotAPlainFile);
        Directory.Delete(Keys);
        Run("mkfifo", "-m", "600", Keys);
        Require(TlsKeyLogRefusal.NotAPlainFile);
    }

    [Fact]
    public void A_file_that_others_may_open_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        Open().Dispose();
        File.SetUnixFileMode(Keys, Owner | UnixFileMode.GroupRead);
        Require(TlsKeyLogRefusal.OpenToOthers);
    }

    [Fact]
    public void A_file_that_holds_something_else_is_left_as_it_is()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        foreach (string content in new[] { "", "a diary\n", "# Sealway TLS key log" })
        {
            File.WriteAllText(Keys, content);
            File.SetUnixFileMode(Keys, Owner);
            Require(TlsKeyLogRefusal.NotAKeyLog);
            Assert.Equal(content, File.ReadAllText(Keys));
        }
    }

    [Fact]
    public void Another_users_file_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        if (Environment.IsPrivilegedProcess)
        {
            // One that an attacker laid there, in all other ways as it should be.
            Open().Dispose();
            Run("chown", "4242", Keys);
            Require(TlsKeyLogRefusal.NotYours);
        }
        else
        {
            Assert.Equal(TlsKeyLogRefusal.CannotWrite, Assert.Throws<TlsKeyLogException>(() => TlsKeyLog.Prepare("/etc/passwd")).Reason);
        }
    }

    [Fact]
    public void A_folder_that_is_not_there_is_named()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        Assert.Equal(TlsKeyLogRefusal.CannotWrite, Assert.Throws<TlsKeyLogException>(() => TlsKeyLog.Prepare(_folder.File("no/such/folder"))).Reason);
    }

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private void Require(TlsKeyLogRefusal reason) => Assert.Equal(reason, Assert.Throws<TlsKeyLogException>(() => TlsKeyLog.Prepare(Keys)).Reason);

    private KeyLogFile Open() => KeyLogFile.Open(Keys);
}
