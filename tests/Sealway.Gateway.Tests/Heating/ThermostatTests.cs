namespace Sealway.Gateway.Tests.Heating;

using Microsoft.Extensions.Logging.Abstractions;
using Sealway.Fleet;
using Sealway.Messages;
using Sealway.Testing;
using Xunit;

public sealed class ThermostatTests : IDisposable
{
    private const string Room = "r-01";

    private readonly SigningKey _sensor = SigningKey.Generate();
    private readonly RecordedTurn _turn = new();
    private readonly RecordedActuator _actuator = new();
    private readonly ManualTime _time = new();
    private readonly Thermostat _thermostat;
    private uint _sequence;

    public ThermostatTests() => _thermostat = new Thermostat(
        new ThermostatOptions
        {
            Rooms = [new HeatedRoom(Room, _actuator, Number.From(20)) { Hysteresis = 0.5, LeastOn = TimeSpan.FromMinutes(5), LeastOff = TimeSpan.FromMinutes(3) }],
        },
        _time,
        NullLogger.Instance);

    private RoomState State => Assert.Single(_thermostat.Rooms);

    public void Dispose()
    {
        _thermostat.Dispose();
        _sensor.Dispose();
    }

    [Fact]
    public void It_heats_below_the_band_and_rests_above_it()
    {
        Measure(19.6);
        Assert.False(State.IsOn);
        Measure(19.5);
        Assert.True(State.IsOn);
        Wait(10);
        Measure(20.4);
        Assert.True(State.IsOn);
        Measure(20.5);
        Assert.False(State.IsOn);
        Wait(10);
        Measure(19.6);
        Assert.False(State.IsOn);
        Assert.Equal([true, false], _turn.Stated.Cast<HeatingEvent>().Select(change => change.On));
    }

    [Fact]
    public void It_keeps_its_least_times()
    {
        Measure(18);
        Wait(4);
        Measure(23);
        Assert.True(State.IsOn);
        Wait(1);
        _thermostat.Tick(_turn);
        Assert.False(State.IsOn);
        Wait(2);
        Measure(18);
        Assert.False(State.IsOn);
        Wait(1);
        Measure(18);
        Assert.True(State.IsOn);
    }

    [Fact]
    public void A_stale_reading_never_drives_it()
    {
        Measure(15, Freshness.Stale);
        Assert.False(State.IsOn);
        Assert.Null(State.Temperature);
        Measure(15, Freshness.Unproven);
        Assert.True(State.IsOn);
        Wait(10);
        Measure(25, Freshness.Stale);
        Assert.True(State.IsOn);
    }

    [Fact]
    public void A_reading_that_does_not_count_never_drives_it()
    {
        Measure(15, validity: Validity.Doubtful);
        Measure(15, subject: "r-02");
        Measure(15, metric: "rh");
        Measure(15, unit: "K");
        Measure(-100);
        Assert.Null(State.Temperature);
        Assert.False(State.IsOn);
    }

    [Fact]
    public void A_value_measured_long_ago_does_not_make_it_heat()
    {
        Measure(15, time: Number.From(-7_200L));
        Assert.False(State.IsOn);
    }

    [Fact]
    public void It_fails_to_off_when_no_valid_reading_comes_whatever_its_least_times()
    {
        Measure(15);
        Assert.True(State.IsOn);
        Wait(30);
        _thermostat.Tick(_turn);
        Assert.True(State.IsOn);
        _turn.Pass(TimeSpan.FromMilliseconds(1));
        _thermostat.Tick(_turn);
        Assert.False(State.IsOn);
        Assert.False(Assert.IsType<HeatingEvent>(_turn.Stated[^1]).On);
    }

    [Fact]
    public void It_does_not_heat_a_hot_room_whatever_its_least_times()
    {
        Measure(15);
        Measure(32);
        Assert.False(State.IsOn);
    }

    [Theory]
    [InlineData(4.9, Refusal.Unsafe)]
    [InlineData(5, Refusal.None)]
    [InlineData(30, Refusal.None)]
    [InlineData(30.1, Refusal.Unsafe)]
    public void A_target_outside_the_limits_is_refused(double target, Refusal expected)
    {
        Assert.Equal(expected, _thermostat.SetTarget(Room, Number.From(target), _turn));
        Assert.Equal(expected == Refusal.None ? target : 20, State.Target.ToDouble());
    }

    [Fact]
    public void A_room_that_is_not_heated_has_no_target() => Assert.Equal(Refusal.NotAllowed, _thermostat.SetTarget("r-99", Number.From(20), _turn));

    [Fact]
    public void A_new_target_is_stated_and_acted_on_at_once()
    {
        Measure(20);
        Assert.Equal(Refusal.None, _thermostat.SetTarget(Room, Number.From(25), _turn));
        Assert.True(State.IsOn);
        Assert.Equal([(false, 25), (true, 25)], _turn.Stated.Cast<HeatingEvent>().Select(change => (change.On, (int)change.Target.ToDouble())));
    }

    [Fact]
    public async Task The_actuator_is_switched_and_is_off_at_the_end()
    {
        using CancellationTokenSource stop = new();
        Task running = _thermostat.RunAsync(new DeadQueue(), stop.Token);
        Assert.False(await _actuator.Told.ReadAsync(Patience.Soon));
        Measure(15);
        Assert.True(await _actuator.Told.ReadAsync(Patience.Soon));
        await stop.CancelAsync();
        await running.Come();
        Assert.False(await _actuator.Told.ReadAsync(Patience.Soon));
    }

    [Fact]
    public void Two_rooms_of_one_subject_are_refused()
    {
        HeatedRoom room = new(Room, _actuator, Number.From(20));
        Assert.Throws<ArgumentException>(() => new ThermostatOptions { Rooms = [room, room] }.Check());
        Assert.Throws<ArgumentException>(() => new ThermostatOptions { Rooms = [room with { Target = Number.From(31) }] }.Check());
    }

    private void Wait(int minutes) => _turn.Pass(TimeSpan.FromMinutes(minutes));

    private void Measure(
        double value, Freshness freshness = Freshness.Fresh, Validity validity = Validity.Valid, string subject = Room, string metric = "temp", string unit = "Cel", Number? time = null)
    {
        Reading reading = Reading.Sign(_sensor, new ReadingNumber(1, _sequence++), [new Measurement(metric, unit, Number.From(value), time)]);
        _thermostat.Accepted(new AcceptedReading(reading, _turn.Now, new Verdict(validity, Freshness: freshness), subject), _turn);
    }

    private sealed class DeadQueue : IWriterQueue
    {
        public Task DoAsync(Action<IWriterTurn> action, CancellationToken cancellation = default) => Task.CompletedTask;
    }
}
