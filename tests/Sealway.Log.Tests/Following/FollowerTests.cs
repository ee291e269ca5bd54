namespace Sealway.Log.Tests.Following;

public sealed class FollowerTests : StoreFixture
{
    private static readonly SigningKey Cloud = SigningKey.Generate();
    private static readonly SigningKey Archive = SigningKey.Generate();

    [Fact]
    public async Task A_follower_takes_what_the_writer_sends_and_countersigns_it()
    {
        await using FaultyStore source = OpenAnother("source.db");
        using LogWriter writer = Writer(source);
        await Fill(writer, 2500, each: 100);
        using Follower follower = Follow(Cloud);
        for (ulong size = 0; size < 2500;)
        {
            Append append = Wire((await writer.NextAppendAsync(size, Ct))!);
            int writes = Store.Writes;
            Followed followed = await follower.AcceptAsync(append, false, Ct);
            Assert.Equal(writes + 1, Store.Writes);
            Assert.Equal((Refusal.None, size, append.Head.Claims.Size), (followed.Refused, followed.From, followed.To));
            Countersignature own = Assert.Single(followed.Answer.Countersignatures);
            own.Verify(Cloud.PublicKey, append.Head);
            Assert.Equal((0ul, 5ul, 1_800_000_000ul), (own.From, own.RegistrySize, own.Seconds));
            HeldOutcome outcome = await writer.ReceiveAsync((Held)FollowMessage.FromUntrusted(followed.Answer.ToArray()), kid => kid == Cloud.PublicKey.Kid ? Cloud.PublicKey : null, Ct);
            Assert.True(outcome.Extends);
            size = followed.Answer.Size;
        }

        await Sample.RequireSound(Store, Sample.Log, Ct);
        Assert.Equal(2500ul, (await source.State(Sample.Log, Ct))!.Countersigned);
        Assert.Equal((await source.State(Sample.Log, Ct))!.Frontier.Root(), (await Store.State(Sample.Log, Ct))!.Frontier.Root());
    }

    [Fact]
    public async Task The_same_append_again_changes_nothing()
    {
        using Follower follower = Follow(Cloud);
        LogEntry[] leaves = Sample.Leaves(0, 20);
        Append first = Sample.Append(0, leaves, Sample.Head(Sample.Tree(leaves)));
        await follower.AcceptAsync(first, false, Ct);
        int writes = Store.Writes;
        Followed again = await follower.AcceptAsync(first, false, Ct);
        Assert.Equal((Refusal.None, 20ul, 20ul, 20ul), (again.Refused, again.From, again.To, again.Answer.Size));
        Assert.Equal(writes, Store.Writes);
        Assert.Single((await Store.LatestHead(Sample.Log, Ct))!.Countersignatures);
    }

    [Fact]
    public async Task An_append_that_overlaps_is_compared_and_continued()
    {
        using Follower follower = Follow(null);
        LogEntry[] leaves = Sample.Leaves(0, 600);
        await follower.AcceptAsync(Sample.Append(0, leaves[..300], Sample.Head(Sample.Tree(leaves[..300]))), false, Ct);
        Followed followed = await follower.AcceptAsync(Sample.Append(100, leaves[100..], Sample.Head(Sample.Tree(leaves))), false, Ct);
        Assert.Equal((Refusal.None, 300ul, 600ul), (followed.Refused, followed.From, followed.To));
        await Sample.RequireSound(Store, Sample.Log, Ct);
    }

    [Fact]
    public async Task An_append_beyond_what_is_held_is_answered_with_where_to_resume()
    {
        using Follower follower = Follow(Cloud);
        LogEntry[] leaves = Sample.Leaves(0, 20);
        Followed none = await follower.AcceptAsync(Sample.Append(10, leaves[10..], Sample.Head(Sample.Tree(leaves))), false, Ct);
        Assert.Equal((Refusal.NotNext, 0ul), (none.Refused, none.Answer.Size));
        await follower.AcceptAsync(Sample.Append(0, leaves[..10], Sample.Head(Sample.Tree(leaves[..10]))), false, Ct);
        Followed gap = await follower.AcceptAsync(Sample.Append(11, leaves[11..], Sample.Head(Sample.Tree(leaves))), false, Ct);
        Assert.Equal((Refusal.NotNext, 10ul), (gap.Refused, gap.Answer.Size));
    }

    [Fact]
    public async Task What_the_entries_say_does_not_matter_for_following()
    {
        using Follower follower = Follow(Cloud);
        LogEntry[] leaves = [LogEntry.Of(new byte[] { 0xff, 0x00 }), LogEntry.Of("not an entry"u8.ToArray())];
        Followed followed = await follower.AcceptAsync(Wire(Sample.Append(0, leaves, Sample.Head(Sample.Tree(leaves)))), false, Ct);
        Assert.Equal((Refusal.None, 2ul), (followed.Refused, followed.To));
    }

    [Fact]
    public async Task What_is_not_what_the_head_signs_is_refused_and_nothing_stored()
    {
        using Follower follower = Follow(Cloud);
        LogEntry[] leaves = Sample.Leaves(0, 20);
        Head head = Sample.Head(Sample.Tree(leaves));
        LogEntry[] altered = [.. leaves];
        altered[7] = Sample.Leaf(7, "altered");
        LogEntry[] swapped = [.. leaves];
        (swapped[3], swapped[4]) = (swapped[4], swapped[3]);
        SigningKey stranger = SigningKey.Generate();
        byte[] broken = head.Bytes.ToArray();
        broken[^1] ^= 1;
        LogId other = new("ward-4", 0);
        (Append Append, Refusal Reason)[] cases =
        [
            (Sample.Append(0, altered, head), Refusal.RootMismatch),
            (Sample.Append(0, swapped, head), Refusal.RootMismatch),
            (Sample.Append(0, leaves[..19], head), Refusal.WrongSize),
            (Sample.Append(0, [.. leaves, leaves[0]], head), Refusal.WrongSize),
            (Sample.Append(0, leaves, Sample.Head(Sample.Tree(leaves), key: stranger)), Refusal.UnknownKey),
            (Sample.Append(0, leaves, Messages.Head.FromUntrusted(broken)), Refusal.BadSignature),
            (Sample.Append(0, leaves, head) with { Log = other }, Refusal.WrongLog),
            (Sample.Append(0, leaves, Sample.Head(Sample.Tree(leaves), log: other)), Refusal.UnknownKey),
            (Sample.Append(0, [LogEntry.Blank(leaves[0].Hash), .. leaves[1..]], head), Refusal.UnexpectedBlank),
        ];
        foreach ((Append append, Refusal reason) in cases)
        {
            Followed followed = await follower.AcceptAsync(append, false, Ct);
            Assert.Equal((reason, 0ul), (followed.Refused, followed.Answer.Size));
            Assert.Null(followed.Fork);
        }

        Assert.Empty(await Store.Logs(Ct));
        Assert.Equal(0, Store.Writes);
    }

    [Fact]
    public async Task Blanks_are_taken_where_allowed_and_the_countersignature_says_from_where_all_is_held()
    {
        using Follower follower = Follow(Cloud);
        LogEntry[] leaves = Sample.Leaves(0, 20);
        LogEntry[] some = [.. leaves.Select((leaf, i) => i is 2 or 11 ? LogEntry.Blank(leaf.Hash) : leaf)];
        Followed followed = await follower.AcceptAsync(Wire(Sample.Append(0, some, Sample.Head(Sample.Tree(leaves)))), true, Ct);
        Assert.Equal((Refusal.None, 20ul), (followed.Refused, followed.To));
        Assert.Equal(12ul, Assert.Single(followed.Answer.Countersignatures).From);
        Assert.True((await Store.Read(Sample.Log, 0, 20, 10000, Ct))[11].IsBlank);
    }

    [Fact]
    public async Task What_is_ordered_erased_is_taken_as_a_blank_and_kept_as_nothing_else()
    {
        HashSet<ulong> ordered = [2, 11];
        using Follower follower = Follow(Cloud, (log, index) => log == Sample.Log && ordered.Contains(index));
        LogEntry[] leaves = Sample.Leaves(0, 20);
        Head head = Sample.Head(Sample.Tree(leaves));
        LogEntry[] toomuch = [.. leaves.Select((leaf, i) => i is 2 or 12 ? LogEntry.Blank(leaf.Hash) : leaf)];
        Assert.Equal(Refusal.UnexpectedBlank, (await follower.AcceptAsync(Wire(Sample.Append(0, toomuch, head)), false, Ct)).Refused);
        LogEntry[] wrong = [.. leaves.Select((leaf, i) => i is 2 ? LogEntry.Blank(leaves[3].Hash) : leaf)];
        Assert.Equal(Refusal.RootMismatch, (await follower.AcceptAsync(Wire(Sample.Append(0, wrong, head)), false, Ct)).Refused);

        // The one comes as a blank, the other in full.
        LogEntry[] some = [.. leaves.Select((leaf, i) => i is 2 ? LogEntry.Blank(leaf.Hash) : leaf)];
        Followed followed = await follower.AcceptAsync(Wire(Sample.Append(0, some, head)), false, Ct);
        Assert.Equal((Refusal.None, 20ul), (followed.Refused, followed.To));
        Assert.Equal(0ul, Assert.Single(followed.Answer.Countersignatures).From);
        IReadOnlyList<LogEntry> held = await Store.Read(Sample.Log, 0, 20, 10000, Ct);
        Assert.Equal([2, 11], Enumerable.Range(0, 20).Where(i => held[i].IsErased));
        Assert.Equal(18, held.Count(entry => !entry.IsBlank));

        // Neither does the evidence of a fork keep it.
        LogEntry[] others = [.. leaves[..11], Sample.Leaf(11, "other"), .. leaves[12..]];
        ForkEvidence fork = (await follower.AcceptAsync(Wire(Sample.Append(10, others[10..], Sample.Head(Sample.Tree(others), 9))), false, Ct)).Fork!;
        Assert.Equal([11], Enumerable.Range(10, 10).Where(i => fork.Entries[i - 10].IsBlank));
        Assert.Equal(11ul, fork.Index);
        await Sample.RequireSound(Store, Sample.Log, Ct);
    }

    [Fact]
    public async Task An_order_that_comes_while_an_entry_is_being_stored_erases_it_all_the_same()
    {
        bool ordered = false;
        Store.Plan = _ =>
        {
            ordered = true;
            return Fault.None;
        };
        using Follower follower = Follow(Cloud, (_, index) => ordered && index == 4);
        LogEntry[] leaves = Sample.Leaves(0, 20);
        Assert.Equal(Refusal.None, (await follower.AcceptAsync(Sample.Append(0, leaves, Sample.Head(Sample.Tree(leaves))), false, Ct)).Refused);
        Assert.True((await Store.Read(Sample.Log, 4, 5, 10000, Ct))[0].IsErased);
    }

    [Fact]
    public async Task Another_head_of_the_same_size_is_a_fork_by_itself()
    {
        using Follower follower = Follow(Cloud);
        LogEntry[] leaves = Sample.Leaves(0, 20);
        LogEntry[] others = [.. leaves[..15], .. Sample.Leaves(15, 20, "other")];
        await follower.AcceptAsync(Sample.Append(0, leaves, Sample.Head(Sample.Tree(leaves))), false, Ct);
        Head other = Sample.Head(Sample.Tree(others), 99);
        Followed empty = await follower.AcceptAsync(Sample.Append(20, [], other), false, Ct);
        Assert.Equal((Refusal.Fork, 20ul), (empty.Refused, empty.Answer.Size));
        Assert.Null(empty.Fork!.Index);
        Assert.Empty(empty.Fork.Entries);
        ForkEvidence kept = Assert.Single(await Store.Forks(Sample.Log, Ct));
        Assert.Equal(other.Bytes.ToArray(), kept.Other.Bytes.ToArray());
        kept.Held.Verify(Sample.Key.PublicKey);
        kept.Other.Verify(Sample.Key.PublicKey);

        // A smaller one contradicts as well.
        Followed smaller = await follower.AcceptAsync(Sample.Append(10, others[10..17], Sample.Head(Sample.Tree(others[..17]))), false, Ct);
        Assert.Equal((Refusal.Fork, 15ul), (smaller.Refused, smaller.Fork!.Index));
        Assert.Equal(7, smaller.Fork.Entries.Count);
        Assert.Equal(2, (await Store.Forks(Sample.Log, Ct)).Count);
        await Sample.RequireSound(Store, Sample.Log, Ct);
    }

    [Fact]
    public async Task Other_entries_under_a_larger_valid_head_are_a_fork()
    {
        using Follower follower = Follow(Cloud);
        LogEntry[] leaves = Sample.Leaves(0, 20);
        LogEntry[] others = [.. leaves[..15], .. Sample.Leaves(15, 30, "other")];
        await follower.AcceptAsync(Sample.Append(0, leaves, Sample.Head(Sample.Tree(leaves))), false, Ct);
        Head larger = Sample.Head(Sample.Tree(others));

        // From where the follower stands it cannot be told from a falsified relay.
        Followed next = await follower.AcceptAsync(Sample.Append(20, others[20..], larger), false, Ct);
        Assert.Equal((Refusal.RootMismatch, 20ul), (next.Refused, next.Answer.Size));
        Assert.Null(next.Fork);

        // From before the parting the head proves it.
        Followed earlier = await follower.AcceptAsync(Sample.Append(12, others[12..], larger), false, Ct);
        Assert.Equal((Refusal.Fork, 15ul), (earlier.Refused, earlier.Fork!.Index));
        Assert.Equal(18, earlier.Fork.Entries.Count);
        Assert.Equal(20ul, earlier.Answer.Size);
        Assert.Single(await Store.Forks(Sample.Log, Ct));
        Assert.Equal(20ul, (await Store.State(Sample.Log, Ct))!.Size);
    }

    [Fact]
    public async Task Altered_entries_under_a_head_that_is_held_are_no_fork()
    {
        using Follower follower = Follow(Cloud);
        LogEntry[] leaves = Sample.Leaves(0, 20);
        Head head = Sample.Head(Sample.Tree(leaves));
        await follower.AcceptAsync(Sample.Append(0, leaves, head), false, Ct);
        LogEntry[] altered = [.. leaves[..19], Sample.Leaf(19, "altered")];
        Followed followed = await follower.AcceptAsync(Sample.Append(0, altered, head), false, Ct);
        Assert.Equal(Refusal.RootMismatch, followed.Refused);
        Assert.Null(followed.Fork);
        Assert.Empty(await Store.Forks(Sample.Log, Ct));
    }

    [Fact]
    public async Task A_newer_head_of_the_same_size_is_kept_and_countersigned()
    {
        using Follower follower = Follow(Cloud);
        LogEntry[] leaves = Sample.Leaves(0, 20);
        Frontier tree = Sample.Tree(leaves);
        await follower.AcceptAsync(Sample.Append(0, leaves, Sample.Head(tree, 100)), false, Ct);
        Head later = Sample.Head(tree, 160);
        Followed followed = await follower.AcceptAsync(Sample.Append(20, [], later), false, Ct);
        Assert.Equal(later.Bytes.ToArray(), followed.Answer.Head!.Bytes.ToArray());
        Assert.Single(followed.Answer.Countersignatures).Verify(Cloud.PublicKey, later);

        // One that is older says nothing new.
        int writes = Store.Writes;
        await follower.AcceptAsync(Sample.Append(20, [], Sample.Head(tree, 130)), false, Ct);
        Assert.Equal(writes, Store.Writes);
    }

    [Fact]
    public async Task Countersignatures_of_others_come_along_and_those_in_ones_own_name_do_not()
    {
        using Follower follower = Follow(Archive);
        LogEntry[] leaves = Sample.Leaves(0, 20);
        Head head = Sample.Head(Sample.Tree(leaves));
        Countersignature cloud = Countersignature.Sign(Cloud, head, 1, 0, 0);
        Countersignature own = Countersignature.Sign(Archive, head, 77, 0, 0);
        Countersignature stranger = Countersignature.Sign(SigningKey.Generate(), head, 1, 0, 0);
        Followed followed = await follower.AcceptAsync(Wire(Sample.Append(0, leaves, head, own, stranger, cloud)), false, Ct);
        Assert.Equal([Cloud.PublicKey.Kid, Archive.PublicKey.Kid], followed.Answer.Countersignatures.Select(c => c.Kid));
        Assert.Equal(1_800_000_000ul, followed.Answer.Countersignatures[1].Seconds);
    }

    [Fact]
    public async Task A_countersignature_replayed_from_another_head_is_left_out_and_counted()
    {
        using Follower follower = Follow(Archive);
        LogEntry[] leaves = Sample.Leaves(0, 20);
        Head head = Sample.Head(Sample.Tree(leaves));
        Countersignature replayed = Countersignature.Sign(Cloud, Sample.Head(Sample.Tree(leaves[..10])), 1, 0, 0);
        Countersignature stranger = Countersignature.Sign(SigningKey.Generate(), head, 1, 0, 0);
        Followed first = await follower.AcceptAsync(Wire(Sample.Append(0, leaves, head, replayed, stranger)), false, Ct);
        Assert.Equal(1, first.ForgedCountersignatures);
        Assert.Equal(Archive.PublicKey.Kid, Assert.Single(first.Answer.Countersignatures).Kid);
        Followed again = await follower.AcceptAsync(Wire(Sample.Append(20, [], head, replayed)), false, Ct);
        Assert.Equal(1, again.ForgedCountersignatures);
        Assert.Equal(0, (await follower.AcceptAsync(Wire(Sample.Append(20, [], head, Countersignature.Sign(Cloud, head, 1, 0, 0))), false, Ct)).ForgedCountersignatures);
    }

    [Fact]
    public async Task The_archives_answer_brings_its_countersignature_to_the_cloud()
    {
        using Follower cloud = Follow(Cloud);
        LogEntry[] leaves = Sample.Leaves(0, 20);
        Head head = Sample.Head(Sample.Tree(leaves[..10]));
        Countersignature archive = Countersignature.Sign(Archive, head, 1, 0, 0);
        Assert.False((await cloud.ReceiveAsync(new Held(Sample.Log, 10, head, [archive]), Ct)).Extends);
        await cloud.AcceptAsync(Sample.Append(0, leaves[..10], head), false, Ct);
        await cloud.AcceptAsync(Sample.Append(10, leaves[10..], Sample.Head(Sample.Tree(leaves))), false, Ct);
        HeldOutcome outcome = await cloud.ReceiveAsync(
            new Held(Sample.Log, 10, head, [archive, Countersignature.Sign(SigningKey.Generate(), head, 1, 0, 0), Countersignature.Sign(Cloud, head, 66, 0, 0)]), Ct);
        Assert.True(outcome.Extends);
        Assert.Equal(2, outcome.LeftOut);
        Assert.Equal(10ul, (await Store.HeadAtOrAfter(Sample.Log, 0, Archive.PublicKey.Kid, Ct))!.Size);
        Assert.True((await cloud.ReceiveAsync(new Held(Sample.Log, 0, null, []), Ct)).Extends);

        Head other = Sample.Head(Sample.Tree(Sample.Leaves(0, 15, "other")));
        Assert.NotNull((await cloud.ReceiveAsync(new Held(Sample.Log, 15, other, []), Ct)).Fork);
        Assert.Single(await Store.Forks(Sample.Log, Ct));
        Head forged = Sample.Head(Sample.Tree(leaves[..10]), key: SigningKey.Generate());
        await Assert.ThrowsAsync<MessageException>(() => cloud.ReceiveAsync(new Held(Sample.Log, 10, forged, []), Ct));
    }

    [Fact]
    public async Task Countersigning_again_gives_the_same_countersignature()
    {
        using Follower follower = Follow(Cloud);
        Assert.Null(await follower.CountersignAsync(Sample.Log, Ct));
        LogEntry[] leaves = Sample.Leaves(0, 20);
        using (Follower plain = Follow(null))
        {
            await plain.AcceptAsync(Sample.Append(0, leaves, Sample.Head(Sample.Tree(leaves))), false, Ct);
            await Assert.ThrowsAsync<InvalidOperationException>(() => plain.CountersignAsync(Sample.Log, Ct));
        }

        await Store.Blank(Sample.Log, 0, 4, Ct);
        SignedHead first = (await follower.CountersignAsync(Sample.Log, Ct))!;
        SignedHead second = (await follower.CountersignAsync(Sample.Log, Ct))!;
        Assert.Equal(4ul, Assert.Single(first.Countersignatures).From);
        Assert.Equal(first.Countersignatures[0].ToArray(), Assert.Single(second.Countersignatures).ToArray());
    }

    [Fact]
    public async Task A_store_gives_the_start_at_its_newest_head_and_a_newcomer_goes_on_from_it()
    {
        await using FaultyStore cloudStore = OpenAnother("cloud.db");
        using Follower cloud = Follow(Cloud, cloudStore);
        using Follower archive = Follow(Archive);
        Assert.Null(await Starts.NowAsync(cloudStore, Sample.Log, Ct));
        LogEntry[] leaves = Sample.Leaves(0, 900);
        await cloud.AcceptAsync(Sample.Append(0, leaves[..777], Sample.Head(Sample.Tree(leaves[..777]))), false, Ct);
        Start start = (Start)FollowMessage.FromUntrusted((await Starts.NowAsync(cloudStore, Sample.Log, Ct))!.ToArray());
        Assert.Equal(777ul, start.Head.Claims.Size);
        Followed started = await archive.StartAsync(start with { Countersignatures = [.. start.Countersignatures, Countersignature.Sign(Archive, start.Head, 1, 1, 0)] }, Ct);
        Assert.Equal([Cloud.PublicKey.Kid, Archive.PublicKey.Kid], started.Answer.Countersignatures.Select(one => one.Kid));
        Assert.Equal((777ul, 777ul, 0ul), ((await Store.State(Sample.Log, Ct))!.Start, started.Answer.Countersignatures[1].From, started.Answer.Countersignatures[0].From));
        Followed followed = await archive.AcceptAsync(Sample.Append(777, leaves[777..], Sample.Head(Sample.Tree(leaves))), false, Ct);
        Assert.Equal((Refusal.None, 900ul), (followed.Refused, followed.Answer.Size));
        await Assert.ThrowsAsync<LogStoreConflictException>(() => archive.StartAsync(start, Ct));
    }

    [Fact]
    public async Task A_log_is_followed_from_the_middle()
    {
        LogEntry[] leaves = Sample.Leaves(0, 900);
        Frontier tree = Sample.Tree(leaves[..333]);
        Head head = Sample.Head(tree);
        using Follower follower = Follow(Cloud);
        Assert.Equal(
            Refusal.RootMismatch, (await Assert.ThrowsAsync<MessageException>(() => follower.StartAsync(At(Sample.Tree(Sample.Leaves(0, 333, "other")), head), Ct))).Reason);
        Assert.Equal(Refusal.WrongCount, (await Assert.ThrowsAsync<MessageException>(() => follower.StartAsync(At(Sample.Tree(leaves[..332]), head), Ct))).Reason);
        Assert.Equal(Refusal.RootMismatch, (await Assert.ThrowsAsync<MessageException>(() => follower.StartAsync(At(Sample.Tree(leaves[..331]), head), Ct))).Reason);
        Assert.Null(await Store.State(Sample.Log, Ct));
        Assert.Equal(
            Refusal.UnknownKey, (await Assert.ThrowsAsync<MessageException>(() => follower.StartAsync(At(tree, Sample.Head(tree, key: SigningKey.Generate())), Ct))).Reason);
        Followed started = await follower.StartAsync(At(tree, head), Ct);
        Assert.Equal((333ul, 333ul), (started.Answer.Size, Assert.Single(started.Answer.Countersignatures).From));

        Followed followed = await follower.AcceptAsync(Sample.Append(333, leaves[333..600], Sample.Head(Sample.Tree(leaves[..600]))), false, Ct);
        Assert.Equal((Refusal.None, 333ul, 600ul), (followed.Refused, followed.From, followed.To));
        Assert.Equal(333ul, Assert.Single(followed.Answer.Countersignatures).From);

        // What lies before is passed over, what was held since is compared.
        followed = await follower.AcceptAsync(Sample.Append(300, leaves[300..700], Sample.Head(Sample.Tree(leaves[..700]))), false, Ct);
        Assert.Equal((Refusal.None, 600ul, 700ul), (followed.Refused, followed.From, followed.To));
        followed = await follower.AcceptAsync(Sample.Append(100, leaves[100..200], Sample.Head(Sample.Tree(leaves[..200]))), false, Ct);
        Assert.Equal((Refusal.NotNext, 700ul), (followed.Refused, followed.Answer.Size));
        LogEntry[] others = [.. leaves[..650], .. Sample.Leaves(650, 800, "other")];
        followed = await follower.AcceptAsync(Sample.Append(640, others[640..], Sample.Head(Sample.Tree(others))), false, Ct);
        Assert.Equal((Refusal.Fork, 650ul), (followed.Refused, followed.Fork!.Index));
    }

    [Fact]
    public async Task Followers_of_followers_hold_the_same_log()
    {
        await using FaultyStore cloudStore = OpenAnother("cloud.db");
        using LogWriter writer = Writer();
        using Follower cloud = Follow(Cloud, cloudStore);
        await using FaultyStore archiveStore = OpenAnother("archive.db");
        using Follower archive = Follow(Archive, archiveStore);
        for (int round = 0; round < 5; round++)
        {
            await Fill(writer, 700, each: 70);
            for (Append? next; (next = await writer.NextAppendAsync((await cloud.HeldAsync(Sample.Log, Ct)).Size, Ct))!.Entries.Count > 0;)
            {
                Assert.Equal(Refusal.None, (await cloud.AcceptAsync(Wire(next!), false, Ct)).Refused);
            }
        }

        Append? served;
        while ((served = await Appends.NextAsync(cloudStore, Sample.Log, (await archive.HeldAsync(Sample.Log, Ct)).Size, ulong.MaxValue, null, Ct))!.Entries.Count > 0)
        {
            Followed followed = await archive.AcceptAsync(Wire(served), false, Ct);
            Assert.Equal(Refusal.None, followed.Refused);
            Assert.Equal([Cloud.PublicKey.Kid, Archive.PublicKey.Kid], followed.Answer.Countersignatures.Select(c => c.Kid));
        }

        Assert.Equal(3500ul, (await archiveStore.State(Sample.Log, Ct))!.Size);
        await Sample.RequireSound(archiveStore, Sample.Log, Ct);
        Append upTo = (await Appends.NextAsync(cloudStore, Sample.Log, 0, 800, null, Ct))!;
        Assert.Equal(700ul, upTo.Head.Claims.Size);
        Assert.Null(await Appends.NextAsync(cloudStore, Sample.Log, 3501, ulong.MaxValue, null, Ct));
        Assert.Null(await Appends.NextAsync(cloudStore, new LogId("ward-4", 0), 0, ulong.MaxValue, null, Ct));
    }

    [Fact]
    public async Task What_a_follower_may_not_read_it_is_served_as_blanks_that_still_lead_to_the_root()
    {
        using LogWriter writer = Writer();
        await Fill(writer, 50);
        Append append = (await Appends.NextAsync(Store, Sample.Log, 0, 50, (index, bytes) => index % 5 == 0 && !bytes.IsEmpty, Ct))!;
        Assert.Equal(40, append.Entries.Count(entry => entry.IsBlank));
        await using FaultyStore mine = OpenAnother("mine.db");
        using Follower app = Follow(null, mine);
        Assert.Equal((Refusal.None, 50ul), ((await app.AcceptAsync(Wire(append), true, Ct)).Refused, (await app.HeldAsync(Sample.Log, Ct)).Size));
    }

    [Theory]
    [InlineData(Fault.NotStored)]
    [InlineData(Fault.StoredButReportedFailed)]
    public async Task Every_write_may_fail_and_following_resumes_where_it_really_is(Fault fault)
    {
        using LogWriter writer = Writer();
        await Fill(writer, 400, each: 100);
        for (int number = 0; ; number++)
        {
            await using FaultyStore store = OpenAnother($"{fault}-{number}.db");
            store.FailWrite(number, fault);
            using Follower follower = Follow(Cloud, store);
            int failures = 0;
            while (true)
            {
                try
                {
                    ulong held = (await follower.HeldAsync(Sample.Log, Ct)).Size;
                    if (held == 400)
                    {
                        break;
                    }

                    Append next = (await Appends.NextAsync(Store, Sample.Log, held, held + 100, null, Ct))!;
                    Assert.Equal(Refusal.None, (await follower.AcceptAsync(next, false, Ct)).Refused);
                }
                catch (IOException)
                {
                    failures++;
                }
            }

            await Sample.RequireSound(store, Sample.Log, Ct);
            Assert.All(await store.Heads(Sample.Log, 0, 400, 100, Ct), head => Assert.True(head.HasFrom(Cloud.PublicKey.Kid)));
            if (failures == 0)
            {
                Assert.Equal(4, number);
                return;
            }
        }
    }

    [Fact]
    public async Task The_same_append_from_many_sides_at_once_is_stored_once()
    {
        using Follower follower = Follow(Cloud);
        LogEntry[] leaves = Sample.Leaves(0, 500);
        Append append = Sample.Append(0, leaves, Sample.Head(Sample.Tree(leaves)));
        Followed[] all = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => follower.AcceptAsync(append, false, Ct), Ct)));
        Assert.All(all, followed => Assert.Equal((Refusal.None, 500ul), (followed.Refused, followed.Answer.Size)));
        Assert.Single(all, followed => followed.From == 0);
        Assert.Equal(1, Store.Writes);
    }

    private Follower Follow(SigningKey? signer, Func<LogId, ulong, bool> erased) => new(Store, Keys with { Erased = erased }, signer, () => 5, Clock);

    private Follower Follow(SigningKey? signer, ILogStore? store = null) => new(store ?? Store, Keys, signer, () => 5, Clock);

    private static Append Wire(Append append) => Assert.IsType<Append>(FollowMessage.FromUntrusted(append.ToArray()));

    private static readonly FollowerKeys Keys = new(
        (log, kid) => log == Sample.Log && kid == Sample.Key.PublicKey.Kid ? Sample.Key.PublicKey : null,
        kid => new[] { Cloud, Archive }.FirstOrDefault(key => key.PublicKey.Kid == kid)?.PublicKey);

    private static Start At(Frontier frontier, Head head) => new(head.Claims.Log, [.. frontier.Hashes.Select(hash => (ReadOnlyMemory<byte>)hash)], head, []);
}
