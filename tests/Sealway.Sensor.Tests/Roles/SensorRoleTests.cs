namespace Sealway.Sensor.Tests.Roles;

using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Sealway.Links;
using Sealway.Messages;
using Sealway.Sensor.Generators;
using Sealway.Sensor.Numbers;
using Sealway.Sensor.Sampling;
using Sealway.Sensor.Tests.Sampling;
using Xunit;

public sealed class SensorRoleTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SigningKey _key = SigningKey.Generate();
    private readonly Channel<Sample> _source = Channel.CreateUnbounded<Sample>();
    private LoopbackGateway _gateway;

    public SensorRoleTests()
    {
        SensorCounter.Create(_folder["counter"]);
        _gateway = Listen();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        _key.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Everything_measured_is_signed_sent_and_stored_before_the_role_ends()
    {
        Sample[] samples = [.. new Vitals(1).Samples().Take(500)];
        await using SensorRole role = new([Options() with { Source = cancel => new Pace(TimeProvider.System, double.PositiveInfinity).Replay(samples, cancel) }]);
        await role.RunAsync(Cancel);
        int values = samples.Sum(sample => sample.Values.Count);
        List<Reading> readings = await _gateway.TakeAsync(values);
        Assert.All(readings, reading => reading.Verify(_key.PublicKey));
        Assert.Equal(Enumerable.Range(0, values).Select(i => new ReadingNumber(1, (uint)i)), readings.Select(reading => reading.Number));
        SensorHealth health = Assert.Single(role.Sensors);
        Assert.Equal((values, values, 0L, 0L, 0, 0), (health.Sent, health.Stored, health.Refused, health.Dropped, health.Waiting, health.UnderWay));
        Assert.Equal((long)values, role.Health()["stored"]);
    }

    [Fact]
    public async Task The_first_reading_answers_the_challenge_of_the_link_and_a_new_one_is_answered_by_the_next()
    {
        await using SensorRole role = new([Options()]);
        using CancellationTokenSource stop = new();
        Task running = role.RunAsync(stop.Token);
        ISensorLink link = await _gateway.Links.ReadAsync(Cancel);
        Add(61);
        Add(62);
        List<Reading> readings = await _gateway.TakeAsync(2);
        Assert.Equal(LoopbackGateway.Nonce(0), readings[0].Nonce!.Value.ToArray());
        Assert.Null(readings[1].Nonce);

        await link.SendAsync(new SensorChallenge(LoopbackGateway.Nonce(77)).ToArray(), Cancel);
        while (true)
        {
            // The challenge and the sample race each other on their ways; the first reading signed after the challenge came answers it.
            Add(63);
            if ((await _gateway.TakeAsync(1))[0].Nonce is { } answer)
            {
                Assert.Equal(LoopbackGateway.Nonce(77), answer.ToArray());
                break;
            }
        }

        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task What_was_sent_but_not_stored_comes_again_with_the_same_bytes()
    {
        _gateway.Stores = false;
        await using SensorRole role = new([Options()]);
        Task running = role.RunAsync(Cancel);
        Add(61);
        Add(62);
        List<Reading> first = await _gateway.TakeAsync(2);
        await _gateway.DisposeAsync();
        _gateway = Listen();
        await _gateway.Links.ReadAsync(Cancel);
        Add(63);
        List<Reading> again = await _gateway.TakeAsync(3);
        Assert.Equal(first.Select(Hex), again.Take(2).Select(Hex));
        Assert.Equal(new ReadingNumber(1, 2), again[2].Number);
        Assert.Equal(LoopbackGateway.Nonce(0), again[2].Nonce!.Value.ToArray());
        _source.Writer.Complete();
        await running;
        SensorHealth health = Assert.Single(role.Sensors);
        Assert.Equal((3L, 3L, 2L), (health.Sent, health.Stored, health.Connections));
    }

    [Fact]
    public async Task What_is_measured_without_a_link_is_signed_late_and_says_so()
    {
        ManualTime time = new();
        bool up = false;
        SensorOptions options = Options();
        await using SensorRole role = new(
            [options with { Connect = cancel => up ? options.Connect(cancel) : throw new LinkException(LinkRefusal.Unreachable, "the gateway is down"), LongestBackoff = TimeSpan.FromHours(1), FirstBackoff = TimeSpan.FromHours(1) }],
            time);
        Add(61);
        _source.Writer.Complete();
        Task running = role.RunAsync(Cancel);
        await time.Asked();
        while (role.Sensors[0].Waiting == 0)
        {
            await Task.Yield();
        }

        up = true;
        time.Advance(TimeSpan.FromHours(1));
        Measurement measurement = Assert.Single((await _gateway.TakeAsync(1))[0].Measurements);
        Assert.Equal("-3600", measurement.Time?.ToString());
        await running;
    }

    [Fact]
    public async Task Told_to_stop_it_measures_no_more_and_waits_for_what_was_sent()
    {
        _gateway.Stores = false;
        await using SensorRole role = new([Options() with { DrainTime = TimeSpan.FromMinutes(5) }]);
        using CancellationTokenSource stop = new();
        Task running = role.RunAsync(stop.Token);
        ISensorLink link = await _gateway.Links.ReadAsync(Cancel);
        Add(61);
        Reading reading = (await _gateway.TakeAsync(1))[0];
        await stop.CancelAsync();
        Assert.False(running.IsCompleted);
        await link.SendAsync(new StoredReadings([reading.Number]).ToArray(), Cancel);
        await running;
        Add(62);
        Assert.Equal((1L, 1L, 0), (role.Sensors[0].Sent, role.Sensors[0].Stored, role.Sensors[0].Waiting));
    }

    [Fact]
    public async Task The_wait_for_what_was_sent_is_bounded()
    {
        _gateway.Stores = false;
        await using SensorRole role = new([Options() with { DrainTime = TimeSpan.FromMilliseconds(50) }]);
        using CancellationTokenSource stop = new();
        Task running = role.RunAsync(stop.Token);
        Add(61);
        await _gateway.TakeAsync(1);
        await stop.CancelAsync();
        await running;
        Assert.Equal(1, role.Sensors[0].UnderWay);
    }

    [Fact]
    public async Task A_sensor_killed_and_started_again_repeats_no_number()
    {
        List<ReadingNumber> numbers = [];
        for (uint boot = 1; boot <= 3; boot++)
        {
            _gateway.Stores = false;
            // Not waited for and not told to stop in order: as a kill would leave it.
            await using SensorRole role = new([Options() with { DrainTime = TimeSpan.Zero }]);
            using CancellationTokenSource kill = new();
            Task running = role.RunAsync(kill.Token);
            Add(61);
            Add(62);
            numbers.AddRange((await _gateway.TakeAsync(2)).Select(reading => reading.Number));
            await kill.CancelAsync();
            await running;
        }

        Assert.Equal([new(1, 0), new(1, 1), new(2, 0), new(2, 1), new(3, 0), new(3, 1)], numbers);
    }

    [Fact]
    public async Task Refusals_are_counted_by_reason_and_not_sent_again()
    {
        _gateway.Stores = false;
        await using SensorRole role = new([Options()]);
        Task running = role.RunAsync(Cancel);
        ISensorLink link = await _gateway.Links.ReadAsync(Cancel);
        Add(61);
        Add(62);
        List<Reading> readings = await _gateway.TakeAsync(2);
        await link.SendAsync(new RefusedReading(readings[0].Number, Refusal.NotAssigned).ToArray(), Cancel);
        await link.SendAsync(new RefusedReading(readings[1].Number, Refusal.NotAssigned).ToArray(), Cancel);
        _source.Writer.Complete();
        await running;
        Assert.Equal((2L, 2L), (role.Sensors[0].Refused, role.Sensors[0].RefusedBy[Refusal.NotAssigned]));
    }

    [Fact]
    public async Task A_gateway_that_talks_nonsense_loses_the_link_and_nothing_else()
    {
        _gateway.Stores = false;
        await using SensorRole role = new([Options()]);
        Task running = role.RunAsync(Cancel);
        ISensorLink link = await _gateway.Links.ReadAsync(Cancel);
        Add(61);
        Reading first = (await _gateway.TakeAsync(1))[0];
        _gateway.Stores = true;
        await link.SendAsync(new byte[] { 0x83, 0xff }, Cancel);
        Assert.Equal(Hex(first), Hex((await _gateway.TakeAsync(1))[0]));
        _source.Writer.Complete();
        await running;
        Assert.Equal((1L, 1L), (role.Sensors[0].Sent, role.Sensors[0].Stored));
    }

    [Fact]
    public async Task A_gateway_without_challenges_gets_its_readings_all_the_same()
    {
        _gateway.Challenges = false;
        await using SensorRole role = new([Options() with { ChallengeTime = TimeSpan.FromMilliseconds(10) }]);
        Task running = role.RunAsync(Cancel);
        Add(61);
        Assert.Null((await _gateway.TakeAsync(1))[0].Nonce);
        _source.Writer.Complete();
        await running;
    }

    [Fact]
    public async Task Readings_go_over_mutual_TLS()
    {
        using TlsParties parties = new();
        using SigningKey gatewayKey = SigningKey.Generate();
        ISensorListener listener = SensorListener.Tls(new HostPort("127.0.0.1", 0), parties.Policy("ward", gatewayKey.PublicKey.Kid, Role.Gateway));
        await using LoopbackGateway gateway = new(listener);
        TlsPolicy own = parties.Policy("bed-1", _key.PublicKey.Kid, Role.Sensor);
        await using SensorRole role = new(
            [Options() with { Connect = async cancel => await SensorLinkClient.ConnectTlsAsync(HostPort.Parse(listener.Address), own, new PeerExpectation("ward", Role.Gateway), cancellation: cancel) }]);
        Task running = role.RunAsync(Cancel);
        ISensorLink link = await gateway.Links.ReadAsync(Cancel);
        Assert.Equal((true, _key.PublicKey.Kid), (link.Encrypted, link.Peer!.Kid));
        Add(61);
        _source.Writer.Complete();
        await running;
        (await gateway.TakeAsync(1))[0].Verify(_key.PublicKey);
        Assert.Equal(1, role.Sensors[0].Stored);
    }

    [Fact]
    public async Task Many_sensors_run_in_one_process()
    {
        SensorOptions[] sensors = [.. Enumerable.Range(0, 12).Select(i =>
        {
            string counter = _folder[$"counter-{i}"];
            SensorCounter.Create(counter);
            return Options() with { Name = $"s{i}", CounterFile = counter, Source = cancel => new Pace(TimeProvider.System, double.PositiveInfinity).Replay(new RoomClimate((ulong)i).Samples().Take(50), cancel) };
        })];
        await using SensorRole role = new(sensors);
        await role.RunAsync(Cancel);
        Assert.Equal(12 * 50 * 4L, role.Health()["stored"]);
        Assert.All(role.Sensors, sensor => Assert.Equal(200, sensor.Stored));
    }

    [Fact]
    public async Task A_boot_that_cannot_be_stored_ends_the_role_before_anything_is_sent()
    {
        await using SensorRole role = new([Options()]);
        Directory.CreateDirectory(_folder["counter.new"]);
        Add(61);
        await Assert.ThrowsAsync<CounterException>(() => role.RunAsync(Cancel));
        Assert.Equal(0, role.Sensors[0].Sent);
    }

    [Fact]
    public async Task A_source_that_fails_fails_the_role()
    {
        await using SensorRole role = new([Options() with { Source = Failing }]);
        Assert.Equal("the probe is broken", (await Assert.ThrowsAsync<IOException>(() => role.RunAsync(Cancel))).Message);

        static async IAsyncEnumerable<Sample> Failing([EnumeratorCancellation] CancellationToken cancel)
        {
            await Task.Yield();
            cancel.ThrowIfCancellationRequested();
            yield return new Sample(TimeSpan.Zero, [new MetricValue(Metric.HeartRate, 60)]);
            throw new IOException("the probe is broken");
        }
    }

    [Fact]
    public void A_lost_counter_is_refused_at_the_start()
    {
        File.Delete(_folder["counter"]);
        Assert.Throws<CounterException>(() => new SensorRole([Options()]));
    }

    [Fact]
    public async Task Two_sensors_with_one_name_or_one_counter_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new SensorRole([Options(), Options()]));
        Assert.Throws<CounterException>(() => new SensorRole([Options(), Options() with { Name = "other" }]));
        // What was opened for the refused ones was let go.
        await new SensorRole([Options()]).DisposeAsync();
    }

    private static string Hex(Reading reading) => Convert.ToHexString(reading.Bytes.Span);

    private void Add(decimal value) => _source.Writer.TryWrite(new Sample(TimeSpan.Zero, [new MetricValue(Metric.HeartRate, value)]));

    private LoopbackGateway Listen() => new(SensorListener.PlaintextUnix(_folder["gateway.sock"]));

    private SensorOptions Options() => new()
    {
        Name = "bed-1",
        Signer = _key,
        CounterFile = _folder["counter"],
        Connect = async cancel => await SensorLinkClient.ConnectPlaintextUnixAsync(_folder["gateway.sock"], cancellation: cancel),
        Source = cancel => _source.Reader.ReadAllAsync(cancel),
        ChallengeTime = TimeSpan.FromMinutes(1),
        FirstBackoff = TimeSpan.FromMilliseconds(10),
        LongestBackoff = TimeSpan.FromMilliseconds(100),
    };
}
