namespace Sealway.Alarms.Tests;

using System.Globalization;

using Sealway.Fleet;
using Sealway.Fleet.Tests.Judging;
using Sealway.Messages;

using Xunit;

/// <summary>Bedside monitors' recordings, one reading a second of whatever has a value, signed, logged, judged and alarmed.</summary>
public sealed class RecordingTests
{
    private static readonly (string Column, string Metric)[] Columns = [("HR", "hr"), ("PULSE", "pulse"), ("RESP", "resp"), ("SpO2", "spo2")];

    [Fact]
    public void A_patient_short_of_oxygen_throughout_raises_low_spo2_and_it_stays()
    {
        List<AlarmChange> changes = Replay(32);
        AlarmChange low = Assert.Single(changes, change => change.Rule.Name == "spo2-low");
        Assert.True(low.Raised);
        Assert.Equal(SampleFleet.Start + 10_000, low.At);
        Assert.Contains(changes, change => change is { Raised: true, Rule.Name: "spo2-very-low" });
        Assert.DoesNotContain(changes, change => change.Metric == "hr");
    }

    [Theory]
    [InlineData(25)]
    [InlineData(21)]
    public void A_racing_heart_raises_high_hr(int patient) =>
        Assert.Contains(Replay(patient), change => change is { Raised: true, Rule.Name: "hr-high" } && change.Value >= 120);

    [Theory]
    [InlineData(13)]
    [InlineData(27)]
    public void A_breath_that_almost_stops_raises_low_resp(int patient)
    {
        List<AlarmChange> changes = Replay(patient);
        Assert.Contains(changes, change => change is { Raised: true, Rule.Name: "resp-low" } && change.Value <= 8);
        Assert.Contains(changes, change => change is { Raised: false, Rule.Name: "resp-low" });
    }

    [Fact]
    public void Dropouts_raise_nothing_by_themselves() => Assert.DoesNotContain(Replay(19), change => change.Metric is "spo2" or "hr");

    [Fact]
    public void A_sensor_whose_probe_drops_out_is_silent_when_the_rule_is_tighter_than_the_dropout()
    {
        AlarmRules tight = new("tight", [Bedside.Silence(15)]);
        List<AlarmChange> changes = Replay(19, tight, "spo2");

        // The record has eight dropouts; three last longer than 15 seconds.
        Assert.Equal(3, changes.Count(change => change.Raised));
        Assert.Equal(3, changes.Count(change => !change.Raised));
    }

    private static List<AlarmChange> Replay(int patient, AlarmRules? rules = null, string? only = null)
    {
        SampleFleet fleet = new();
        SigningKey sensor = fleet.Sensor();
        SampleLog log = new(fleet);
        LogAlarms alarms = new(fleet.Log, rules ?? AlarmRules.Ward);
        List<AlarmChange> changes = [];
        uint number = 0;
        byte? challenge = null;
        foreach ((int second, List<Measurement> measured) in Rows(patient))
        {
            log.At = SampleFleet.Start + ((ulong)second * 1000);
            if (second % 60 == 0)
            {
                challenge = (byte)(second / 60);
                log.Challenge(challenge.Value);
            }
            else if (only is not null)
            {
                log.Event(new InForceEvent(fleet.Registry.Size));
            }

            measured.RemoveAll(one => only is not null && one.Name != only);
            if (measured.Count > 0)
            {
                Assert.True(log.Reading(Reading.Sign(sensor, new ReadingNumber(1, number++), measured, challenge is { } asked ? SampleLog.Nonce(asked) : [])).Verdict.IsValid);
                challenge = null;
            }
        }

        for (int i = 0; i < log.Entries.Count; i++)
        {
            LogStep step = alarms.Feed((ulong)i, log.Entries[i], fleet.View);
            Assert.NotEqual(Freshness.Stale, step.Judged!.Verdict.Freshness);
            changes.AddRange(step.Changes);
        }

        Assert.True(number > 300);
        return changes;
    }

    private static IEnumerable<(int Second, List<Measurement> Measured)> Rows(int patient)
    {
        string path = Testing.Shared.Path($"data/vitals/bidmc/bidmc_{patient:D2}_Numerics.csv");
        string[] lines = File.ReadAllLines(path);
        string[] header = [.. lines[0].Split(',').Select(name => name.Trim())];
        for (int row = 1; row < lines.Length; row++)
        {
            string[] cells = lines[row].Split(',');
            List<Measurement> measured = [];
            foreach ((string column, string metric) in Columns)
            {
                double value = double.Parse(cells[Array.IndexOf(header, column)], CultureInfo.InvariantCulture);
                if (!double.IsNaN(value))
                {
                    measured.Add(new Measurement(metric, null, Number.From(value)));
                }
            }

            yield return (row - 1, measured);
        }
    }
}
