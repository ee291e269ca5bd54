namespace Sealway.Log.Tests.Writing;

public sealed class LogWriterTests : StoreFixture
{
    private static readonly SigningKey Cloud = SigningKey.Generate();

    [Fact]
    public async Task Entries_and_their_head_are_stored_together()
    {
        using LogWriter writer = Writer();
        Appended appended = await writer.AppendAsync(place => [Entry.Create(EntryKind.Event, place.At, Body(0)), Entry.Create(EntryKind.Event, place.At + 5, Body(1))], [new Note("n", [9])], Ct);
        Assert.Equal(1, Store.Writes);
        Assert.Equal((0ul, 2ul), (appended.From, appended.Size));
        LogState state = (await Store.State(Sample.Log, Ct))!;
        Assert.Equal(2ul, state.Size);
        Assert.Equal(1_800_000_000_005ul, state.LastAt);
        Assert.Equal([9], await Store.Note(Sample.Log, "n", Ct));
        Head head = state.Head!.Head;
        head.Verify(Sample.Key.PublicKey);
        Assert.Equal(new HeadClaims(Sample.Key.PublicKey.Kid, Sample.Log, 1_800_000_000, 2, 7), head.Claims);
        Assert.Equal(state.Frontier.Root(), head.Root.ToArray());
        Assert.Equal(appended.Entries[1].Bytes.ToArray(), (await Store.Read(Sample.Log, 1, 2, 1000, Ct))[0].Bytes.ToArray());
    }

    [Fact]
    public async Task Nothing_is_signed_before_the_latest_head_is_confirmed()
    {
        using LogWriter writer = Writer(confirmed: false);
        await Fill(writer, 30);
        Assert.Null(await writer.SignAsync(Ct));
        Assert.Null(await Store.LatestHead(Sample.Log, Ct));
        Assert.Null(await writer.NextAppendAsync(0, Ct));
        await Assert.ThrowsAsync<InvalidOperationException>(() => writer.SignPrefixAsync(10, Ct));
        writer.Confirm();
        Assert.Equal(30ul, (await writer.SignAsync(Ct))!.Claims.Size);
    }

    [Fact]
    public async Task The_clock_of_the_entries_and_heads_never_decreases()
    {
        using LogWriter writer = Writer();
        await Fill(writer, 1);
        Clock.Now = Clock.Now.AddHours(-1);
        ulong at = 0;
        Appended appended = await writer.AppendAsync(
            place =>
            {
                at = place.At;
                return [Entry.Create(EntryKind.Event, place.At, Body(1))];
            },
            null,
            Ct);
        Assert.Equal(1_800_000_000_000ul, at);
        Assert.Equal(1_800_000_000ul, appended.Head!.Claims.Seconds);
        await Assert.ThrowsAsync<ArgumentException>(() => writer.AppendAsync([Entry.Create(EntryKind.Event, 5, Body(2))], null, Ct));
        await Assert.ThrowsAsync<ArgumentException>(
            () => writer.AppendAsync([Entry.Create(EntryKind.Event, at + 2, Body(2)), Entry.Create(EntryKind.Event, at + 1, Body(3))], null, Ct));
        Assert.Equal(2ul, (await Store.State(Sample.Log, Ct))!.Size);
    }

    [Fact]
    public async Task The_registry_states_its_own_size()
    {
        using LogWriter writer = new(Store, new LogId("authority", 0), Sample.Key, null, Clock);
        writer.Confirm();
        Appended appended = await writer.AppendAsync([Sample.Entry(0), Sample.Entry(1)], null, Ct);
        Assert.Equal(2ul, appended.Head!.Claims.RegistrySize);
    }

    [Fact]
    public async Task A_head_is_signed_though_nothing_happened()
    {
        using LogWriter writer = Writer();
        Assert.Null(await writer.SignAsync(Ct));
        await Fill(writer, 3);
        Clock.Now = Clock.Now.AddMinutes(1);
        Head head = (await writer.SignAsync(Ct))!;
        Assert.Equal(1_800_000_060ul, head.Claims.Seconds);
        Assert.Equal(head.Bytes.ToArray(), (await Store.LatestHead(Sample.Log, Ct))!.Head.Bytes.ToArray());
        Append append = (await writer.NextAppendAsync(3, Ct))!;
        Assert.Empty(append.Entries);
        Assert.Equal(head.Bytes.ToArray(), append.Head.Bytes.ToArray());
    }

    [Fact]
    public async Task A_backlog_is_sent_in_steps_of_at_most_1024_entries_each_ending_at_a_signed_head()
    {
        using LogWriter writer = Writer(confirmed: false);
        await Fill(writer, 2500, each: 500);
        writer.Confirm();
        await writer.SignAsync(Ct);
        List<int> steps = [];
        for (ulong from = 0; from < 2500;)
        {
            Append append = (await writer.NextAppendAsync(from, Ct))!;
            Append again = Assert.IsType<Append>(FollowMessage.FromUntrusted(append.ToArray()));
            Assert.Equal(from, again.From);
            again.Head.Verify(Sample.Key.PublicKey);
            steps.Add(again.Entries.Count);
            from = again.Head.Claims.Size;
        }

        Assert.Equal([1024, 1024, 452], steps);
        await Sample.RequireSound(Store, Sample.Log, Ct);
    }

    [Fact]
    public async Task A_step_has_at_most_one_mebibyte_of_entries()
    {
        using LogWriter writer = Writer(confirmed: false);
        await Fill(writer, 40, each: 10, bytes: 60_000);
        writer.Confirm();
        Append append = (await writer.NextAppendAsync(0, Ct))!;
        Assert.Equal(17, append.Entries.Count);
        Assert.IsType<Append>(FollowMessage.FromUntrusted(append.ToArray()));
        await Assert.ThrowsAsync<ArgumentException>(() => Fill(writer, 20, each: 20, bytes: 60_000));
        await Assert.ThrowsAsync<ArgumentException>(() => Fill(writer, 1025, each: 1025));
    }

    [Fact]
    public async Task No_prefix_before_the_last_countersigned_head_is_signed()
    {
        using LogWriter writer = Writer();
        await Fill(writer, 100, each: 50);
        SignedHead head = (await Store.HeadAt(Sample.Log, 50, Ct))!;
        await writer.ReceiveAsync(new Held(Sample.Log, 50, head.Head, [Countersignature.Sign(Cloud, head.Head, 1, 0, 0)]), Witness, Ct);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => writer.SignPrefixAsync(49, Ct));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => writer.SignPrefixAsync(101, Ct));
        Assert.Equal(Sample.Tree(await Store.Read(Sample.Log, 0, 70, int.MaxValue, Ct)).Root(), (await writer.SignPrefixAsync(70, Ct)).Root.ToArray());
    }

    [Fact]
    public async Task Countersignatures_that_verify_are_kept_and_others_left_out()
    {
        using LogWriter writer = Writer();
        await Fill(writer, 10);
        Head head = (await Store.LatestHead(Sample.Log, Ct))!.Head;
        Head other = Sample.Head(Sample.Tree(Sample.Leaves(0, 10)));
        SigningKey stranger = SigningKey.Generate();
        HeldOutcome outcome = await writer.ReceiveAsync(
            new Held(Sample.Log, 10, head, [Countersignature.Sign(stranger, head, 1, 0, 0), Countersignature.Sign(Cloud, other, 1, 0, 0), Countersignature.Sign(Cloud, head, 2, 0, 0)]), Witness, Ct);
        Assert.True(outcome.Extends);
        Assert.Equal(2, outcome.LeftOut);
        Assert.Equal(2ul, Assert.Single(outcome.Accepted).Seconds);
        Assert.True((await Store.LatestHead(Sample.Log, Ct))!.HasFrom(Cloud.PublicKey.Kid));
        Assert.Equal(10ul, (await Store.State(Sample.Log, Ct))!.Countersigned);
    }

    [Fact]
    public async Task A_follower_that_holds_more_or_another_tree_shows_that_the_log_cannot_go_on()
    {
        using LogWriter writer = Writer(confirmed: false);
        await Fill(writer, 10);
        Head more = Sample.Head(Sample.Tree(Sample.Leaves(0, 11)));
        Head other = Sample.Head(Sample.Tree(Sample.Leaves(0, 9)));
        Assert.False((await writer.ReceiveAsync(new Held(Sample.Log, 11, more, []), Witness, Ct)).Extends);
        Assert.False((await writer.ReceiveAsync(new Held(Sample.Log, 9, other, []), Witness, Ct)).Extends);
        Assert.True((await writer.ReceiveAsync(new Held(Sample.Log, 0, null, []), Witness, Ct)).Extends);
        Assert.Null(await Store.LatestHead(Sample.Log, Ct));
        Head forged = Sample.Head(Sample.Tree(Sample.Leaves(0, 9)), key: SigningKey.Generate());
        Assert.Equal(Refusal.UnknownKey, (await Assert.ThrowsAsync<MessageException>(() => writer.ReceiveAsync(new Held(Sample.Log, 9, forged, []), Witness, Ct))).Reason);
        Assert.Equal(
            Refusal.WrongLog, (await Assert.ThrowsAsync<MessageException>(() => writer.ReceiveAsync(new Held(new LogId("ward-4", 0), 0, null, []), Witness, Ct))).Reason);
    }

    [Fact]
    public async Task A_head_lost_here_comes_back_with_the_answer()
    {
        await using FaultyStore copy = OpenAnother("copy.db");
        using LogWriter writer = Writer();
        await Fill(writer, 20);
        Head head = (await Store.LatestHead(Sample.Log, Ct))!.Head;
        await copy.Append(Sample.Log, 0, await Store.Read(Sample.Log, 0, 20, int.MaxValue, Ct), null, null, Ct);
        using LogWriter restored = Writer(copy, confirmed: false);
        Assert.True((await restored.ReceiveAsync(new Held(Sample.Log, 20, head, []), Witness, Ct)).Extends);
        Assert.Equal(head.Bytes.ToArray(), (await copy.LatestHead(Sample.Log, Ct))!.Head.Bytes.ToArray());
    }

    [Theory]
    [InlineData(Fault.NotStored)]
    [InlineData(Fault.StoredButReportedFailed)]
    public async Task Every_write_may_fail_and_the_log_stays_one(Fault fault)
    {
        for (int number = 0; ; number++)
        {
            await using FaultyStore store = OpenAnother($"{fault}-{number}.db");
            store.FailWrite(number, fault);
            using LogWriter writer = Writer(store);
            int failures = 0;
            for (int i = 0; i < 4; i++)
            {
                try
                {
                    await Fill(writer, 3);
                    await writer.SignPrefixAsync((await store.State(Sample.Log, Ct))!.Size - 1, Ct);
                }
                catch (IOException)
                {
                    // The author of these entries does not send them again, so that the log has them once or not at all.
                    failures++;
                }
            }

            await Sample.RequireSound(store, Sample.Log, Ct);
            if (failures == 0)
            {
                Assert.Equal(8, number);
                return;
            }

            ulong size = (await store.State(Sample.Log, Ct))!.Size;
            Assert.Equal(number % 2 == 0 && fault == Fault.NotStored ? 9ul : 12ul, size);
        }
    }

    [Fact]
    public async Task Appends_from_many_threads_take_turns()
    {
        using LogWriter writer = Writer();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => Fill(writer, 5, each: 1), Ct)));
        Assert.Equal(100ul, (await Store.State(Sample.Log, Ct))!.Size);
        IReadOnlyList<LogEntry> entries = await Store.Read(Sample.Log, 0, 100, int.MaxValue, Ct);
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(Body((ulong)i), Entry.FromUntrusted(entries[i].Bytes).Body.ToArray());
        }

        await Sample.RequireSound(Store, Sample.Log, Ct);
    }

    private static PublicKey? Witness(Kid kid) => kid == Cloud.PublicKey.Kid ? Cloud.PublicKey : null;
}
