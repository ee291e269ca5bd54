namespace Sealway.Cloud.Tests.Following;

using Sealway.Fleet;
using Sealway.Links;

public sealed class RightsTests
{
    private static readonly LogId _registry = new("hospital", 0);
    private static readonly LogId _own = new("ward", 3);
    private static readonly LogId _other = new("other", 0);

    [Theory]
    [InlineData(Role.Registrar, "registry: append read", "own: ", "other: ")]
    [InlineData(Role.Gateway, "registry: read", "own: append read", "other: ")]
    [InlineData(Role.Archive, "registry: read countersign", "own: read countersign", "other: read countersign")]
    [InlineData(Role.App, "registry: read countersign", "own: ", "other: ")]
    [InlineData(Role.Cloud, "registry: read", "own: ", "other: ")]
    [InlineData(Role.Sensor, "registry: read", "own: ", "other: ")]
    [InlineData(Role.Authority, "registry: read", "own: ", "other: ")]
    public void Each_role_may_do_this_and_nothing_else_with_open_logs(Role role, string registry, string own, string other)
    {
        Assert.Equal([registry, own, other], Table(role, LogForm.Open));
    }

    [Theory]
    [InlineData(Role.Registrar, "registry: append read", "own: ", "other: ")]
    [InlineData(Role.Gateway, "registry: read", "own: append read", "other: ")]
    [InlineData(Role.Archive, "registry: read countersign", "own: read countersign", "other: read countersign")]
    [InlineData(Role.App, "registry: read countersign", "own: read countersign command", "other: read countersign command")]
    public void Each_role_may_do_this_and_nothing_else_with_sealed_logs(Role role, string registry, string own, string other)
    {
        Assert.Equal([registry, own, other], Table(role, LogForm.Sealed));
    }

    [Fact]
    public async Task The_registrar_writes_the_registry_and_nothing_else()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        TestGateway gateway = await rig.GatewayAsync("ward");
        await rig.PublishAsync();
        await gateway.BeginAsync(5, 1);
        TestFollower registrar = rig.Follower(rig.Authority.Registrar.Identity);
        await Forbidden(registrar, "append", (await gateway.Writer.NextAppendAsync(0))!);
        await Forbidden(registrar, "read", new EntriesRequest(gateway.Log, 0, 1));
        await Forbidden(registrar, "command", new CommandSlot(gateway.Log, new byte[Limits.CommandSlotBytes]));
        Assert.Equal(3ul, rig.Count("messagesRefused", nameof(Refusal.NotAllowed)));
    }

    [Fact]
    public async Task An_archive_writes_no_log_and_commands_nobody()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        TestGateway gateway = await rig.GatewayAsync("ward");
        TestFollower archive = await rig.FollowerAsync(Role.Archive, "archive");
        await gateway.BeginAsync(5, 1);
        await Forbidden(archive, "append", (await gateway.Writer.NextAppendAsync(0))!);
        await Forbidden(archive, "append", (await rig.Authority.Registrar.Writer.NextAppendAsync(0))!);
        await Forbidden(archive, "command", new CommandSlot(gateway.Log, new byte[Limits.CommandSlotBytes]));
        Assert.Equal(LinkRefusal.BadRequest, (await archive.RefusedAsync(new News(gateway.Log, 3))).Reason);
    }

    [Fact]
    public async Task An_app_reads_no_open_log_and_is_never_given_a_reading()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        TestGateway gateway = await rig.GatewayAsync("ward");
        TestSensor sensor = await rig.SensorAsync("s1", "ward");
        TestFollower app = await rig.FollowerAsync(Role.App, "app");
        CommandSlot slot = new(gateway.Log, new byte[Limits.CommandSlotBytes]);
        await gateway.ConnectAsync(rig.Tenant.Mqtt);
        await gateway.BeginAsync(rig.Authority.Registry.Size, 1);
        await gateway.PushAsync();
        await rig.JudgedAsync(gateway.Log, 3);
        Append undecided = Assert.IsType<Append>(Assert.Single(await app.AskAsync(slot, TestFollower.From(gateway.Log, 0))));
        Assert.DoesNotContain(undecided.Entries, entry => entry.IsBlank);

        await gateway.PushAsync(sensor.Reading(2));
        PeerIdentity peer = new("app", app.Identity.Kid, Role.App, DateTimeOffset.MaxValue);
        Assert.False(FollowRights.MayRead(peer, sensor.Reading(3).Bytes));
        Assert.False(FollowRights.MayRead(peer, new byte[] { 1, 2, 3 }));
        await rig.JudgedAsync(gateway.Log, 4);
        LinkException refused = await app.RefusedAsync(slot, TestFollower.From(gateway.Log, 0));
        Assert.Equal(LinkRefusal.Forbidden, refused.Reason);
    }

    [Fact]
    public async Task Every_request_of_an_app_is_one_command_slot_and_one_question()
    {
        await using FleetRig rig = await FleetRig.OpenAsync();
        await rig.GatewayAsync("home");
        TestFollower app = await rig.FollowerAsync(Role.App, "app");
        LogId home = new("home", 0);
        CommandSlot slot = new(home, new byte[Limits.CommandSlotBytes]);
        EntriesRequest question = TestFollower.From(home, 0);
        foreach (FollowMessage[] wrong in new FollowMessage[][] { [question], [slot], [slot, slot], [question, question], [slot, question, question], [slot, new HeadRequest(home)], [slot, slot, question] })
        {
            LinkException refused = await app.RefusedAsync(wrong);
            Assert.Equal(LinkRefusal.BadRequest, refused.Reason);
            Assert.Contains(nameof(Refusal.WrongCount), refused.Text, StringComparison.Ordinal);
        }

        Assert.IsType<Held>(Assert.Single(await app.AskAsync(slot, question)));
        Assert.IsType<Held>(Assert.Single(await app.AskAsync(question, slot)));
    }

    [Fact]
    public async Task A_command_slot_reaches_its_gateway_and_a_countersignature_its_log()
    {
        await using FleetRig rig = await FleetRig.OpenAsync("house");
        TestGateway gateway = await rig.GatewayAsync("home");
        TestFollower app = await rig.FollowerAsync(Role.App, "app");
        await gateway.ConnectAsync(rig.Tenant.Mqtt);
        await gateway.BeginAsync(5, 1);
        await gateway.LogAsync(Sealed.Epoch(gateway.Log, 2, out Sealer sealer));
        using (sealer)
        {
            Held held = await gateway.PushAsync(Sealed.Slot(sealer, 3));
            await rig.JudgedAsync(gateway.Log, 5);
            byte[] command = SealedCommand.Seal(gateway.Log, gateway.Identity.Agreement!.PublicKey, null);
            CommandSlot slot = new(gateway.Log, command);
            Append entries = Assert.IsType<Append>(Assert.Single(await app.AskAsync(slot, TestFollower.From(gateway.Log, 0))));
            Assert.Equal(5, entries.Entries.Count);
            Assert.Equal(command, (await gateway.NextAsync<CommandSlot>()).Slot.ToArray());

            Assert.IsType<Held>(Assert.Single(await app.AskAsync(slot, app.Countersign(held.Head!))));
            Held pushed = await gateway.NextAsync<Held>();
            Assert.Contains(pushed.Countersignatures, one => one.Kid == app.Identity.Kid);
            Assert.Equal(0ul, rig.Count("archived", "home/0"));
        }
    }

    private static async Task Forbidden(TestFollower follower, string what, FollowMessage message)
    {
        LinkException refused = await follower.RefusedAsync(message);
        Assert.Equal(LinkRefusal.Forbidden, refused.Reason);
        Assert.Contains($"{Refusal.NotAllowed}: {what}", refused.Text, StringComparison.Ordinal);
    }

    private static string[] Table(Role role, LogForm form)
    {
        PeerIdentity peer = new("ward", Kid.Parse("0102030405060708"), role, DateTimeOffset.MaxValue);
        return [.. new[] { ("registry", _registry), ("own", _own), ("other", _other) }.Select(row => $"{row.Item1}: " + string.Join(' ', new[]
        {
            FollowRights.MayAppend(peer, row.Item2, _registry) ? "append" : null,
            FollowRights.MayRead(peer, row.Item2, _registry, form) ? "read" : null,
            FollowRights.MayCountersign(peer, row.Item2, _registry, form) ? "countersign" : null,
            FollowRights.MayCommand(peer, row.Item2, _registry, form) ? "command" : null,
        }.Where(word => word is not null)))];
    }
}
