namespace Sealway.Sensor.Tests.Generators;

using Sealway.Sensor.Generators;
using Sealway.Sensor.Sampling;
using Xunit;

public sealed class GeneratorTests
{
    [Fact]
    public void The_same_seed_gives_the_same_patient_and_another_seed_another()
    {
        string[] Take(ulong seed) => [.. new Vitals(seed).Samples().Take(600).Select(Recordings.Text.Of)];
        Assert.Equal(Take(1), Take(1));
        Assert.NotEqual(Take(1), Take(2));
    }

    [Fact]
    public void Vitals_are_plausible_and_once_a_minute_warm()
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            Sample[] samples = [.. new Vitals(seed).Samples().Take(3_600)];
            Assert.Equal(TimeSpan.FromSeconds(3_599), samples[^1].SinceStart);
            Assert.All(samples.SelectMany(sample => sample.Values), value => Assert.True(value.Metric.IsPlausible(value.Value)));
            Assert.Equal(60, samples.SelectMany(sample => sample.Values).Count(value => value.Metric == Metric.Temperature));
        }
    }

    [Fact]
    public void Most_patients_give_an_alarm_something_to_do_within_eight_minutes()
    {
        int troubled = 0;
        for (ulong seed = 0; seed < 40; seed++)
        {
            MetricValue[] values = [.. new Vitals(seed).Samples().Take(480).SelectMany(sample => sample.Values)];
            bool Lasts(Func<MetricValue, bool> bad) => values.Count(bad) >= 20;
            if (Lasts(v => v.Metric == Metric.OxygenSaturation && v.Value < 88) || Lasts(v => v.Metric == Metric.HeartRate && v.Value > 120) || Lasts(v => v.Metric == Metric.RespirationRate && v.Value <= 8))
            {
                troubled++;
            }
        }

        Assert.InRange(troubled, 20, 40);
    }

    [Fact]
    public void A_room_is_plausible_and_its_own_thermostat_keeps_it_warm()
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            Sample[] samples = [.. new RoomClimate(seed).Samples().Take(3 * 1_440)];
            Assert.All(samples.SelectMany(sample => sample.Values), value => Assert.True(value.Metric.IsPlausible(value.Value)));
            Assert.All(samples, sample => Assert.InRange(sample.Values.Single(value => value.Metric == Metric.Temperature).Value, 16.5m, 22.5m));
        }
    }

    [Fact]
    public void A_room_follows_the_heating()
    {
        static decimal After(bool heating) => new RoomClimate(7, heating: () => heating).Samples().ElementAt(300).Values[0].Value;
        Assert.True(After(true) > After(false) + 4);
    }

    [Fact]
    public void A_room_where_people_are_has_more_carbon_dioxide()
    {
        ILookup<bool, decimal> air = new RoomClimate(3).Samples().Take(20_000)
            .ToLookup(sample => sample.Values.Single(v => v.Metric == Metric.Occupied).Value == 1, sample => sample.Values.Single(v => v.Metric == Metric.CarbonDioxide).Value);
        Assert.True(air[true].Average() > air[false].Average() + 100);
    }
}
