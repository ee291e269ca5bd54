namespace Sealway.Log.Tests.Store;

using System.Text;
using Microsoft.Data.Sqlite;

public sealed class SqliteLogStoreTests : LogStoreCompliance
{
    private string Path => Folder.File("store");

    protected override ILogStore OpenAt(string path) => SqliteLogStore.Open(path);

    [Fact]
    public async Task Blanked_bytes_are_in_none_of_the_files()
    {
        byte[] secret = Encoding.ASCII.GetBytes("a reading that was ordered to be erased");
        await Store.Append(Sample.Log, 0, [Sample.Leaf(0), LogEntry.Of(secret), Sample.Leaf(2)], null, null, Ct);
        Assert.True(Anywhere(secret));
        await Store.Blank(Sample.Log, 1, 2, Ct);
        Assert.False(Anywhere(secret));
    }

    [Fact]
    public async Task The_files_are_readable_by_their_owner_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "modes are a matter of Unix");
        await Store.Append(Sample.Log, 0, [Sample.Leaf(0)], null, null, Ct);
        string[] files = Directory.GetFiles(Folder.Path);
        Assert.Equal(3, files.Length);
        foreach (string file in files)
        {
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            }
        }
    }

    [Fact]
    public void A_file_that_is_not_a_store_is_refused()
    {
        string text = Folder.File("text");
        File.WriteAllText(text, new string('x', 5000));
        Assert.Throws<InvalidDataException>(() => SqliteLogStore.Open(text));
        string foreign = Folder.File("foreign.db");
        Sql(foreign, "CREATE TABLE t (a)");
        Assert.Throws<InvalidDataException>(() => SqliteLogStore.Open(foreign));
        Assert.Throws<DirectoryNotFoundException>(() => SqliteLogStore.Open(Folder.File("none/log.db")));
    }

    [Fact]
    public async Task A_store_of_a_newer_version_is_refused()
    {
        await Store.DisposeAsync();
        Sql(Path, "PRAGMA user_version = 2");
        Assert.Throws<InvalidDataException>(() => SqliteLogStore.Open(Path));
        Sql(Path, "PRAGMA user_version = 1");
        await Reopen();
    }

    [Fact]
    public async Task A_disk_that_is_full_stores_nothing_and_the_store_goes_on_after()
    {
        await Store.Append(Sample.Log, 0, Sample.Leaves(0, 10), null, null, Ct);
        LogEntry[] large = [.. Enumerable.Range(0, 100).Select(i => LogEntry.Of(Enumerable.Repeat((byte)i, 60_000).ToArray()))];
        await Store.DisposeAsync();
        SqliteLogStore limited = SqliteLogStore.Open(Path, mostPages: 60);
        await Assert.ThrowsAsync<LogStoreFullException>(async () => await limited.Append(Sample.Log, 10, large, null, [new Note("n", [1])], Ct));
        Assert.Equal(10ul, (await limited.State(Sample.Log, Ct))!.Size);
        Assert.Null(await limited.Note(Sample.Log, "n", Ct));
        await limited.Append(Sample.Log, 10, Sample.Leaves(10, 20), null, null, Ct);
        await limited.DisposeAsync();
        await Reopen();
        Assert.Equal(20ul, (await Store.State(Sample.Log, Ct))!.Size);
        await Sample.RequireSound(Store, Sample.Log, Ct);
    }

    [Fact]
    public async Task A_closed_store_says_so()
    {
        await Store.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await Store.State(Sample.Log, Ct));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await Store.Append(Sample.Log, 0, [], null, null, Ct));
        await Store.DisposeAsync();
        await Reopen();
    }

    private bool Anywhere(byte[] secret) => Directory.GetFiles(Folder.Path).Any(file =>
    {
        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes.AsSpan().IndexOf(secret) >= 0;
    });

    private static void Sql(string path, string sql)
    {
        using SqliteConnection connection = new($"Data Source={path};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are this test's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
