namespace Sealway.Gateway.Tests.Roles;

using Sealway.Fleet;
using Sealway.Messages;
using Sealway.Testing;
using Xunit;

/// <summary>What the gateway takes, what it refuses and why, and when it says so: real links, real keys, a real store.</summary>
public sealed class IntakeTests : IAsyncLifetime
{
    private TestFleet _fleet = null!;
    private TestCloud _cloud = null!;
    private Identity _sensor = null!;

    public async ValueTask InitializeAsync()
    {
        _fleet = await TestFleet.CreateAsync();
        _sensor = await _fleet.SensorAsync("s1");
        _cloud = await TestCloud.StartAsync(_fleet);
    }

    public async ValueTask DisposeAsync()
    {
        await _cloud.DisposeAsync();
        await _fleet.DisposeAsync();
    }

    [Fact]
    public async Task A_reading_is_stored_acknowledged_and_valid_and_fresh_at_the_cloud()
    {
        await using TestGateway gateway = await StartAsync();
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        SensorChallenge challenge = await sensor.SaysAsync<SensorChallenge>();

        Reading reading = await sensor.SendAsync(0, nonce: challenge.Nonce);

        Assert.Equal([reading.Number], await sensor.StoredAsync(1));
        await _cloud.HoldsReadingsAsync(1);
        IReadOnlyList<Judged> judged = await _cloud.JudgedAsync();
        Assert.All(judged, one => Assert.True(one.Verdict.IsValid, one.Verdict.Reason.ToString()));
        Assert.IsType<GenerationEvent>(judged[0].Event);
        Judged last = judged.Single(one => one.Reading is not null);
        Assert.Equal(Freshness.Fresh, last.Verdict.Freshness);
        Assert.Equal(reading.Bytes.ToArray(), last.Reading!.Bytes.ToArray());
        Assert.Contains(judged, one => one.Event is StartEvent);
        Assert.Contains(judged, one => one.Event is InForceEvent { RegistrySize: var size } && size == _fleet.Authority.Registry.Size);
        Assert.Contains(judged, one => one.Event is ChallengeEvent said && said.Nonce.Span.SequenceEqual(challenge.Nonce.Span));
    }

    [Fact]
    public async Task Many_readings_of_many_sensors_are_all_logged_once_and_acknowledged()
    {
        const int Sensors = 4;
        const int Each = 300;
        List<Identity> identities = [];
        for (int i = 0; i < Sensors; i++)
        {
            identities.Add(await _fleet.SensorAsync($"many-{i}"));
        }

        await using TestGateway gateway = await StartAsync();
        await Task.WhenAll(identities.Select(async identity =>
        {
            await using TestSensor sensor = await gateway.ConnectAsync(identity);
            for (uint i = 0; i < Each; i++)
            {
                await sensor.SendAsync(i);
            }

            Assert.Equal(Each, (await sensor.StoredAsync(Each)).Distinct().Count());
        }));

        await _cloud.HoldsReadingsAsync(Sensors * Each);
        Assert.All(await _cloud.JudgedAsync(), one => Assert.Equal(0u, one.Verdict.Gap.Missing));
    }

    [Fact]
    public async Task A_reading_with_trailing_bytes_is_refused_and_the_link_goes_on()
    {
        await using TestGateway gateway = await StartAsync();
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        await sensor.SendAsync((byte[])[.. sensor.Sign(0).Bytes.Span, 0]);
        await sensor.SendAsync(1);

        await sensor.StoredAsync(1);
        Assert.Equal(1L, RefusedBy(gateway, Refusal.TrailingBytes));
    }

    [Fact]
    public async Task A_strangers_reading_is_refused_as_UnknownKey()
    {
        await using TestGateway gateway = await StartAsync();
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        using SigningKey stranger = SigningKey.Generate();
        Reading reading = Reading.Sign(stranger, new(1, 0), [new Measurement("temp", "Cel", Number.From(36.5))]);
        await sensor.SendAsync(reading.Bytes);

        Assert.Equal(new RefusedReading(reading.Number, Refusal.UnknownKey), await sensor.SaysAsync<RefusedReading>());
    }

    [Fact]
    public async Task A_reading_signed_by_a_key_of_another_role_is_refused_as_WrongRole()
    {
        await using TestGateway gateway = await StartAsync();
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        await sensor.SendAsync(Reading.Sign(_fleet.Archive.Signing, new(1, 0), [new Measurement("temp", "Cel", Number.From(1L))]).Bytes);

        Assert.Equal(Refusal.WrongRole, (await sensor.SaysAsync<RefusedReading>()).Reason);
    }

    [Fact]
    public async Task A_sensor_of_another_gateway_is_refused_as_NotAssigned()
    {
        await _fleet.EnrolAsync(Role.Gateway, "ward-4");
        Identity other = await _fleet.SensorAsync("other", "ward-4");
        await using TestGateway gateway = await StartAsync();
        await using TestSensor sensor = await gateway.ConnectAsync(other);
        await sensor.SendAsync(0);

        Assert.Equal(Refusal.NotAssigned, (await sensor.SaysAsync<RefusedReading>()).Reason);
    }

    [Fact]
    public async Task A_revoked_sensor_is_refused_as_Revoked_on_a_link_without_names()
    {
        await _fleet.RevokeAsync(_sensor);
        await using TestGateway gateway = await StartAsync();
        await using TestSensor sensor = await gateway.ConnectPlainAsync(_sensor);
        await sensor.SendAsync(0);

        Assert.Equal(Refusal.Revoked, (await sensor.SaysAsync<RefusedReading>()).Reason);
    }

    [Fact]
    public async Task A_reading_that_was_changed_on_the_way_is_refused_as_BadSignature()
    {
        await using TestGateway gateway = await StartAsync();
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        byte[] bytes = sensor.Sign(0).Bytes.ToArray();
        bytes[^1] ^= 1;
        await sensor.SendAsync(bytes);

        Assert.Equal(Refusal.BadSignature, (await sensor.SaysAsync<RefusedReading>()).Reason);
    }

    [Fact]
    public async Task A_number_that_was_skipped_and_comes_late_is_refused_as_NotRising()
    {
        await using TestGateway gateway = await StartAsync();
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        await sensor.SendAsync(5);
        await sensor.StoredAsync(1);
        await sensor.SendAsync(4);

        Assert.Equal(new RefusedReading(new(1, 4), Refusal.NotRising), await sensor.SaysAsync<RefusedReading>());
    }

    [Fact]
    public async Task Other_content_under_a_number_is_refused_as_Cloned()
    {
        await using TestGateway gateway = await StartAsync();
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        await sensor.SendAsync(0, 36.5);
        await sensor.StoredAsync(1);
        await sensor.SendAsync(0, 41.5);

        Assert.Equal(Refusal.Cloned, (await sensor.SaysAsync<RefusedReading>()).Reason);
    }

    [Fact]
    public async Task Other_content_under_an_earlier_number_is_refused_as_Cloned_and_never_called_stored()
    {
        await using TestGateway gateway = await StartAsync();
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        for (uint i = 0; i < 3; i++)
        {
            await sensor.SendAsync(i);
        }

        await sensor.StoredAsync(3);
        await sensor.SendAsync(1, 41.5);

        Assert.Equal(Refusal.Cloned, (await sensor.SaysAsync<RefusedReading>()).Reason);
    }

    [Fact]
    public async Task A_repeat_of_stored_readings_is_acknowledged_again_and_logged_once()
    {
        await using TestGateway gateway = await StartAsync();
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        List<Reading> readings = [];
        for (uint i = 0; i < 3; i++)
        {
            readings.Add(await sensor.SendAsync(i));
        }

        await sensor.StoredAsync(3);
        foreach (Reading reading in readings)
        {
            await sensor.SendAsync(reading.Bytes);
        }

        Assert.Equal(readings.Select(reading => reading.Number), await sensor.StoredAsync(3));
        await _cloud.HoldsReadingsAsync(3);
        Assert.Equal(3, (await _cloud.ReadingsAsync()).Count);
    }

    [Fact]
    public async Task A_forged_repeat_is_not_acknowledged()
    {
        await using TestGateway gateway = await StartAsync();
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        await sensor.SendAsync(0);
        await sensor.SendAsync(1);
        await sensor.StoredAsync(2);
        byte[] forged = sensor.Sign(0, 41.5).Bytes.ToArray();
        forged[^1] ^= 1;
        await sensor.SendAsync(forged);

        Assert.Equal(new RefusedReading(new(1, 0), Refusal.BadSignature), await sensor.SaysAsync<RefusedReading>());
    }

    [Fact]
    public async Task Nothing_is_acknowledged_before_it_is_on_disk()
    {
        using ManualResetEventSlim open = new(initialState: true);
        FaultyStore? store = null;
        await using TestGateway gateway = await TestGateway.StartAsync(_fleet, TestGateway.Options(_fleet, _cloud.Address), wrap: inner => store = new FaultyStore(inner));
        await gateway.KnowsRegistryAsync();
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        await sensor.SaysAsync<SensorChallenge>();

        // From here on every write stands still until the gate opens.
        open.Reset();
        TaskCompletionSource writing = new(TaskCreationOptions.RunContinuationsAsynchronously);
        store!.Plan = _ =>
        {
            writing.TrySetResult();
            open.Wait(Patience.Time);
            return Fault.None;
        };
        await sensor.SendAsync(0);
        await writing.Task.Come();
        Assert.False(sensor.HasSaid<StoredReadings>());

        open.Set();
        await sensor.StoredAsync(1);
    }

    [Fact]
    public async Task Refused_readings_are_counted_in_the_log_by_reason()
    {
        GatewayOptions options = TestGateway.Options(_fleet, _cloud.Address) with { RefusedEvery = TimeSpan.FromMilliseconds(1) };
        await using TestGateway gateway = await TestGateway.StartAsync(_fleet, options);
        await gateway.KnowsRegistryAsync();
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        byte[] bad = sensor.Sign(0).Bytes.ToArray();
        bad[^1] ^= 1;
        await sensor.SendAsync(bad);
        await sensor.SendAsync(bad);
        await sensor.SendAsync(1);
        await sensor.StoredAsync(1);

        await _cloud.UntilAsync(async () => (await _cloud.EventsAsync<RefusedEvent>()).Sum(one => (long)one.Counts.GetValueOrDefault(Refusal.BadSignature)) == 2);
    }

    [Fact]
    public async Task A_sensor_that_is_enrolled_later_is_taken_once_the_registry_has_come()
    {
        await using TestGateway gateway = await StartAsync();
        Identity late = await _fleet.SensorAsync("late");
        await _cloud.NewsAsync();
        await gateway.KnowsRegistryAsync();
        await using TestSensor sensor = await gateway.ConnectAsync(late);
        await sensor.SendAsync(0);

        await sensor.StoredAsync(1);
        Assert.Equal(_fleet.Authority.Registry.Size, (await gateway.EventsAsync<InForceEvent>())[^1].RegistrySize);
    }

    [Fact]
    public async Task The_link_of_a_revoked_sensor_is_dropped()
    {
        await using TestGateway gateway = await StartAsync();
        await using TestSensor sensor = await gateway.ConnectAsync(_sensor);
        await sensor.SendAsync(0);
        await sensor.StoredAsync(1);

        await _fleet.RevokeAsync(_sensor);
        await _cloud.NewsAsync();

        await sensor.Ended.Come();
    }

    private async Task<TestGateway> StartAsync()
    {
        TestGateway gateway = await TestGateway.StartAsync(_fleet, TestGateway.Options(_fleet, _cloud.Address));
        await gateway.KnowsRegistryAsync();
        return gateway;
    }

    private static long RefusedBy(TestGateway gateway, Refusal reason) =>
        ((Dictionary<string, long>)gateway.Health["refusedBy"]).GetValueOrDefault(reason.ToString());
}
