namespace Sealway.Alarms.Tests;

using Sealway.Fleet;
using Sealway.Messages;

using Xunit;

public sealed class AlarmEngineTests
{
    [Fact]
    public void A_limit_belongs_to_the_alarm()
    {
        Bedside above = new(Bedside.Above(120, 0));
        Assert.Equal("", above.Hear(0, 119.9));
        Assert.Equal("+high", above.Hear(1, 120));

        Bedside below = new(Bedside.Below(50, 0));
        Assert.Equal("", below.Hear(0, 50.1));
        Assert.Equal("+low", below.Hear(1, 50));
    }

    [Fact]
    public void An_alarm_is_raised_once_the_limit_was_reached_for_its_duration()
    {
        Bedside bed = new(Bedside.Above(120, 10));
        Assert.Equal("", bed.Hear(0, 125));
        Assert.Equal("", bed.Hear(9, 126));
        Assert.Equal("+high", bed.Hear(10, 127));
        Assert.Equal("", bed.Hear(11, 128));
        RaisedAlarm raised = Assert.Single(bed.Engine.Raised(bed.State));
        Assert.Equal((Bedside.Sensor, 127, (bed.Start + 10) * 1000), (raised.Sensor, raised.Value, raised.Since));
    }

    [Fact]
    public void One_good_value_begins_the_count_anew()
    {
        Bedside bed = new(Bedside.Above(120, 10));
        bed.Hear(0, 125);
        bed.Hear(5, 119);
        Assert.Equal("", bed.Hear(10, 125));
        Assert.Equal("+high", bed.Hear(20, 125));
    }

    [Fact]
    public void A_value_holds_until_the_next_one_so_that_time_alone_raises()
    {
        Bedside bed = new(Bedside.Above(120, 10));
        bed.Hear(0, 125);
        Assert.Equal("", bed.Pass(9));
        Assert.Equal("+high", bed.Pass(60));
    }

    [Fact]
    public void An_alarm_clears_beyond_the_hysteresis_and_not_before()
    {
        Bedside bed = new(Bedside.Above(120, 0, hysteresis: 5));
        bed.Hear(0, 120);
        Assert.Equal("", bed.Hear(1, 119));
        Assert.Equal("", bed.Hear(2, 115));
        Assert.Equal("-high", bed.Hear(3, 114.9));
        Assert.Equal("", bed.Hear(4, 119));
        Assert.Empty(bed.Engine.Raised(bed.State));

        Bedside low = new(Bedside.Below(91, 0, hysteresis: 1));
        low.Hear(0, 90);
        Assert.Equal("", low.Hear(1, 92));
        Assert.Equal("-low", low.Hear(2, 93));
    }

    [Theory]
    [InlineData(Freshness.Stale, Validity.Valid)]
    [InlineData(Freshness.Fresh, Validity.Doubtful)]
    [InlineData(Freshness.Fresh, Validity.Pending)]
    [InlineData(Freshness.Fresh, Validity.Refused)]
    public void What_is_stale_or_does_not_count_clears_nothing(Freshness freshness, Validity validity)
    {
        Bedside bed = new(Bedside.Above(120, 0));
        bed.Hear(0, 125);
        Assert.Equal("", bed.Hear(1, 80, freshness, validity));
        Assert.Equal("-high", bed.Hear(2, 80));
    }

    [Fact]
    public void A_sensor_that_only_broadcasts_clears_its_own_alarms()
    {
        Bedside bed = new(Bedside.Above(120, 0));
        bed.Hear(0, 125, Freshness.Unproven);
        Assert.Equal("-high", bed.Hear(1, 80, Freshness.Unproven));
    }

    [Fact]
    public void A_stale_value_may_raise_and_does_not_begin_the_count_anew()
    {
        Bedside bed = new(Bedside.Above(120, 10));
        bed.Hear(0, 125, Freshness.Stale);
        bed.Hear(5, 80, Freshness.Stale);
        Assert.Equal("+high", bed.Hear(10, 125, Freshness.Stale));
    }

    [Fact]
    public void What_does_not_count_raises_nothing()
    {
        Bedside bed = new(Bedside.Above(120, 0));
        Assert.Equal("", bed.Hear(0, 125, validity: Validity.Doubtful));
        Assert.Equal("", bed.Hear(1, 125, validity: Validity.Pending));
        Assert.Equal("", bed.Hear(2, 125, validity: Validity.Refused));
    }

    [Fact]
    public void What_was_measured_long_ago_clears_nothing()
    {
        Bedside bed = new(Bedside.Above(120, 0));
        bed.Hear(0, 125);
        Assert.Equal("", bed.Hear(200, 80, measured: Number.From(-151)));
        Assert.Equal("", bed.Hear(201, 80, measured: Number.From((long)bed.Start)));
        Assert.Equal("-high", bed.Hear(202, 80, measured: Number.From(-150)));
    }

    [Fact]
    public void Sensors_and_rules_do_not_disturb_each_other()
    {
        Kid other = Kid.Parse("00000000000000b2");
        Bedside bed = new(Bedside.Above(120, 0), Bedside.Below(50, 0));
        Assert.Equal("+high", bed.Hear(0, 130));
        Assert.Equal("+low", bed.Hear(1, 40, sensor: other));
        Assert.Equal("-high +low", bed.Hear(2, 40));
        Assert.Equal("-low", bed.Hear(3, 80, sensor: other));
        Assert.Equal(Bedside.Sensor, Assert.Single(bed.Engine.Raised(bed.State)).Sensor);
    }

    [Fact]
    public void A_reading_may_carry_a_metric_twice()
    {
        Bedside bed = new(Bedside.Above(120, 0));
        Verdict verdict = new(Validity.Valid, Refusal.None, Freshness.Fresh, Bedside.Sensor, new ReadingNumber(1, 0));
        Assert.Equal("+high -high", bed.Step(0, verdict, [new Measurement("hr", null, Number.From(130)), new Measurement("hr", null, Number.From(80))]));
    }

    [Fact]
    public void A_rise_within_its_time_alarms_and_a_slower_one_does_not()
    {
        Bedside fast = new(Bedside.Change(20, 60, hysteresis: 5));
        fast.Hear(0, 80);
        fast.Hear(30, 90);
        Assert.Equal("+change", fast.Hear(60, 100));
        Assert.Equal("", fast.Hear(90, 106));
        Assert.Equal("-change", fast.Hear(150, 107));

        Bedside slow = new(Bedside.Change(20, 60));
        for (int second = 0; second < 600; second++)
        {
            Assert.Equal("", slow.Hear(second, 80 + (second * 0.3)));
        }
    }

    [Fact]
    public void A_fall_has_a_negative_limit()
    {
        Bedside bed = new(Bedside.Change(-3, 600));
        bed.Hear(0, 21);
        Assert.Equal("", bed.Hear(10, 25));
        Assert.Equal("", bed.Hear(20, 22.5));
        Assert.Equal("+change", bed.Hear(30, 21.9));
    }

    [Fact]
    public void The_lowest_value_between_two_samples_is_not_lost()
    {
        Bedside bed = new(Bedside.Change(20, 80));
        bed.Hear(0, 80);
        bed.Hear(1, 70);
        bed.Hear(2, 80);
        Assert.Equal("+change", bed.Hear(70, 90));
    }

    [Fact]
    public void Stale_values_have_no_place_in_a_change()
    {
        Bedside bed = new(Bedside.Change(20, 60));
        bed.Hear(0, 80);
        Assert.Equal("", bed.Hear(1, 120, Freshness.Stale));
        Assert.Equal("", bed.Hear(2, 40, Freshness.Stale));
        Assert.Equal("", bed.Hear(3, 81));
    }

    [Fact]
    public void A_sensor_that_falls_silent_is_told_at_the_next_entry_of_any_kind()
    {
        Bedside bed = new(Bedside.Silence(60));
        bed.Hear(0, 80);
        Assert.Equal("", bed.Pass(59));
        Assert.Equal("+silence", bed.Pass(60));
        Assert.Equal("", bed.Pass(120));
        Assert.Equal("-silence", bed.Hear(121, 80));
        Assert.Equal("+silence", bed.Pass(181));
    }

    [Fact]
    public void Another_sensors_reading_tells_of_the_silent_one()
    {
        Bedside bed = new(Bedside.Silence(60));
        bed.Hear(0, 80);
        Assert.Equal("+silence", bed.Hear(70, 80, sensor: Kid.Parse("00000000000000b2")));
        Assert.Equal(Bedside.Sensor, Assert.Single(bed.Engine.Raised(bed.State)).Sensor);
    }

    [Fact]
    public void Stale_readings_are_as_good_as_silence()
    {
        Bedside bed = new(Bedside.Silence(60));
        bed.Hear(0, 80);
        bed.Hear(30, 80, Freshness.Stale);
        Assert.Equal("+silence", bed.Hear(60, 80, Freshness.Stale));
        Assert.Equal("", bed.Hear(61, 80, Freshness.Stale));
        Assert.Equal("-silence", bed.Hear(62, 80));
    }

    [Fact]
    public void Two_silences_of_one_sensor_are_told_one_after_the_other()
    {
        Bedside bed = new(Bedside.Silence(60), new AlarmRule("long-silence", AlarmKind.Silence, null, 0, 300, 0, AlarmPriority.High));
        bed.Hear(0, 80);
        Assert.Equal("+silence", bed.Pass(60));
        Assert.Equal("", bed.Pass(299));
        Assert.Equal("+long-silence", bed.Pass(300));
        Assert.Equal("-silence -long-silence", bed.Hear(301, 80));
    }

    [Fact]
    public void After_a_start_every_sensor_has_its_time_again()
    {
        Bedside bed = new(Bedside.Silence(60));
        bed.Hear(0, 80);
        bed.State = AlarmEngine.Restart(bed.State, (bed.Start + 1000) * 1000);
        Assert.Equal("", bed.Pass(1059));
        Assert.Equal("+silence", bed.Pass(1060));
    }

    [Fact]
    public void Sensors_that_leave_take_their_alarms_along()
    {
        Bedside bed = new(Bedside.Above(120, 0), Bedside.Silence(60));
        bed.Hear(0, 130);
        AlarmStep step = bed.Engine.Retain(bed.State, (bed.Start + 1) * 1000, _ => false);
        bed.State = step.State;
        Assert.Equal("-high", bed.Tell(step.Changes));
        Assert.Equal("", bed.Pass(1000));
        Assert.Empty(bed.Engine.Raised(bed.State));
    }

    [Fact]
    public void A_clock_that_goes_back_stops_time_and_nothing_else()
    {
        Bedside bed = new(Bedside.Above(120, 10), Bedside.Silence(60));
        bed.Hear(100, 125);
        Assert.Equal("", bed.Hear(0, 125));
        Assert.Equal("", bed.Hear(109, 125));
        Assert.Equal("+high", bed.Hear(110, 125));
        Assert.Equal("-high", bed.Hear(50, 80));
        Assert.Equal("+silence", bed.Pass(170));
    }

    [Fact]
    public void A_change_becomes_the_gateways_event()
    {
        Bedside bed = new(Bedside.Above(120, 0), Bedside.Silence(60));
        (bed.State, IReadOnlyList<AlarmChange> raised) = bed.Engine.Step(bed.State, 0, new Verdict(Validity.Valid, Sensor: Bedside.Sensor), [new Measurement("hr", null, Number.From(130.5))]);
        AlarmEvent told = raised[0].ToEvent();
        Assert.Equal((true, "high", Bedside.Sensor, "hr", Number.From(130.5)), (told.Raised, told.Rule, told.Sensor!.Value, told.Metric, told.Value!.Value));

        (_, IReadOnlyList<AlarmChange> silent) = bed.Engine.Step(bed.State, 60_000, default);
        told = silent[0].ToEvent();
        Assert.Equal((true, "silence", null, null), (told.Raised, told.Rule, told.Metric, told.Value));
        Assert.Equal(told.ToArray(), GatewayEvent.FromUntrusted(told.ToArray()).ToArray());
    }
}
