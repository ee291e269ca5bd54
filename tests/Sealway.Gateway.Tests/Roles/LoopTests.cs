namespace Sealway.Gateway.Tests.Roles;

using Sealway.Alarms;
using Sealway.Fleet;
using Sealway.Log;
using Sealway.Links;
using Sealway.Messages;
using Sealway.Testing;
using Xunit;

/// <summary>What the writer loop does by the clock, and what it lets others do.</summary>
public sealed class LoopTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private TestFleet _fleet = null!;
    private TestCloud _cloud = null!;
    private Identity _sensor = null!;

    public async ValueTask InitializeAsync()
    {
        _fleet = await TestFleet.CreateAsync(_time);
        _sensor = await _fleet.SensorAsync("s1");
        _cloud = await TestCloud.StartAsync(_fleet);
    }

    public async ValueTask DisposeAsync()
    {
        await _cloud.DisposeAsync();
        await _fleet.DisposeAsync();
    }

    [Fact]
    public async Task A_head_goes_out_every_minute_though_nothing_happened()
    {
        await using TestGateway gateway = await StartAsync(options => options with { ChallengeEvery = TimeSpan.FromDays(1) });
        await _cloud.HoldsAllAsync(gateway);
        ulong size = await _cloud.SizeAsync();
        ulong before = (await _cloud.HeadAsync()).Head.Claims.Seconds;

        // In steps below the time that a link gives a send: one may be under way. After each the loop has run.
        for (TimeSpan passed = TimeSpan.Zero; passed < TimeSpan.FromSeconds(61); passed += LinkLimits.SendTime / 2)
        {
            _time.Advance(LinkLimits.SendTime / 2);
            await gateway.SettledAsync();
        }

        await _cloud.UntilAsync(async () => (await _cloud.HeadAsync()).Head.Claims.Seconds >= before + 60);
        Assert.Equal(size, await _cloud.SizeAsync());
    }

    [Fact]
    public async Task Sensors_are_challenged_again_and_again_after_the_challenge_was_logged()
    {
        // Below the time that a link gives a send: the clock jumps while one may be under way.
        TimeSpan every = LinkLimits.SendTime / 2;
        await using TestGateway gateway = await StartAsync(options => options with { ChallengeEvery = every });
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        SensorChallenge first = await sensor.SaysAsync<SensorChallenge>();

        _time.Advance(every);
        SensorChallenge second = await sensor.SaysAsync<SensorChallenge>();

        Assert.NotEqual(first.Nonce.ToArray(), second.Nonce.ToArray());
        Assert.Contains(await gateway.EventsAsync<ChallengeEvent>(), logged => logged.Nonce.Span.SequenceEqual(second.Nonce.Span));
    }

    [Fact]
    public async Task Alarms_stand_in_the_log_when_they_are_raised_and_when_they_are_cleared()
    {
        AlarmRules rules = new("test", [new AlarmRule("temp-high", AlarmKind.Above, "temp", 39, 0, 0.3, AlarmPriority.High)]);
        await using TestGateway gateway = await StartAsync(options => options with { AlarmRules = rules });
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        SensorChallenge challenge = await sensor.SaysAsync<SensorChallenge>();
        await sensor.SendAsync(0, 36.5, nonce: challenge.Nonce);
        await sensor.SendAsync(1, 40.5);
        await sensor.SendAsync(2, 37.5);
        await sensor.StoredAsync(3);

        await _cloud.UntilAsync(async () => (await _cloud.EventsAsync<AlarmEvent>()).Count == 2);
        Assert.Equal(
            [(true, "temp-high", (Kid?)_sensor.Kid, "temp"), (false, "temp-high", _sensor.Kid, "temp")],
            (await _cloud.EventsAsync<AlarmEvent>()).Select(alarm => (alarm.Raised, alarm.Rule, alarm.Sensor, alarm.Metric!)));
        Assert.Equal(1L, gateway.Health["alarmsRaised"]);
    }

    [Fact]
    public async Task A_sensor_that_falls_silent_raises_an_alarm()
    {
        AlarmRules rules = new("test", [new AlarmRule("silence", AlarmKind.Silence, null, 0, 20, 0, AlarmPriority.Medium)]);
        await using TestGateway gateway = await StartAsync(options => options with { AlarmRules = rules });
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        await sensor.SendAsync(0);
        await sensor.StoredAsync(1);

        // Below the time that a link gives a send: one may be under way.
        _time.Advance(TimeSpan.FromSeconds(21));

        await _cloud.UntilAsync(async () => (await _cloud.EventsAsync<AlarmEvent>()).Any(alarm => alarm.Raised && alarm.Sensor == _sensor.Kid));
    }

    [Fact]
    public async Task An_action_runs_inside_the_loop_and_returns_when_it_is_durable()
    {
        await using TestGateway gateway = await StartAsync();
        HeatingEvent statement = new("room", true, Number.From(21L));

        await gateway.Role.Writer.DoAsync(turn => turn.State(statement), Patience.Soon);

        Assert.Equal(statement.Salt.ToArray(), Assert.Single(await gateway.EventsAsync<HeatingEvent>()).Salt.ToArray());
    }

    [Fact]
    public async Task An_action_that_throws_harms_nobody_else()
    {
        await using TestGateway gateway = await StartAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => gateway.Role.Writer.DoAsync(_ => throw new InvalidOperationException(), Patience.Soon));
        await gateway.SettledAsync();
    }

    [Fact]
    public async Task Observers_see_each_accepted_reading_with_its_verdict_and_subject()
    {
        Observer observer = new();
        await using TestGateway gateway = await StartAsync(parts: new GatewayParts { Observers = [new Failing(), observer] });
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        SensorChallenge challenge = await sensor.SaysAsync<SensorChallenge>();
        await sensor.SendAsync(0, nonce: challenge.Nonce);
        await sensor.StoredAsync(1);

        AcceptedReading seen = Assert.Single(observer.Seen);
        Assert.Equal(("patient-s1", Freshness.Fresh), (seen.Subject, seen.Verdict.Freshness));
        Assert.Single(await gateway.EventsAsync<HeatingEvent>());
    }

    [Fact]
    public async Task What_the_archive_has_countersigned_is_freed()
    {
        Commands commands = new();
        await using TestGateway gateway = await StartAsync(options => options with { FreeArchived = true }, new GatewayParts { Commands = commands });
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        for (uint i = 0; i < 1_100; i++)
        {
            await sensor.SendAsync(i);
        }

        await sensor.StoredAsync(1_100);
        await _cloud.HoldsReadingsAsync(1_100);
        Assert.DoesNotContain(await gateway.EntriesAsync(), entry => entry.IsBlank);
        ulong size = await _cloud.SizeAsync();
        await _cloud.ArchivedAsync();

        // The cloud's messages are taken one after the other: once this one is there, the one before has had its effect.
        await _cloud.CommandAsync();
        await commands.Received.Task.Come();
        Assert.DoesNotContain((await gateway.EntriesAsync()).Take((int)size), entry => !entry.IsBlank);
        Assert.Equal(size, gateway.Health["countersignedByArchive"]);
    }

    [Fact]
    public async Task What_the_authority_orders_erased_is_in_none_of_the_gateways_files()
    {
        await using TestGateway gateway = await StartAsync();
        await _cloud.HoldsAllAsync(gateway);
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        await sensor.SendAsync(0, 36.5);
        await sensor.SendAsync(1, 36.5);
        await sensor.StoredAsync(2);
        await _cloud.HoldsReadingsAsync(2);
        IReadOnlyList<LogEntry> entries = await gateway.EntriesAsync();
        int at = entries.ToList().FindIndex(entry => Entry.FromUntrusted(entry.Bytes).Kind == EntryKind.Reading);
        byte[] gone = entries[at].Bytes.ToArray();
        Assert.True(Holds(gone));

        await _fleet.Authority.EraseAsync(new Erasure(TestCloud.Log(), (ulong)at, (ulong)at, "wrong patient"), Patience.Soon);
        await _cloud.NewsAsync();

        while (Holds(gone))
        {
            // Nothing tells when bytes have left a file.
            await Task.Delay(20, Patience.Soon);
        }

        entries = await gateway.EntriesAsync();
        Assert.Equal([at], Enumerable.Range(0, entries.Count).Where(i => entries[i].IsErased));
        Assert.Equal(Merkle.LeafHash(gone), entries[at].Hash);

        bool Holds(byte[] bytes) => Directory.EnumerateFiles(_fleet.Folder("gateway-data"), "*.db*", SearchOption.AllDirectories).Any(file =>
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using MemoryStream all = new();
            stream.CopyTo(all);
            return all.ToArray().AsSpan().IndexOf(bytes) >= 0;
        });
    }

    [Fact]
    public async Task A_cloud_that_says_twice_that_it_holds_less_than_it_acknowledged_has_lost_it_and_one_older_head_means_nothing()
    {
        Commands commands = new();
        await using TestGateway gateway = await StartAsync(parts: new GatewayParts { Commands = commands });
        await _cloud.HoldsAllAsync(gateway);
        SignedHead older = await _cloud.HeadAsync();
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        await sensor.SendAsync(0);
        await sensor.StoredAsync(1);
        await _cloud.HoldsReadingsAsync(1);
        SignedHead newer = await _cloud.HeadAsync();
        Held less = new(older.Head.Claims.Log, older.Size, older.Head, older.Countersignatures);
        Held all = new(newer.Head.Claims.Log, newer.Size, newer.Head, newer.Countersignatures);
        _cloud.Listens = false;
        _cloud.Answers = false;

        // An older head may be told of for its countersignatures' sake, with the newest after it.
        foreach (Held held in new[] { all, less, all, less, all, less, less, all })
        {
            await _cloud.SayAsync(held);
        }

        await _cloud.CommandAsync();
        await commands.Received.Task.Come();
        Assert.Equal(1L, gateway.Health["cloudLosses"]);
    }

    [Fact]
    public async Task A_command_slot_reaches_its_receiver_and_a_refused_one_harms_nobody()
    {
        Commands commands = new() { Refuses = 1 };
        await using TestGateway gateway = await StartAsync(parts: new GatewayParts { Commands = commands });
        await _cloud.HoldsAllAsync(gateway);

        await _cloud.CommandAsync();
        await _cloud.CommandAsync();

        await commands.Received.Task.Come();
    }

    private async Task<TestGateway> StartAsync(Func<GatewayOptions, GatewayOptions>? with = null, GatewayParts? parts = null)
    {
        GatewayOptions options = TestGateway.Options(_fleet, _cloud.Address);
        TestGateway gateway = await TestGateway.StartAsync(_fleet, with is null ? options : with(options), parts);
        await gateway.KnowsRegistryAsync();
        return gateway;
    }

    private sealed class Observer : IReadingObserver
    {
        public List<AcceptedReading> Seen { get; } = [];

        public void Accepted(AcceptedReading reading, IWriterTurn turn)
        {
            Seen.Add(reading);
            turn.State(new HeatingEvent(reading.Subject, true, Number.From(21L)));
        }
    }

    private sealed class Commands : ICommandReceiver
    {
        public int Refuses { get; set; }

        public TaskCompletionSource Received { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ValueTask ReceiveAsync(CommandSlot slot, CancellationToken cancellation)
        {
            if (Refuses-- > 0)
            {
                throw new MessageException(Refusal.SealBroken, "command");
            }

            Received.TrySetResult();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Failing : IReadingObserver
    {
        public void Accepted(AcceptedReading reading, IWriterTurn turn) => throw new InvalidOperationException();
    }
}
