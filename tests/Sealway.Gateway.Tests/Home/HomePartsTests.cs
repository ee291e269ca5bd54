namespace Sealway.Gateway.Tests.Home;

using System.Text.Json.Nodes;
using Sealway.Gateway.Tests.Heating;
using Sealway.Gateway.Tests.Sealing;
using Sealway.Links;
using Sealway.Log;
using Sealway.Messages;
using Xunit;

/// <summary>The whole gateway of a home, without a cloud: an outage of the link loses nothing.</summary>
public sealed class HomePartsTests : IAsyncLifetime
{
    private readonly CancellationTokenSource _stop = new();
    private TestHome _home = null!;
    private RecordedActuator _actuator = null!;
    private HomeParts _parts = null!;
    private GatewayRole _role = null!;
    private Task _running = Task.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        _home = await TestHome.CreateAsync(TimeProvider.System);
        _actuator = new RecordedActuator();
        HomeOptions options = new()
        {
            Identity = _home.Gateway,
            FleetFolder = _home.FleetFolder,
            DataFolder = _home.File("data"),
            CloudHttps = HostPort.Parse("127.0.0.1:9"),
            Pairing = HostPort.Parse("127.0.0.1:0"),
            Sealing = new SealingOptions { SlotBytes = 1_024, Tick = TimeSpan.FromMilliseconds(50) },
            Heating = new ThermostatOptions { Rooms = [new HeatedRoom(TestHome.Room, _actuator, Number.From(20)) { LeastOff = TimeSpan.Zero, LeastOn = TimeSpan.Zero }] },
            Labels = new Dictionary<string, string> { [TestHome.Room] = "Living room" },
        };
        _parts = await HomeParts.OpenAsync(options, default, _home.Time, new TestLoggers("home"));
        _role = await GatewayRole.OpenAsync(
            new GatewayOptions
            {
                Identity = _home.Gateway,
                DataFolder = options.DataFolder,
                Cloud = HostPort.Parse("127.0.0.1:9"),
                SensorListeners = [HostPort.Parse("127.0.0.1:0")],
                StopTime = TimeSpan.Zero,
            },
            _parts.Parts,
            _home.Time,
            new TestLoggers("gateway"));
        _running = Task.WhenAll(_role.RunAsync(_stop.Token), _parts.RunAsync(_stop.Token));
        Control = options.ControlPath;
    }

    private string Control { get; set; } = string.Empty;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.Come();
        await _role.DisposeAsync();
        await _parts.DisposeAsync();
        await _home.DisposeAsync();
        _stop.Dispose();
    }

    [Fact]
    public async Task A_reading_is_sealed_heats_and_is_acknowledged()
    {
        TestMember anna = await _home.EnrolAsync(_parts.Authority);
        await using TestSensor sensor = await ConnectAsync();
        SensorChallenge challenge = await sensor.SaysAsync<SensorChallenge>();
        Reading sent = await sensor.SendAsync(0, 15, nonce: challenge.Nonce);
        Assert.Equal([sent.Number], await sensor.StoredAsync(1));
        Assert.False(await _actuator.Told.ReadAsync(Patience.Soon));
        Assert.True(await _actuator.Told.ReadAsync(Patience.Soon));

        OpenedLog opened = await OpenAsync(anna);
        Assert.Equal(sent.Number, Assert.Single(opened.Readings).Number);
        Assert.Equal("Living room", opened.Events<LabelsEvent>()[0].Labels[TestHome.Room]);
        Assert.Equal(true, _parts.Health()["heatingOn"]);
        Assert.DoesNotContain(await EntriesAsync(), entry => entry.Kind == EntryKind.Reading);
    }

    [Fact]
    public async Task The_control_socket_pairs_lists_and_removes()
    {
        JsonNode code = await ControlClient.AskAsync(Control, "POST /pair", new JsonObject { ["label"] = "Anna's phone" }, Patience.Soon);
        Assert.True(PairingCode.TryParse((string?)code["code"], out _));
        TestMember anna = await _home.EnrolAsync(_parts.Authority);
        TestMember ben = await _home.EnrolAsync(_parts.Authority);
        JsonArray members = (JsonArray)(await ControlClient.AskAsync(Control, "GET /members", null, Patience.Soon))["members"]!;
        Assert.Equal([(anna.Kid.ToString(), true), (ben.Kid.ToString(), false)], members.Select(member => ((string)member!["kid"]!, (bool)member["owner"]!)));

        await ControlClient.AskAsync(Control, "POST /members/remove", new JsonObject { ["name"] = (string)members[1]!["name"]! }, Patience.Soon);
        Assert.NotNull(_parts.Authority.Current.WithdrawalOf(ben.Kid));
        LinkException again = await Assert.ThrowsAsync<LinkException>(
            () => ControlClient.AskAsync(Control, "POST /members/remove", new JsonObject { ["name"] = (string)members[1]!["name"]! }, Patience.Soon));
        Assert.Equal(LinkRefusal.BadRequest, again.Reason);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Control));
        }
    }

    [Fact]
    public async Task After_a_removal_the_removed_members_key_opens_no_further_slot()
    {
        TestMember anna = await _home.EnrolAsync(_parts.Authority);
        TestMember ben = await _home.EnrolAsync(_parts.Authority);
        await using TestSensor sensor = await ConnectAsync();
        await sensor.SaysAsync<SensorChallenge>();
        await sensor.SendAsync(0);
        await sensor.StoredAsync(1);
        await _parts.Authority.RemoveAppAsync(ben.Kid, "moved out", null, Patience.Soon);

        // One turn later the new epoch is in force.
        await _role.Writer.DoAsync(_ => { }, Patience.Soon);
        int before = (await OpenAsync(ben)).Slots.Count;
        await sensor.SendAsync(1);
        await sensor.StoredAsync(1);
        Assert.Equal(before, (await OpenAsync(ben)).Slots.Count);
        Assert.Equal(2, (await OpenAsync(anna)).Readings.Count);
    }

    private async Task<IReadOnlyList<Entry>> EntriesAsync() =>
        [.. (await _role.Store.Read(_role.Log, 0, Merkle.MaxSize, int.MaxValue, Patience.Soon)).Select(entry => Entry.FromUntrusted(entry.Bytes))];

    private async Task<OpenedLog> OpenAsync(TestMember member) => OpenedLog.Of(_role.Log, await EntriesAsync(), member.Agreement);

    private Task<TestSensor> ConnectAsync() => TestSensor.ConnectAsync(_home.Policy(_home.Sensor), _home.Sensor, _role.SensorAddresses[0], TestHome.GatewayName);
}
