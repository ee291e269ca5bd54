namespace Sealway.Testing;

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sealway.Log;
using Sealway.Messages;
using Xunit;

/// <summary>What every log store must do: the contract on <see cref="ILogStore"/> as tests. Each implementation inherits it.</summary>
public abstract class LogStoreCompliance : IAsyncLifetime
{
    private static readonly SigningKey Cloud = SigningKey.Generate();
    private static readonly SigningKey Archive = SigningKey.Generate();

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected TemporaryFolder Folder { get; } = new();

    protected ILogStore Store { get; private set; } = null!;

    /// <summary>Opens the store in the folder, with what is in it already.</summary>
    protected ValueTask<ILogStore> Open() => ValueTask.FromResult(OpenAt(Folder.File("store")));

    /// <summary>Opens a store at a path, as the process does that the crash test kills.</summary>
    protected abstract ILogStore OpenAt(string path);

    public async ValueTask InitializeAsync() => Store = await Open();

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_new_store_holds_nothing()
    {
        Assert.Empty(await Store.Logs(Ct));
        Assert.Null(await Store.State(Sample.Log, Ct));
        Assert.Null(await Store.LatestHead(Sample.Log, Ct));
        Assert.Empty(await Store.Read(Sample.Log, 0, 10, 1000, Ct));
        Assert.Null(await Store.Note(Sample.Log, "a", Ct));
        Assert.Empty(await Store.Forks(Sample.Log, Ct));
        await Assert.ThrowsAsync<TileMissingException>(async () => await Store.Tiles(Sample.Log).ReadTile(0, 0, 1, Ct));
    }

    [Fact]
    public async Task What_was_appended_is_there_after_reopening()
    {
        LogEntry[] leaves = Sample.Leaves(0, 700);
        Frontier tree = Sample.Tree(leaves);
        Head head = Sample.Head(tree);
        await Store.Append(Sample.Log, 0, leaves[..300], null, null, Ct);
        await Store.Append(Sample.Log, 300, leaves[300..], new SignedHead(head), [new Note("last", [1, 2])], Ct);
        await Reopen();
        LogState state = (await Store.State(Sample.Log, Ct))!;
        Assert.Equal((700ul, 0ul, 0ul, 0ul, 699000ul), (state.Size, state.Start, state.HeldFrom, state.Countersigned, state.LastAt));
        Assert.Equal(tree.Root(), state.Frontier.Root());
        Assert.Equal(head.Bytes.ToArray(), state.Head!.Head.Bytes.ToArray());
        Assert.Equal(Flat(leaves), Flat(await Store.Read(Sample.Log, 0, 700, int.MaxValue, Ct)));
        Assert.Equal([1, 2], await Store.Note(Sample.Log, "last", Ct));
        Assert.Equal([Sample.Log], await Store.Logs(Ct));
        await Sample.RequireSound(Store, Sample.Log, Ct);
    }

    [Fact]
    public async Task An_append_that_does_not_begin_at_the_end_stores_nothing()
    {
        await Store.Append(Sample.Log, 0, Sample.Leaves(0, 10), null, null, Ct);
        foreach (ulong from in new ulong[] { 0, 9, 11, Merkle.MaxSize })
        {
            LogStoreConflictException conflict = await Assert.ThrowsAsync<LogStoreConflictException>(
                async () => await Store.Append(Sample.Log, from, Sample.Leaves(0, 3), null, [new Note("n", [1])], Ct));
            Assert.Equal((Sample.Log, from, 10ul), (conflict.Log, conflict.From, conflict.Size));
        }

        await Assert.ThrowsAsync<LogStoreConflictException>(async () => await Store.Append(new LogId("other", 0), 1, [], null, null, Ct));
        Assert.Null(await Store.Note(Sample.Log, "n", Ct));
        Assert.Equal(10ul, (await Store.State(Sample.Log, Ct))!.Size);
        Assert.Equal([Sample.Log], await Store.Logs(Ct));
    }

    [Fact]
    public async Task An_append_with_a_head_of_another_tree_stores_nothing()
    {
        LogEntry[] leaves = Sample.Leaves(0, 3);
        Head[] wrong =
        [
            Sample.Head(Sample.Tree(leaves[..2])),
            Sample.Head(Sample.Tree(Sample.Leaves(0, 3, "other"))),
            Sample.Head(Sample.Tree(leaves), log: new LogId("ward-4", 0)),
        ];
        foreach (Head head in wrong)
        {
            await Assert.ThrowsAsync<ArgumentException>(async () => await Store.Append(Sample.Log, 0, leaves, new SignedHead(head), [new Note("n", [1])], Ct));
        }

        Assert.Null(await Store.State(Sample.Log, Ct));
        Assert.Null(await Store.Note(Sample.Log, "n", Ct));
    }

    [Fact]
    public async Task An_entry_under_another_hash_is_refused()
    {
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.Append(Sample.Log, 0, [new LogEntry(new byte[3], new byte[32])], null, null, Ct));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.Append(Sample.Log, 0, [new LogEntry(default, new byte[31])], null, null, Ct));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.Append(Sample.Log, 0, [new LogEntry(new byte[65_536], Merkle.LeafHash(new byte[65_536]))], null, null, Ct));
        Assert.Null(await Store.State(Sample.Log, Ct));
    }

    [Fact]
    public async Task Any_bytes_are_an_entry_and_come_back_as_they_were()
    {
        LogEntry[] leaves = [LogEntry.Of(new byte[] { 0xff }), LogEntry.Of(RandomNumberGenerator.GetBytes(65_535)), Sample.Leaf(2), LogEntry.Of(new byte[5000].AsMemory(10, 7)), LogEntry.Blank(new byte[32])];
        await Store.Append(Sample.Log, 0, leaves, null, null, Ct);
        Assert.Equal(Flat(leaves), Flat(await Store.Read(Sample.Log, 0, 5, int.MaxValue, Ct)));
        Assert.Equal(2000ul, (await Store.State(Sample.Log, Ct))!.LastAt);
        Assert.Equal(5ul, (await Store.State(Sample.Log, Ct))!.HeldFrom);
    }

    [Fact]
    public async Task Reading_ends_at_the_bytes_asked_for_but_gives_at_least_one_entry()
    {
        LogEntry[] leaves = [.. Enumerable.Range(0, 10).Select(i => LogEntry.Of(Enumerable.Repeat((byte)(i + 1), 100).ToArray()))];
        await Store.Append(Sample.Log, 0, leaves, null, null, Ct);
        Assert.Single(await Store.Read(Sample.Log, 0, 10, 1, Ct));
        Assert.Equal(3, (await Store.Read(Sample.Log, 0, 10, 300, Ct)).Count);
        Assert.Equal(3, (await Store.Read(Sample.Log, 0, 10, 399, Ct)).Count);
        Assert.Equal(2, (await Store.Read(Sample.Log, 8, 100, 10000, Ct)).Count);
        Assert.Equal(2, (await Store.Read(Sample.Log, 8, ulong.MaxValue, 10000, Ct)).Count);
        Assert.Empty(await Store.Read(Sample.Log, 10, 100, 10000, Ct));
        Assert.Empty(await Store.Read(Sample.Log, 5, 5, 10000, Ct));
        Assert.Empty(await Store.Read(Sample.Log, ulong.MaxValue, ulong.MaxValue, 10000, Ct));
    }

    [Fact]
    public async Task Heads_are_found_by_size_and_by_who_countersigned()
    {
        LogEntry[] leaves = Sample.Leaves(0, 30);
        Head ten = Sample.Head(Sample.Tree(leaves[..10]), 100);
        Head twenty = Sample.Head(Sample.Tree(leaves[..20]), 200);
        Head later = Sample.Head(Sample.Tree(leaves[..20]), 260);
        Head thirty = Sample.Head(Sample.Tree(leaves), 300);
        await Store.Append(Sample.Log, 0, leaves[..10], new SignedHead(ten), null, Ct);
        await Store.Append(Sample.Log, 10, leaves[10..20], new SignedHead(twenty), null, Ct);
        await Store.Append(Sample.Log, 20, [], new SignedHead(later), null, Ct);
        await Store.Append(Sample.Log, 20, leaves[20..], new SignedHead(thirty, [By(Cloud, thirty)]), null, Ct);
        await Store.PutHead(Sample.Log, new SignedHead(later, [By(Cloud, later)]), Ct);
        await Store.PutHead(Sample.Log, new SignedHead(later, [By(Archive, later), By(Cloud, later)]), Ct);
        await Store.PutHead(Sample.Log, new SignedHead(later, [By(Archive, later), By(Cloud, later)]), Ct);

        Same(thirty, await Store.LatestHead(Sample.Log, Ct));
        Same(later, await Store.HeadAt(Sample.Log, 20, Ct));
        Assert.Null(await Store.HeadAt(Sample.Log, 11, Ct));
        Same(ten, await Store.HeadAtOrAfter(Sample.Log, 0, null, Ct));
        Same(twenty, await Store.HeadAtOrAfter(Sample.Log, 11, null, Ct));
        Same(thirty, await Store.HeadAtOrAfter(Sample.Log, 21, null, Ct));
        Assert.Null(await Store.HeadAtOrAfter(Sample.Log, 31, null, Ct));
        Same(later, await Store.HeadAtOrBefore(Sample.Log, 29, null, Ct));
        Assert.Null(await Store.HeadAtOrBefore(Sample.Log, 9, null, Ct));
        Same(later, await Store.HeadAtOrAfter(Sample.Log, 1, Archive.PublicKey.Kid, Ct));
        Same(later, await Store.HeadAtOrAfter(Sample.Log, 1, Cloud.PublicKey.Kid, Ct));
        Assert.Null(await Store.HeadAtOrAfter(Sample.Log, 21, Archive.PublicKey.Kid, Ct));
        Same(later, await Store.HeadAtOrBefore(Sample.Log, 1000, Archive.PublicKey.Kid, Ct));
        Assert.Null(await Store.HeadAtOrBefore(Sample.Log, 19, Archive.PublicKey.Kid, Ct));
        IReadOnlyList<SignedHead> heads = await Store.Heads(Sample.Log, 11, 30, 10, Ct);
        Assert.Equal([200, 260, 300], heads.Select(head => head.Head.Claims.Seconds));
        Assert.Equal([Cloud.PublicKey.Kid, Archive.PublicKey.Kid], heads[1].Countersignatures.Select(countersignature => countersignature.Kid));
        Assert.Single(await Store.Heads(Sample.Log, 0, Merkle.MaxSize, 1, Ct));
        Assert.Equal(30ul, (await Store.State(Sample.Log, Ct))!.Countersigned);
    }

    [Fact]
    public async Task A_head_of_a_size_not_held_or_of_another_log_is_refused()
    {
        await Store.Append(Sample.Log, 0, Sample.Leaves(0, 3), null, null, Ct);
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.PutHead(Sample.Log, new SignedHead(Sample.Head(Sample.Tree(Sample.Leaves(0, 4)))), Ct));
        LogId other = new("ward-4", 0);
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.PutHead(Sample.Log, new SignedHead(Sample.Head(Sample.Tree(Sample.Leaves(0, 3)), log: other)), Ct));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.PutHead(other, new SignedHead(Sample.Head(Sample.Tree([]), log: other)), Ct));
        Assert.Null(await Store.LatestHead(Sample.Log, Ct));
    }

    [Fact]
    public async Task A_head_keeps_at_most_16_countersignatures()
    {
        LogEntry[] leaves = Sample.Leaves(0, 3);
        Head head = Sample.Head(Sample.Tree(leaves));
        Countersignature[] many = [.. Enumerable.Range(0, 20).Select(_ => By(SigningKey.Generate(), head))];
        await Store.Append(Sample.Log, 0, leaves, new SignedHead(head, many), null, Ct);
        Assert.Equal(many[..16].Select(c => c.Kid), (await Store.LatestHead(Sample.Log, Ct))!.Countersignatures.Select(c => c.Kid));
    }

    [Fact]
    public async Task Notes_are_set_replaced_removed_and_listed()
    {
        await Store.Append(Sample.Log, 0, [Sample.Leaf(0)], null, [new Note("s/1", [1]), new Note("s/2", [2]), new Note("other", [])], Ct);
        await Store.Append(Sample.Log, 1, [], null, [new Note("s/1", [3]), new Note("s/2", null), new Note("s/3", [4])], Ct);
        Assert.Equal([3], await Store.Note(Sample.Log, "s/1", Ct));
        Assert.Null(await Store.Note(Sample.Log, "s/2", Ct));
        Assert.Empty((await Store.Note(Sample.Log, "other", Ct))!);
        Assert.Equal(["s/1", "s/3"], (await Store.Notes(Sample.Log, "s/", Ct)).Select(note => note.Name));
        Assert.Equal(3, (await Store.Notes(Sample.Log, "", Ct)).Count);
        Assert.Empty(await Store.Notes(new LogId("ward-4", 0), "", Ct));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.Append(Sample.Log, 1, [], null, [new Note("", [1])], Ct));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.Append(Sample.Log, 1, [], null, [new Note("n", new byte[65_537])], Ct));
    }

    [Fact]
    public async Task Blanking_takes_the_bytes_and_keeps_the_proofs()
    {
        LogEntry[] leaves = Sample.Leaves(0, 600);
        Frontier tree = Sample.Tree(leaves);
        await Store.Append(Sample.Log, 0, leaves, new SignedHead(Sample.Head(tree)), null, Ct);
        await Store.Blank(Sample.Log, 100, 300, Ct);
        await Store.Blank(Sample.Log, 599, 700, Ct);
        await Store.Blank(Sample.Log, 0, 1, Ct);
        await Store.Blank(new LogId("ward-4", 0), 0, 1, Ct);
        IReadOnlyList<LogEntry> entries = await Store.Read(Sample.Log, 0, 600, int.MaxValue, Ct);
        for (int i = 0; i < 600; i++)
        {
            Assert.Equal(i is 0 or (>= 100 and < 300) or 599, entries[i].IsBlank);
            Assert.Equal(leaves[i].Hash, entries[i].Hash);
        }

        Assert.Equal(600ul, (await Store.State(Sample.Log, Ct))!.HeldFrom);
        await Sample.RequireSound(Store, Sample.Log, Ct);
    }

    [Fact]
    public async Task Erasing_by_order_takes_the_bytes_keeps_the_proofs_and_counts_as_held()
    {
        LogEntry[] leaves = Sample.Leaves(0, 600);
        Frontier tree = Sample.Tree(leaves);
        await Store.Append(Sample.Log, 0, leaves[..500], null, null, Ct);
        await Store.Blank(Sample.Log, 10, 20, Ct);
        for (int again = 0; again < 2; again++)
        {
            await Store.Erase(Sample.Log, 15, 16, Ct);
            await Store.Erase(Sample.Log, 250, 260, Ct);
            await Store.Erase(Sample.Log, 499, 700, Ct);
            await Store.Erase(new LogId("ward-4", 0), 0, 1, Ct);
            Assert.Equal(20ul, (await Store.State(Sample.Log, Ct))!.HeldFrom);
        }

        // One that came erased; pruning over an erased one changes nothing of it.
        await Store.Append(Sample.Log, 500, [LogEntry.Erased(leaves[500].Hash), .. leaves[501..]], new SignedHead(Sample.Head(tree)), null, Ct);
        await Store.Blank(Sample.Log, 252, 254, Ct);
        await Reopen();
        IReadOnlyList<LogEntry> entries = await Store.Read(Sample.Log, 0, 600, int.MaxValue, Ct);
        for (int i = 0; i < 600; i++)
        {
            bool erased = i is 15 or (>= 250 and < 260) or 499 or 500;
            Assert.Equal((i, erased, erased || i is >= 10 and < 20), (i, entries[i].IsErased, entries[i].IsBlank));
            Assert.Equal(leaves[i].Hash, entries[i].Hash);
        }

        Assert.Equal(20ul, (await Store.State(Sample.Log, Ct))!.HeldFrom);
        await Store.Blank(Sample.Log, 501, 502, Ct);
        Assert.Equal(502ul, (await Store.State(Sample.Log, Ct))!.HeldFrom);
        await Store.Erase(Sample.Log, 501, 502, Ct);
        Assert.Equal(20ul, (await Store.State(Sample.Log, Ct))!.HeldFrom);
        await Sample.RequireSound(Store, Sample.Log, Ct);
    }

    [Fact]
    public async Task Erased_bytes_are_in_none_of_the_files_evidence_of_forks_included()
    {
        byte[] small = Secret(40);
        byte[] large = Secret(30_000);
        byte[] other = Secret(60);
        LogEntry[] leaves = [Sample.Leaf(0), LogEntry.Of(small), LogEntry.Of(large), .. Sample.Leaves(3, 300)];
        Head head = Sample.Head(Sample.Tree(leaves[..5]));
        await Store.Append(Sample.Log, 0, leaves[..5], new SignedHead(head), null, Ct);
        await Store.Append(Sample.Log, 5, leaves[5..], null, null, Ct);
        LogEntry[] others = [Sample.Leaf(0), LogEntry.Of(other), LogEntry.Of(large)];
        await Store.PutFork(new ForkEvidence(Sample.Log, head, Sample.Head(Sample.Tree(others)), 0, others, 1), Ct);
        Assert.True(IsAnywhere(small) && IsAnywhere(large) && IsAnywhere(other));
        await Store.Erase(Sample.Log, 1, 3, Ct);
        Assert.False(IsAnywhere(small) || IsAnywhere(large) || IsAnywhere(other));
        await Reopen();
        ForkEvidence fork = Assert.Single(await Store.Forks(Sample.Log, Ct));
        Assert.Equal([false, true, true], fork.Entries.Select(entry => entry.IsBlank));
        Assert.Equal(others.Select(entry => entry.Hash), fork.Entries.Select(entry => entry.Hash));
        Assert.False(IsAnywhere(small) || IsAnywhere(large) || IsAnywhere(other));
        await Sample.RequireSound(Store, Sample.Log, Ct);
    }

    [Fact]
    public async Task Every_proof_can_be_made_from_the_tiles()
    {
        LogEntry[] leaves = Sample.Leaves(0, 1100);
        for (int from = 0; from < leaves.Length;)
        {
            int to = Math.Min(leaves.Length, from + 1 + (from * 7 % 97));
            await Store.Append(Sample.Log, (ulong)from, leaves[from..to], null, null, Ct);
            from = to;
        }

        ITileSource tiles = Store.Tiles(Sample.Log);
        foreach (int size in new[] { 1, 2, 255, 256, 257, 511, 512, 513, 768, 1099, 1100 })
        {
            byte[] root = Sample.Tree(leaves[..size]).Root();
            ulong[] indexes = [.. Enumerable.Range(0, size).Where(i => i % 41 == 0 || i == size - 1).Select(i => (ulong)i)];
            IReadOnlyList<IReadOnlyList<byte[]>> paths = await Inclusion.Prove(tiles, indexes, (ulong)size, Ct);
            Assert.All(indexes.Zip(paths), pair => Assert.True(Inclusion.Verify(leaves[pair.First].Hash, pair.First, (ulong)size, pair.Second, root)));
        }

        await Assert.ThrowsAsync<TileMissingException>(() => Inclusion.Prove(tiles, 0, 1101, Ct));
        await Assert.ThrowsAsync<TileMissingException>(async () => await tiles.ReadTile(7, 0, 1, Ct));
        await Assert.ThrowsAsync<TileMissingException>(async () => await tiles.ReadTile(0, ulong.MaxValue, 1, Ct));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(300)]
    [InlineData(513)]
    [InlineData(768)]
    public async Task A_log_held_from_the_middle_proves_all_that_came_after(int start)
    {
        LogEntry[] leaves = Sample.Leaves(0, 1100);
        Frontier middle = Sample.Tree(leaves[..start]);
        Head head = Sample.Head(middle);
        await Store.Start(Sample.Log, middle, new SignedHead(head), Ct);
        await Store.Append(Sample.Log, (ulong)start, leaves[start..], null, null, Ct);
        LogState state = (await Store.State(Sample.Log, Ct))!;
        Assert.Equal(((ulong)start, (ulong)start, 1100ul), (state.Start, state.HeldFrom, state.Size));
        Assert.Equal(Sample.Tree(leaves).Root(), state.Frontier.Root());
        ITileSource tiles = Store.Tiles(Sample.Log);
        foreach (int size in new[] { start + 1, 770, 1024, 1100 })
        {
            ulong[] indexes = [.. Enumerable.Range(start, size - start).Where(i => i % 17 == 0 || i == start || i == size - 1).Select(i => (ulong)i)];
            byte[] root = Sample.Tree(leaves[..size]).Root();
            IReadOnlyList<IReadOnlyList<byte[]>> paths = await Inclusion.Prove(tiles, indexes, (ulong)size, Ct);
            Assert.All(indexes.Zip(paths), pair => Assert.True(Inclusion.Verify(leaves[pair.First].Hash, pair.First, (ulong)size, pair.Second, root)));
            IReadOnlyList<byte[]> path = await Consistency.Prove(tiles, (ulong)start, (ulong)size, Ct);
            Assert.True(Consistency.Verify((ulong)start, (ulong)size, middle.Root(), root, path));
        }

        if (start > 1)
        {
            await Assert.ThrowsAsync<TileMissingException>(() => Inclusion.Prove(tiles, 0, 1100, Ct));
        }

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Store.Read(Sample.Log, (ulong)start - 1, 1100, 1000, Ct));
        Assert.Equal(1100 - start, (await Store.Read(Sample.Log, (ulong)start, 1100, int.MaxValue, Ct)).Count);
        await Assert.ThrowsAsync<LogStoreConflictException>(async () => await Store.Start(Sample.Log, middle, new SignedHead(head), Ct));
    }

    [Fact]
    public async Task A_start_whose_head_and_frontier_do_not_fit_is_refused()
    {
        Frontier frontier = Sample.Tree(Sample.Leaves(0, 5));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.Start(Sample.Log, frontier, new SignedHead(Sample.Head(Sample.Tree(Sample.Leaves(0, 4)))), Ct));
        Assert.Null(await Store.State(Sample.Log, Ct));
    }

    [Fact]
    public async Task Forks_are_kept_once_each_and_no_more_than_16()
    {
        LogEntry[] leaves = Sample.Leaves(0, 4);
        Head held = Sample.Head(Sample.Tree(leaves));
        await Store.Append(Sample.Log, 0, leaves, new SignedHead(held), null, Ct);
        for (int i = 0; i < 20; i++)
        {
            LogEntry[] others = [Sample.Leaf(3, $"other {i}"), LogEntry.Blank(new byte[32])];
            ForkEvidence fork = new(Sample.Log, held, Sample.Head(Sample.Tree([.. leaves[..3], .. others]), (ulong)i), 3, others, i == 0 ? null : 3);
            await Store.PutFork(fork, Ct);
            await Store.PutFork(fork, Ct);
        }

        await Reopen();
        IReadOnlyList<ForkEvidence> forks = await Store.Forks(Sample.Log, Ct);
        Assert.Equal(Enumerable.Range(0, 16).Select(i => (ulong)i), forks.Select(fork => fork.Other.Claims.Seconds));
        Assert.Null(forks[0].Index);
        Assert.Equal((3ul, 3ul), (forks[5].Index, forks[5].From));
        Assert.Equal(Flat([Sample.Leaf(3, "other 5"), LogEntry.Blank(new byte[32])]), Flat(forks[5].Entries));
        Assert.Equal(held.Bytes.ToArray(), forks[5].Held.Bytes.ToArray());
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.PutFork(forks[0] with { Log = new LogId("ward-4", 0) }, Ct));
    }

    [Fact]
    public async Task Writers_of_many_logs_go_together_and_readers_see_whole_appends()
    {
        const int Logs = 8;
        const int Appends = 25;
        using CancellationTokenSource done = new();
        Task reader = Task.Run(
            async () =>
            {
                while (!done.IsCancellationRequested)
                {
                    LogState? state = await Store.State(new LogId("log-3", 0), Ct);
                    if (state is not null)
                    {
                        // Appends of 3, each with a head and a note: never a part of one.
                        Assert.Equal(0ul, state.Size % 3);
                        Assert.Equal(state.Size, state.Head!.Size);
                        Assert.Equal(state.Head.Head.Root.ToArray(), state.Frontier.Root());
                    }
                }
            },
            Ct);
        await Task.WhenAll(Enumerable.Range(0, Logs).Select(i => Task.Run(
            async () =>
            {
                LogId log = new($"log-{i}", 0);
                Frontier tree = new();
                for (int n = 0; n < Appends; n++)
                {
                    ulong from = tree.Size;
                    LogEntry[] leaves = Sample.Leaves(from, from + 3, log.Name);
                    foreach (LogEntry leaf in leaves)
                    {
                        tree.Append(leaf.Hash);
                    }

                    await Store.Append(log, from, leaves, new SignedHead(Sample.Head(tree, log: log)), [new Note("n", [(byte)n])], Ct);
                }
            },
            Ct)));
        await done.CancelAsync();
        await reader;
        Assert.Equal(Logs, (await Store.Logs(Ct)).Count);
        foreach (LogId log in await Store.Logs(Ct))
        {
            Assert.Equal([Appends - 1], await Store.Note(log, "n", Ct));
            await Sample.RequireSound(Store, log, Ct);
        }
    }

    [Fact]
    public async Task A_refused_write_leaves_those_that_wait_with_it_alone()
    {
        LogId other = new("ward-4", 0);
        await Store.Append(Sample.Log, 0, Sample.Leaves(0, 3), null, null, Ct);
        Task[] writes =
        [
            .. Enumerable.Range(0, 40).Select(i => i % 2 == 0
                ? Store.Append(new LogId($"log-{i}", 0), 0, Sample.Leaves(0, 3), null, null, Ct).AsTask()
                : Store.Append(Sample.Log, 0, Sample.Leaves(0, 3), null, [new Note($"n{i}", [1])], Ct).AsTask()),
        ];
        await Task.WhenAll(writes.Select(write => write.ContinueWith(_ => { }, Ct, TaskContinuationOptions.None, TaskScheduler.Default)));
        for (int i = 0; i < writes.Length; i++)
        {
            Assert.Equal(i % 2 == 0 ? TaskStatus.RanToCompletion : TaskStatus.Faulted, writes[i].Status);
        }

        Assert.Equal(21, (await Store.Logs(Ct)).Count);
        Assert.Empty(await Store.Notes(Sample.Log, "", Ct));
        Assert.Null(await Store.State(other, Ct));
    }

    [Fact]
    public async Task Of_two_appends_at_one_size_one_wins()
    {
        Task[] appends = [.. Enumerable.Range(0, 10).Select(i => Task.Run(async () => await Store.Append(Sample.Log, 0, [Sample.Leaf(0, $"{i}")], null, null, Ct), Ct))];
        await Task.WhenAll(appends.Select(append => append.ContinueWith(_ => { }, Ct, TaskContinuationOptions.None, TaskScheduler.Default)));
        Assert.Equal(1, appends.Count(append => append.IsCompletedSuccessfully));
        Assert.All(appends, append => Assert.True(append.IsCompletedSuccessfully || append.Exception!.InnerException is LogStoreConflictException));
        Assert.Equal(1ul, (await Store.State(Sample.Log, Ct))!.Size);
    }

    [Fact]
    public async Task A_process_killed_in_the_middle_of_appends_loses_nothing_that_it_was_told_is_stored()
    {
        string path = Folder.File("killed");
        for (int seed = 0; seed < 4; seed++)
        {
            ulong told = await Doomed.KillAsync(path, seed, 3 + (seed * 5), Ct);
            await using ILogStore store = OpenAt(path);
            LogState state = (await store.State(Sample.Log, Ct))!;
            Assert.True(state.Size >= told, $"told {told}, held {state.Size}");
            Assert.Equal(state.Size, state.Head!.Size);
            Assert.Equal(state.Size.ToString(CultureInfo.InvariantCulture), Encoding.ASCII.GetString((await store.Note(Sample.Log, "size", Ct))!));
            await Sample.RequireSound(store, Sample.Log, Ct);
        }
    }

    [Fact]
    public async Task A_cancelled_write_is_not_begun()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.Append(Sample.Log, 0, Sample.Leaves(0, 3), null, null, new CancellationToken(true)));
        Assert.Null(await Store.State(Sample.Log, Ct));
    }

    // Printable, so that no file escapes or compresses it.
    private static byte[] Secret(int bytes) => Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(bytes));

    private bool IsAnywhere(byte[] secret) => Directory.EnumerateFiles(Folder.Path, "*", SearchOption.AllDirectories)
        .Where(file => Path.GetFileName(file) != "lock")
        .Any(file =>
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);

            // A large entry may lie in pieces of a page each.
            return bytes.AsSpan().IndexOf(secret.AsSpan(0, Math.Min(secret.Length, 40))) >= 0 || bytes.AsSpan().IndexOf(secret.AsSpan(secret.Length / 2, Math.Min(secret.Length / 2, 20))) >= 0;
        });

    protected static byte[][] Flat(IEnumerable<LogEntry> entries) => [.. entries.SelectMany(entry => new[] { entry.Hash, entry.Bytes.ToArray() })];

    protected async Task Reopen()
    {
        await Store.DisposeAsync();
        Store = await Open();
    }

    private static Countersignature By(SigningKey key, Head head) => Countersignature.Sign(key, head, 1, 0, 0);

    private static void Same(Head expected, SignedHead? actual) => Assert.Equal(expected.Bytes.ToArray(), actual?.Head.Bytes.ToArray());
}
