namespace Sealway.Archive.Tests.Tiles;

using System.Globalization;
using System.Text;

public sealed class TileLogStoreTests : LogStoreCompliance
{
    private string Root => Folder.File("store");

    protected override ILogStore OpenAt(string path) => TileLogStore.Open(path);

    [Fact]
    public async Task The_files_are_those_of_tlog_tiles()
    {
        // The example of the specification: a tree of 70,000 entries.
        LogEntry[] leaves = Sample.Leaves(0, 70_000);
        Frontier tree = Sample.Tree(leaves);
        Head head = Sample.Head(tree);
        await Store.Append(Sample.Log, 0, leaves, new SignedHead(head), null, Ct);
        string log = Path.Combine(Root, "ward-3", "0");
        string[] files = [.. Directory.EnumerateFiles(Path.Combine(log, "tile"), "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(log, file).Replace('\\', '/'))];
        Assert.Equal(273 + 1 + 1 + 1 + 1 + 274, files.Length);
        Assert.Equal(273, files.Count(file => file.StartsWith("tile/0/", StringComparison.Ordinal) && !file.Contains(".p/", StringComparison.Ordinal)));
        Assert.Contains("tile/0/273.p/112", files);
        Assert.Contains("tile/1/000", files);
        Assert.Contains("tile/1/001.p/17", files);
        Assert.Contains("tile/2/000.p/1", files);
        Assert.Contains("tile/entries/000", files);
        Assert.Contains("tile/entries/273.p/112", files);
        Assert.Equal(8192, new FileInfo(Path.Combine(log, "tile/1/000")).Length);
        Assert.Equal(112 * 32, new FileInfo(Path.Combine(log, "tile/0/273.p/112")).Length);
        Assert.Equal(head.Bytes.ToArray(), await File.ReadAllBytesAsync(Path.Combine(log, "head"), Ct));
        byte[] bundle = await File.ReadAllBytesAsync(Path.Combine(log, "tile/entries/001"), Ct);
        int length = leaves[256].Bytes.Length;
        Assert.Equal((byte)(length >> 8), bundle[0]);
        Assert.Equal((byte)length, bundle[1]);
        Assert.Equal(leaves[256].Bytes.ToArray(), bundle[2..(2 + length)]);
    }

    [Theory]
    [InlineData(0, "000")]
    [InlineData(999, "999")]
    [InlineData(1000, "x001/000")]
    [InlineData(1234067, "x001/x234/067")]
    public void An_index_is_written_in_groups_of_three_digits(ulong index, string path) => Assert.Equal(path, TilePath.Index(index));

    [Fact]
    public async Task Partial_files_stay_until_the_full_one_is_there()
    {
        LogEntry[] leaves = Sample.Leaves(0, 300);
        await Store.Append(Sample.Log, 0, leaves[..100], null, null, Ct);
        await Store.Append(Sample.Log, 100, leaves[100..250], null, null, Ct);
        string tiles = Path.Combine(Root, "ward-3", "0", "tile");
        foreach (string kind in new[] { "0", "entries" })
        {
            Assert.Equal(["100", "250"], Directory.GetFiles(Path.Combine(tiles, kind, "000.p")).Select(Path.GetFileName).Order());
        }

        await Store.Append(Sample.Log, 250, leaves[250..], null, null, Ct);
        foreach (string kind in new[] { "0", "entries" })
        {
            Assert.False(Directory.Exists(Path.Combine(tiles, kind, "000.p")));
            Assert.Equal(["44"], Directory.GetFiles(Path.Combine(tiles, kind, "001.p")).Select(Path.GetFileName));
        }

        await Sample.RequireSound(Store, Sample.Log, Ct);
    }

    [Fact]
    public async Task Blanked_bytes_are_in_none_of_the_files()
    {
        byte[] secret = Encoding.ASCII.GetBytes("a reading that was ordered to be erased");
        await Store.Append(Sample.Log, 0, [Sample.Leaf(0), LogEntry.Of(secret)], null, null, Ct);
        await Store.Append(Sample.Log, 2, [Sample.Leaf(2)], null, null, Ct);
        Assert.True(Anywhere(secret));
        await Store.Blank(Sample.Log, 1, 2, Ct);
        Assert.False(Anywhere(secret));
        await Reopen();
        Assert.Equal([false, true, false], (await Store.Read(Sample.Log, 0, 3, 1000, Ct)).Select(entry => entry.IsBlank));
        await Store.Append(Sample.Log, 3, Sample.Leaves(3, 600), null, null, Ct);
        await Sample.RequireSound(Store, Sample.Log, Ct);
    }

    [Fact]
    public async Task The_files_are_closed_to_others()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "modes are a matter of Unix");
        await Store.Append(Sample.Log, 0, [Sample.Leaf(0)], new SignedHead(Sample.Head(Sample.Tree([Sample.Leaf(0)]))), [new Note("n", [1])], Ct);
        const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute | UnixFileMode.GroupWrite;
        foreach (string path in Directory.EnumerateFileSystemEntries(Root, "*", SearchOption.AllDirectories))
        {
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(path) & Others);
            }
        }
    }

    [Fact]
    public void A_store_has_one_writer_and_any_readers()
    {
        Assert.Throws<IOException>(() => TileLogStore.Open(Root));
        TileLogStore reader = TileLogStore.OpenToRead(Root);
        Assert.NotNull(reader);
        Assert.Throws<DirectoryNotFoundException>(() => TileLogStore.OpenToRead(Folder.File("none")));
    }

    [Fact]
    public async Task A_reader_sees_the_store_as_it_was_opened_while_the_writer_goes_on()
    {
        LogEntry[] leaves = Sample.Leaves(0, 900);
        await Store.Append(Sample.Log, 0, leaves[..200], new SignedHead(Sample.Head(Sample.Tree(leaves[..200]))), null, Ct);
        await using TileLogStore reader = TileLogStore.OpenToRead(Root);
        await Store.Append(Sample.Log, 200, leaves[200..], new SignedHead(Sample.Head(Sample.Tree(leaves))), null, Ct);
        Assert.Equal(200ul, (await reader.State(Sample.Log, Ct))!.Size);
        await Sample.RequireSound(reader, Sample.Log, Ct);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await reader.Append(Sample.Log, 200, [], null, null, Ct));
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

    [Fact]
    public async Task Every_operation_on_the_disk_may_fail_and_the_log_stays_whole()
    {
        int operations = await Faulty(int.MaxValue);
        Assert.InRange(operations, 40, 1000);

        // Together, since each waits for the disk.
        ParallelOptions together = new() { MaxDegreeOfParallelism = 16, CancellationToken = Ct };
        await Parallel.ForEachAsync(Enumerable.Range(0, operations), together, async (failing, _) => await Faulty(failing));
    }

    [Fact]
    public async Task A_crash_at_any_operation_of_an_erasure_leaves_the_old_or_the_new_and_the_next_start_finishes_it()
    {
        bool isDead = true;
        for (int dying = 0; isDead; dying++)
        {
            string root = Folder.File($"dying-{dying}");
            byte[] secret = Encoding.ASCII.GetBytes($"to be erased, {dying}");
            LogEntry[] leaves = [.. Sample.Leaves(0, 3), LogEntry.Of(secret), .. Sample.Leaves(4, 300)];
            Head head = Sample.Head(Sample.Tree(leaves));
            int count = -1;
            isDead = false;
            await using (TileLogStore store = TileLogStore.Open(root, readOnly: false, _ =>
            {
                isDead |= count >= 0 && count++ == dying;
                if (isDead)
                {
                    throw new IOException("the process is dead");
                }
            }))
            {
                await store.Append(Sample.Log, 0, leaves, new SignedHead(head), null, Ct);
                await store.PutFork(new ForkEvidence(Sample.Log, head, Sample.Head(Sample.Tree(leaves[..4])), 2, [leaves[2], leaves[3]], null), Ct);
                count = 0;
                await store.Erase(Sample.Log, 3, 4, Ct).AsTask().ContinueWith(_ => { }, Ct, TaskContinuationOptions.None, TaskScheduler.Default);
            }

            await using TileLogStore again = TileLogStore.Open(root);
            bool isErased = (await again.Read(Sample.Log, 3, 4, 1000, Ct))[0].IsErased;
            Assert.Equal(isErased, Assert.Single(await again.Forks(Sample.Log, Ct)).Entries[1].IsBlank);
            Assert.True(!isErased || !IsIn(root, secret), $"operation {dying}: it says that it is erased");
            await again.Erase(Sample.Log, 3, 4, Ct);
            Assert.False(IsIn(root, secret), $"operation {dying}");
            await Sample.RequireSound(again, Sample.Log, Ct);
        }
    }

    /// <summary>Runs the scenario in a store of its own, one of whose operations fails.</summary>
    /// <returns>How many there were.</returns>
    private async Task<int> Faulty(int failing)
    {
        int count = 0;
        string root = Folder.File(failing.ToString(CultureInfo.InvariantCulture));
        await using TileLogStore store = TileLogStore.Open(root, readOnly: false, _ =>
        {
            if (count++ == failing)
            {
                throw new IOException("a fault was injected");
            }
        });
        await Scenario(store);
        return count;
    }

    /// <summary>Writes of each kind; after one that failed its author reads the state and tries again.</summary>
    private static async Task Scenario(TileLogStore store)
    {
        LogEntry[] leaves = Sample.Leaves(0, 520);
        int[] sizes = [200, 300, 520];
        Head[] heads = [.. sizes.Select(size => Sample.Head(Sample.Tree(leaves[..size]), (ulong)size))];
        using SigningKey key = SigningKey.Generate();
        int from = 0;
        foreach (Head head in heads)
        {
            int to = (int)head.Claims.Size;
            await Retry(async () =>
            {
                if (((await store.State(Sample.Log, Ct))?.Size ?? 0) < (ulong)to)
                {
                    await store.Append(Sample.Log, (ulong)from, leaves[from..to], new SignedHead(head), [new Note("to", [(byte)(to / 10)])], Ct);
                }
            });
            Assert.Equal([(byte)(to / 10)], (await store.Note(Sample.Log, "to", Ct))!);
            Assert.Equal(head.Bytes.ToArray(), (await store.LatestHead(Sample.Log, Ct))!.Head.Bytes.ToArray());
            await Sample.RequireSound(store, Sample.Log, Ct);
            from = to;
        }

        await Retry(async () => await store.PutHead(Sample.Log, new SignedHead(heads[2], [Countersignature.Sign(key, heads[2], 1, 0, 0)]), Ct));
        await Retry(async () => await store.PutHead(Sample.Log, new SignedHead(heads[0], [Countersignature.Sign(key, heads[0], 1, 0, 0)]), Ct));
        Assert.Equal(200ul, (await store.HeadAtOrAfter(Sample.Log, 0, key.PublicKey.Kid, Ct))!.Size);
        await Retry(async () => await store.Blank(Sample.Log, 30, 270, Ct));
        Assert.Equal(270ul, (await store.State(Sample.Log, Ct))!.HeldFrom);
        ForkEvidence fork = new(Sample.Log, heads[0], Sample.Head(Sample.Tree(Sample.Leaves(0, 200, "other"))), 0, [Sample.Leaf(0, "other")], 0);
        await Retry(async () => await store.PutFork(fork, Ct));
        Assert.Single(await store.Forks(Sample.Log, Ct));
        await Retry(async () => await store.Erase(Sample.Log, 0, 1, Ct));
        await Retry(async () => await store.Erase(Sample.Log, 255, 280, Ct));
        Assert.Equal(255ul, (await store.State(Sample.Log, Ct))!.HeldFrom);
        Assert.True(Assert.Single(Assert.Single(await store.Forks(Sample.Log, Ct)).Entries).IsBlank);
        Assert.Equal(26, (await store.Read(Sample.Log, 0, 520, int.MaxValue, Ct)).Count(entry => entry.IsErased));
        Assert.Equal(3, (await store.Heads(Sample.Log, 0, 1000, 10, Ct)).Count);
        await Sample.RequireSound(store, Sample.Log, Ct);
    }

    private static async Task Retry(Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (IOException)
        {
            await write();
        }
    }

    private bool Anywhere(byte[] secret) => IsIn(Root, secret);

    private static bool IsIn(string root, byte[] secret) => Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
        .Where(file => Path.GetFileName(file) != "lock")
        .Any(file => File.ReadAllBytes(file).AsSpan().IndexOf(secret) >= 0);
}
