namespace Sealway.Cloud.Tests.Following;

using Sealway.Fleet;
using Sealway.Links;
using Sealway.Log;

public sealed class FollowingTests
{
    private static ulong Now => (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    [Fact]
    public async Task An_empty_registry_lets_in_the_registrar_alone()
    {
        await using FleetRig rig = await FleetRig.OpenAsync(publish: false);
        TestGateway gateway = await rig.GatewayAsync("ward");
        Task connected = gateway.ConnectAsync(rig.Tenant.Mqtt);
        await Wait.Soon(gateway.Disconnected.Reader.ReadAsync());
        Assert.False(connected.IsCompleted);
        TestFollower archive = rig.Follower(await rig.EnrolAsync(Role.Archive, "archive"));
        Assert.Equal(LinkRefusal.NotEnrolled, (await archive.RefusedAsync(new HeadRequest(rig.Registry))).Reason);
        Assert.True(rig.Count("linksRefused", nameof(LinkRefusal.NotEnrolled)) >= 2);

        await rig.PublishAsync();
        await connected;
        Assert.Equal(rig.Authority.Registry.Size, (await archive.AskAsync<Held>(new HeadRequest(rig.Registry))).Size);
    }

    [Fact]
    public async Task An_append_is_held_and_countersigned()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        TestGateway gateway = await rig.GatewayAsync("ward");
        await rig.PublishAsync();
        await gateway.ConnectAsync(rig.Tenant.Mqtt);
        await gateway.BeginAsync(5, Now);
        Held held = await gateway.PushAsync();
        Assert.Equal(3ul, held.Size);
        Countersignature cloud = Assert.Single(held.Countersignatures);
        cloud.Verify(rig.Authority.Registry.FindByName("cloud", Role.Cloud)!.Key, held.Head!);
        Assert.Equal(0ul, cloud.From);
        Assert.Equal(3ul, rig.Count("logs", "ward/0"));
        Assert.Equal(1ul, rig.Count("gatewaysConnected"));
    }

    [Fact]
    public async Task A_newcomer_is_given_where_a_log_stands_and_of_the_registry_nothing_but_its_beginning()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        TestGateway gateway = await rig.GatewayAsync("ward");
        TestFollower archive = rig.Follower(await rig.EnrolAsync(Role.Archive, "archive"));
        await rig.PublishAsync();
        Held nothing = await archive.AskAsync<Held>(new StartRequest(new LogId("ward", 0)));
        Assert.Equal((0ul, null), (nothing.Size, nothing.Head));
        await gateway.ConnectAsync(rig.Tenant.Mqtt);
        await gateway.BeginAsync(5, Now);
        Held held = await gateway.PushAsync();
        Start start = await archive.AskAsync<Start>(new StartRequest(new LogId("ward", 0)));
        Assert.Equal(held.Head!.Bytes.ToArray(), start.Head.Bytes.ToArray());
        Frontier frontier = Frontier.FromUntrusted(3, [.. start.Frontier.Select(hash => hash.ToArray())]);
        Assert.Equal(held.Head.Root.ToArray(), frontier.Root());
        Assert.Single(start.Countersignatures);
        LinkException refused = await archive.RefusedAsync(new StartRequest(rig.Registry));
        Assert.Contains("registry", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_append_is_idempotent_and_goes_on_after_a_new_connection()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        TestGateway gateway = await rig.GatewayAsync("ward");
        await rig.PublishAsync();
        await gateway.ConnectAsync(rig.Tenant.Mqtt);
        await gateway.BeginAsync(5, Now);
        Assert.Equal(3ul, (await gateway.AppendAsync(0)).Size);
        Assert.Equal(3ul, (await gateway.AppendAsync(0)).Size);
        await gateway.DisconnectAsync();
        await gateway.LogAsync(TestGateway.Event(Now, new StartEvent("again")));
        await gateway.ConnectAsync(rig.Tenant.Mqtt);
        await gateway.SendAsync(new HeadRequest(gateway.Log));
        Held held = await gateway.NextAsync<Held>();
        Assert.Equal(3ul, held.Size);
        Assert.Equal(4ul, (await gateway.AppendAsync(0)).Size);
        Assert.Equal(0, (int)rig.Count("forks"));
    }

    [Fact]
    public async Task An_append_ahead_of_what_is_held_says_where_to_resume()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        TestGateway gateway = await rig.GatewayAsync("ward");
        await rig.PublishAsync();
        await gateway.ConnectAsync(rig.Tenant.Mqtt);
        await gateway.BeginAsync(5, Now);
        await gateway.LogAsync(TestGateway.Event(Now, new StartEvent("more")));
        Assert.Equal(0ul, (await gateway.AppendAsync(3)).Size);
        Assert.Equal(4ul, (await gateway.AppendAsync(0)).Size);
    }

    [Fact]
    public async Task What_is_no_message_or_carries_a_changed_entry_is_refused_and_counted()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        TestGateway gateway = await rig.GatewayAsync("ward");
        await rig.PublishAsync();
        await gateway.ConnectAsync(rig.Tenant.Mqtt);
        await gateway.BeginAsync(5, Now);
        Append append = (await gateway.Writer.NextAppendAsync(0))!;
        await gateway.SendAsync([0x80]);
        await gateway.SendAsync([.. append.ToArray(), 0]);
        await gateway.SendAsync(append with { Entries = [append.Entries[0], append.Entries[2], append.Entries[1]] });
        Assert.Equal(0ul, (await gateway.NextAsync<Held>()).Size);
        await gateway.SendAsync(append with { Entries = [append.Entries[0], append.Entries[1], AppendEntry.Blank(Merkle.LeafHash(append.Entries[2].Bytes.Span))] });
        Assert.Equal(0ul, (await gateway.NextAsync<Held>()).Size);
        Assert.Equal(3ul, (await gateway.AppendAsync(0)).Size);
        Assert.Equal(1ul, rig.Count("messagesRefused", nameof(Refusal.TrailingBytes)));
        Assert.Equal(1ul, rig.Count("messagesRefused", nameof(Refusal.RootMismatch)));
        Assert.Equal(1ul, rig.Count("messagesRefused", nameof(Refusal.UnexpectedBlank)));
        Assert.Equal(4, ((IReadOnlyDictionary<string, long>)rig.Health["messagesRefused"]).Values.Sum());
    }

    [Fact]
    public async Task A_gateway_touches_only_its_own_log()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        TestGateway ward = await rig.GatewayAsync("ward");
        TestGateway other = await rig.GatewayAsync("other");
        await rig.PublishAsync();
        await ward.ConnectAsync(rig.Tenant.Mqtt);
        await other.ConnectAsync(rig.Tenant.Mqtt);
        await ward.BeginAsync(5, Now);
        await other.BeginAsync(5, Now);
        await ward.PushAsync();

        await other.SendAsync((await ward.Writer.NextAppendAsync(0))!);
        await other.SendAsync(new EntriesRequest(ward.Log, 0, 10));
        await other.SendAsync(new HeadRequest(ward.Log));
        await other.SendAsync(new CommandSlot(ward.Log, new byte[Limits.CommandSlotBytes]));
        await other.SendAsync((await rig.Authority.Registrar.Writer.NextAppendAsync(0))!);

        // Its own still goes, and comes first of all answers: the others got none.
        await other.SendAsync((await other.Writer.NextAppendAsync(0))!);
        Held held = await other.NextAsync<Held>();
        Assert.Equal(other.Log, held.Log);
        Assert.Equal(5ul, rig.Count("messagesRefused", nameof(Refusal.NotAllowed)));
    }

    [Fact]
    public async Task A_gateway_gets_the_registry_and_its_news()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        TestGateway gateway = await rig.GatewayAsync("ward");
        await rig.PublishAsync();
        await gateway.ConnectAsync(rig.Tenant.Mqtt);
        using RegistryFollower registry = await RegistryFollower.OpenAsync(gateway.Store, rig.Registry, rig.Authority.Pin, null, TimeProvider.System);
        await gateway.SendAsync(registry.Next);
        await registry.AcceptAsync(await gateway.NextAsync<Append>());
        Assert.Equal(rig.Authority.Registry.Size, registry.Current.Size);

        await rig.EnrolAsync(Role.Gateway, "another");
        await rig.PublishAsync();
        News news = await gateway.NextAsync<News>();
        Assert.Equal((rig.Registry, rig.Authority.Registry.Size), (news.Log, news.Size));
        await gateway.SendAsync(registry.Next);
        await registry.AcceptAsync(await gateway.NextAsync<Append>());
        Assert.NotNull(registry.Current.FindByName("another", Role.Gateway));

        // Nothing new: the newest head all the same, by which its age is known.
        await rig.Authority.Registrar.SignAsync();
        await gateway.SendAsync(registry.Next);
        Append head = await gateway.NextAsync<Append>();
        Assert.Empty(head.Entries);
        Assert.Equal(registry.Current.Size, head.Head.Claims.Size);
    }

    [Fact]
    public async Task An_archives_countersignature_is_pushed_to_the_gateway()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        TestGateway gateway = await rig.GatewayAsync("ward");
        TestFollower archive = await rig.FollowerAsync(Role.Archive, "archive");
        await gateway.ConnectAsync(rig.Tenant.Mqtt);
        await gateway.BeginAsync(5, Now);
        await gateway.PushAsync();

        Append entries = await archive.AskAsync<Append>(TestFollower.From(gateway.Log, 0));
        Assert.Equal(3, entries.Entries.Count);
        Held answer = await archive.AskAsync<Held>(archive.Countersign(entries.Head));
        Assert.Equal(2, answer.Countersignatures.Count);
        Held pushed = await gateway.NextAsync<Held>();
        Assert.Equal(3ul, pushed.Size);
        HeldOutcome outcome = await gateway.Writer.ReceiveAsync(pushed, rig.Authority.Registry.WitnessOf);
        Assert.Contains(outcome.Accepted, one => one.Kid == archive.Identity.Kid);
        Assert.Equal(3ul, rig.Count("archived", "ward/0"));

        // Whoever asks for none of the entries gets the countersignatures at this size.
        Append witnesses = await archive.AskAsync<Append>(new EntriesRequest(gateway.Log, 3, 3));
        Assert.Empty(witnesses.Entries);
        Assert.Equal(2, witnesses.Countersignatures.Count);

        // On a head that is not the newest any more, both are sent, the newest last.
        Held newest = await gateway.PushAsync(TestGateway.Event(Now, new StartEvent("more")));
        await gateway.LogAsync(TestGateway.Event(Now, new StartEvent("still more")));
        await gateway.PushAsync();
        await archive.AskAsync<Held>(archive.Countersign(newest.Head!));
        Held older = await gateway.NextAsync<Held>();
        Assert.Equal(4ul, older.Size);
        Assert.Contains(older.Countersignatures, one => one.Kid == archive.Identity.Kid);
        Assert.Equal(5ul, (await gateway.NextAsync<Held>()).Size);
    }

    [Fact]
    public async Task A_forged_countersignature_counts_for_nothing()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        TestGateway gateway = await rig.GatewayAsync("ward");
        TestFollower archive = await rig.FollowerAsync(Role.Archive, "archive");
        TestFollower another = await rig.FollowerAsync(Role.Archive, "another");
        await gateway.ConnectAsync(rig.Tenant.Mqtt);
        await gateway.BeginAsync(5, Now);
        Held held = await gateway.PushAsync();
        Append real = another.Countersign(held.Head!);
        byte[] bytes = real.Countersignatures[0].ToArray();
        bytes[^1] ^= 1;
        Held answer = await archive.AskAsync<Held>(real with { Countersignatures = [Countersignature.FromUntrusted(bytes)] });
        Assert.Single(answer.Countersignatures);
        Assert.Equal(0ul, rig.Count("archived", "ward/0"));
    }

    [Fact]
    public async Task A_long_poll_wakes_when_the_log_grows()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        TestGateway gateway = await rig.GatewayAsync("ward");
        TestFollower archive = await rig.FollowerAsync(Role.Archive, "archive");
        await gateway.ConnectAsync(rig.Tenant.Mqtt);
        await gateway.BeginAsync(5, Now);
        await gateway.PushAsync();
        Task<IReadOnlyList<FollowMessage>> poll = archive.AskAsync(LinkLimits.LongPollTime, TestFollower.From(gateway.Log, 3));
        await gateway.PushAsync(TestGateway.Event(Now, new StartEvent("more")));
        Append append = Assert.IsType<Append>(Assert.Single(await poll));
        Assert.Equal((3ul, 1), (append.From, append.Entries.Count));
    }

    [Fact]
    public async Task A_long_poll_for_several_logs_wakes_when_one_of_them_grows()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        TestGateway gateway = await rig.GatewayAsync("ward");
        await rig.GatewayAsync("still-to-come");
        TestFollower archive = await rig.FollowerAsync(Role.Archive, "archive");
        Task<IReadOnlyList<FollowMessage>> poll = archive.AskAsync(
            LinkLimits.LongPollTime, TestFollower.From(rig.Registry, rig.Authority.Registry.Size), TestFollower.From(new LogId("still-to-come", 0), 0), TestFollower.From(gateway.Log, 0));
        await gateway.ConnectAsync(rig.Tenant.Mqtt);
        await gateway.BeginAsync(5, Now);
        await gateway.PushAsync();
        IReadOnlyList<FollowMessage> answers = await poll;
        Assert.Equal(3, answers.Count);
        Assert.Empty(Assert.IsType<Append>(answers[0]).Entries);
        Assert.Equal(0ul, Assert.IsType<Held>(answers[1]).Size);
        Assert.Equal(3, Assert.IsType<Append>(answers[2]).Entries.Count);
    }

    [Fact]
    public async Task Several_requests_for_entries_never_make_an_answer_beyond_its_limit()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        TestGateway gateway = await rig.GatewayAsync("ward");
        TestFollower archive = await rig.FollowerAsync(Role.Archive, "archive");
        await gateway.ConnectAsync(rig.Tenant.Mqtt);
        await gateway.BeginAsync(5, Now);
        byte[] large = new byte[60_000];
        await gateway.PushAsync([.. Enumerable.Range(0, 12).Select(_ => Entry.Create((EntryKind)99, Now, large))]);
        EntriesRequest request = TestFollower.From(gateway.Log, 0);
        IReadOnlyList<FollowMessage> answers = await archive.AskAsync(request, request, request, request);
        Assert.Equal(15, Assert.IsType<Append>(answers[0]).Entries.Count);
        Assert.All(answers.Skip(1), answer => Assert.Equal(15ul, Assert.IsType<Held>(answer).Size));
    }

    [Fact]
    public async Task A_revoked_gateway_is_dropped_by_the_registrys_change()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        TestGateway gateway = await rig.GatewayAsync("ward");
        await rig.PublishAsync();
        await gateway.ConnectAsync(rig.Tenant.Mqtt);
        await rig.Authority.RevokeAsync(new Revocation(gateway.Identity.Kid, Now - 1000, "stolen"));
        await rig.PublishAsync();
        Assert.Equal(LinkRefusal.Revoked, (await Wait.Soon(gateway.Disconnected.Reader.ReadAsync())).Reason);
        await Wait.Until(() => rig.Count("gatewaysConnected") == 0);
        Assert.True(rig.Count("linksRefused", nameof(LinkRefusal.Revoked)) >= 1);
    }

    [Fact]
    public async Task A_revoked_archive_is_dropped_by_the_registrys_change()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        TestFollower archive = await rig.FollowerAsync(Role.Archive, "archive");
        Task<IReadOnlyList<FollowMessage>> poll = archive.AskAsync(LinkLimits.LongPollTime, TestFollower.From(rig.Registry, rig.Authority.Registry.Size));
        await rig.Authority.RevokeAsync(new Revocation(archive.Identity.Kid, Now - 1000, "replaced"));
        await rig.PublishAsync();
        Assert.Equal(LinkRefusal.Revoked, (await Assert.ThrowsAsync<LinkException>(() => poll)).Reason);
        Assert.Equal(LinkRefusal.Revoked, (await archive.RefusedAsync(new HeadRequest(rig.Registry))).Reason);
    }

    [Fact]
    public async Task A_fork_is_kept_and_reported()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        TestGateway gateway = await rig.GatewayAsync("ward");
        await rig.PublishAsync();
        await gateway.ConnectAsync(rig.Tenant.Mqtt);
        await gateway.BeginAsync(5, Now);
        await gateway.PushAsync();
        TestGateway twin = rig.Twin(gateway, 0);
        await twin.BeginAsync(5, Now);
        await gateway.SendAsync((await twin.Writer.NextAppendAsync(0))!);
        Assert.Equal(3ul, (await gateway.NextAsync<Held>()).Size);
        Assert.Equal(1ul, rig.Count("forks"));
        Assert.Equal(1ul, rig.Count("messagesRefused", nameof(Refusal.Fork)));
        Assert.Single(await rig.Tenant.Store.Forks(gateway.Log, default));
    }

    [Fact]
    public async Task A_later_generation_closes_the_one_before_and_a_cut_is_flagged()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        TestGateway gateway = await rig.GatewayAsync("ward");
        TestFollower archive = await rig.FollowerAsync(Role.Archive, "archive");
        await gateway.ConnectAsync(rig.Tenant.Mqtt);
        await gateway.BeginAsync(5, Now);
        Held three = await gateway.PushAsync();
        await gateway.PushAsync(TestGateway.Event(Now, new StartEvent("cut off")));

        TestGateway next = rig.Twin(gateway, 1);
        await next.BeginAsync(5, Now, new PreviousGeneration(gateway.Log, 3, three.Head!.Root));
        await gateway.SendAsync((await next.Writer.NextAppendAsync(0))!);
        Assert.Equal(next.Log, (await gateway.NextAsync<Held>()).Log);
        await rig.JudgedAsync(next.Log, 3);
        Assert.Equal(1ul, rig.Count("cuts"));

        // What is held is asked for by an old name, and the newest generation answers; the old one takes no more.
        await gateway.SendAsync(new HeadRequest(gateway.Log));
        Assert.Equal(next.Log, (await gateway.NextAsync<Held>()).Log);
        await gateway.LogAsync(TestGateway.Event(Now, new StartEvent("too late")));
        Assert.Equal(next.Log, (await gateway.AppendAsync(4)).Log);
        Assert.Equal(4ul, (await rig.Tenant.Store.State(gateway.Log, default))!.Size);

        // Whoever follows the old one gets to its end, and then learns of the next.
        Assert.Equal(4, (await archive.AskAsync<Append>(TestFollower.From(gateway.Log, 0))).Entries.Count);
        Assert.Equal(next.Log, (await archive.AskAsync<Held>(TestFollower.From(gateway.Log, 4))).Log);
    }

    [Fact]
    public async Task Two_fleets_do_not_see_each_other()
    {
        await using FleetRig hospital = await FleetRig.OpenAsync();
        await using FleetRig clinic = await FleetRig.OpenAsync("clinic");
        TestGateway gateway = await hospital.GatewayAsync("ward");
        TestFollower archive = await hospital.FollowerAsync(Role.Archive, "archive");
        Task wrong = gateway.ConnectAsync(clinic.Tenant.Mqtt);
        await Wait.Soon(gateway.Disconnected.Reader.ReadAsync());
        await gateway.DisconnectAsync();
        TestFollower stranger = new(archive.Identity, clinic.Tenant.Https);
        await stranger.RefusedAsync(new HeadRequest(clinic.Registry));
        await stranger.DisposeAsync();
        Assert.False(wrong.IsCompleted);

        // The clients refuse already: neither side knows the other's authority.
        await gateway.ConnectAsync(hospital.Tenant.Mqtt);
        await gateway.BeginAsync(5, Now);
        await gateway.PushAsync();
        Assert.Empty((IReadOnlyDictionary<string, object>)clinic.Health["logs"]);
        Assert.Equal(0ul, clinic.Count("gatewaysConnected"));
    }
}
