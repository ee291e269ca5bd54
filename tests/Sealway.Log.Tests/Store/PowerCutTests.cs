namespace Sealway.Log.Tests.Store;

using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;

/// <summary>What a power cut leaves of a store's files when a write was on its way to the disk: some of its bytes, in any order, or others.</summary>
public sealed class PowerCutTests : IDisposable
{
    private const int Sector = 512;
    private const int First = 30;
    private const int Second = 47;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_write_ahead_log_that_is_cut_or_damaged_anywhere_after_a_write_leaves_that_write_or_the_next(bool used)
    {
        (Files before, Files after) = await WriteTwice(used);
        byte[] old = before.Ahead;
        byte[] full = after.Ahead;
        int begin = Differ(old, full);
        int end = EndOfDifference(old, full);
        Assert.InRange(end - begin, 4 * Sector, 1 << 20);
        Dictionary<ulong, int> seen = [];
        int tried = 0;
        foreach (int cut in Cuts(begin, end))
        {
            // The first bytes are there, the rest is as before, or zeros, or rubbish; or the last bytes are there and the first are not.
            byte[][] torn =
            [
                [.. full[..cut], .. old.Length > cut ? old[cut..] : []],
                [.. full[..cut], .. new byte[full.Length - cut]],
                [.. full[..cut], .. Rubbish(full.Length - cut)],
                [.. old[..Math.Min(begin, old.Length)], .. new byte[cut - begin], .. full[cut..]],
            ];
            foreach (byte[] ahead in torn)
            {
                ulong size = await Reopen(after.Main, ahead, (tried++ % 2) == 0);
                seen[size] = seen.GetValueOrDefault(size) + 1;
            }
        }

        // A sector alone that did not get there, between others that did.
        for (int sector = begin / Sector * Sector; sector < end; sector += 4 * Sector)
        {
            byte[] hole = [.. full];
            hole.AsSpan(Math.Max(sector, begin), Math.Min(Sector, end - Math.Max(sector, begin))).Fill(0xA5);
            ulong size = await Reopen(after.Main, hole, stale: false);
            seen[size] = seen.GetValueOrDefault(size) + 1;
        }

        Assert.Equal([First, Second], seen.Keys.Order().Select(size => (int)size));
    }

    [Fact]
    public async Task A_checkpoint_that_was_cut_anywhere_changes_nothing()
    {
        (_, Files after) = await WriteTwice(used: false);
        string path = Lay(after.Main, after.Ahead, stale: false);
        byte[] moved;
        await using (SqliteLogStore store = SqliteLogStore.Open(path))
        {
            Sql(path, "PRAGMA wal_checkpoint(FULL)");
            moved = Content(path);
        }

        Assert.NotEqual(after.Main, moved);
        foreach (int cut in Cuts(0, moved.Length).Where(cut => cut % (16 * Sector) == 0 || cut % 4096 < 2))
        {
            byte[][] torn =
            [
                [.. moved[..cut], .. after.Main.Length > cut ? after.Main[cut..] : []],
                [.. after.Main[..Math.Min(cut, after.Main.Length)], .. cut < after.Main.Length ? moved[cut..] : []],
            ];
            foreach (byte[] main in torn)
            {
                Assert.Equal((ulong)Second, await Reopen(main, after.Ahead, stale: false));
            }
        }
    }

    /// <summary>The state after a write, and after one more.</summary>
    private async Task<(Files Before, Files After)> WriteTwice(bool used)
    {
        string path = _folder.File("store");
        await using SqliteLogStore store = SqliteLogStore.Open(path);
        if (used)
        {
            // So that the write-ahead log begins anew over frames of earlier writes.
            await store.Append(new LogId("ward-9", 0), 0, Sample.Leaves(0, 400), null, null, Ct);
            Sql(path, "PRAGMA wal_checkpoint(RESTART)");
        }

        await Append(store, 0, First);
        Files before = new(Content(path), Content(path + "-wal"));
        await Append(store, First, Second);
        return (before, new Files(Content(path), Content(path + "-wal")));
    }

    private static async Task Append(SqliteLogStore store, int from, int to) => await store.Append(
        Sample.Log,
        (ulong)from,
        Sample.Leaves((ulong)from, (ulong)to),
        new SignedHead(Sample.Head(Sample.Tree(Sample.Leaves(0, (ulong)to)))),
        [new Note("size", Encoding.ASCII.GetBytes(to.ToString(CultureInfo.InvariantCulture)))],
        Ct);

    /// <summary>Opens what is left: it must be one of the two states, whole, and a log that goes on.</summary>
    private async Task<ulong> Reopen(byte[] main, byte[] ahead, bool stale)
    {
        string path = Lay(main, ahead, stale);
        ulong size;
        await using (SqliteLogStore store = SqliteLogStore.Open(path))
        {
            size = (await store.State(Sample.Log, Ct))!.Size;
            Assert.True(size is First or Second, $"{size} entries");
            Assert.Equal(size.ToString(CultureInfo.InvariantCulture), Encoding.ASCII.GetString((await store.Note(Sample.Log, "size", Ct))!));
            Assert.Equal(size, (await store.LatestHead(Sample.Log, Ct))!.Size);
            await Sample.RequireSound(store, Sample.Log, Ct);
            await store.Append(Sample.Log, size, Sample.Leaves(size, size + 3), null, null, Ct);
        }

        await using SqliteLogStore again = SqliteLogStore.Open(path);
        Assert.Equal(size + 3, (await again.State(Sample.Log, Ct))!.Size);
        await Sample.RequireSound(again, Sample.Log, Ct);
        return size;
    }

    private string Lay(byte[] main, byte[] ahead, bool stale)
    {
        string path = _folder.File("torn");
        File.WriteAllBytes(path, main);
        File.WriteAllBytes(path + "-wal", ahead);
        File.Delete(path + "-shm");
        if (stale)
        {
            // The index of the write-ahead log is never flushed: anything may be in it.
            File.WriteAllBytes(path + "-shm", Rubbish(32_768));
        }

        return path;
    }

    private static IEnumerable<int> Cuts(int from, int to) =>
        Enumerable.Range(0, (to - from) / Sector).Select(sector => from + (sector * Sector))
            .Concat(Enumerable.Range(from, Math.Min(200, to - from)).Where(at => at % 7 == 0))
            .Concat(Enumerable.Range(Math.Max(from, to - 40), Math.Min(40, to - from)))
            .Append(to)
            .Distinct()
            .Order();

    private static int Differ(byte[] old, byte[] full) => old.AsSpan().CommonPrefixLength(full);

    private static int EndOfDifference(byte[] old, byte[] full)
    {
        int end = full.Length;
        while (old.Length == full.Length && end > 0 && old[end - 1] == full[end - 1])
        {
            end--;
        }

        return end;
    }

    private static byte[] Rubbish(int length)
    {
        byte[] rubbish = new byte[length];
        for (int i = 0; i < length; i++)
        {
            rubbish[i] = (byte)((i * 31) ^ (i >> 5));
        }

        return rubbish;
    }

    private static byte[] Content(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

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

    /// <summary>A store's two files that count.</summary>
    private sealed record Files(byte[] Main, byte[] Ahead);
}
