namespace Sealway.Alarms.Tests;

using CsCheck;

using Sealway.Fleet;
using Sealway.Messages;

using Xunit;

public sealed class AlarmStateTests
{
    private static readonly AlarmRule[] Some = [Bedside.Above(120, 10, 5), Bedside.Below(50, 5, 2), Bedside.Change(20, 60, 5), Bedside.Silence(60)];

    private static readonly Gen<(int Wait, int Value, Freshness Freshness, int Sensor)[]> Courses =
        Gen.Select(Gen.Int[0, 20], Gen.Int[30, 140], Gen.Enum<Freshness>(), Gen.Int[0, 3]).Array[0, 80];

    [Fact]
    public void Resuming_anywhere_from_the_stored_state_gives_the_same_alarms() => Gen.Select(Courses, Gen.Int[0, 80]).Sample((course, split) =>
    {
        Bedside whole = Follow(course, -1);
        Bedside resumed = Follow(course, split);
        return whole.Told.SequenceEqual(resumed.Told)
            && whole.State.ToBytes(whole.Engine.Rules).AsSpan().SequenceEqual(resumed.State.ToBytes(resumed.Engine.Rules));
    });

    [Fact]
    public void Alarms_are_raised_and_cleared_in_turn() => Courses.Sample(course =>
    {
        Bedside bed = new(Some);
        HashSet<(string, Kid)> standing = [];
        int second = 0;
        foreach ((int wait, int value, Freshness freshness, int sensor) in course)
        {
            second += wait;
            Kid kid = Kid.Parse($"00000000000000a{sensor}");
            (bed.State, IReadOnlyList<AlarmChange> changes) = bed.Engine.Step(
                bed.State,
                (ulong)second * 1000,
                new Verdict(Validity.Valid, Refusal.None, freshness, kid),
                [new Measurement("hr", null, Number.From((long)value))]);
            foreach (AlarmChange change in changes)
            {
                bool turned = change.Raised ? standing.Add((change.Rule.Name, change.Sensor)) : standing.Remove((change.Rule.Name, change.Sensor));
                Assert.True(turned);
            }
        }

        return standing.SetEquals(bed.Engine.Raised(bed.State).Select(raised => (raised.Rule.Name, raised.Sensor)));
    });

    [Fact]
    public void A_state_that_was_cut_or_lengthened_is_refused()
    {
        Bedside bed = Rich();
        byte[] bytes = bed.State.ToBytes(bed.Engine.Rules);
        Assert.Equal(bytes, AlarmState.FromBytes(bytes, bed.Engine.Rules).ToBytes(bed.Engine.Rules));
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<MessageException>(() => AlarmState.FromBytes(bytes.AsSpan(0, length), bed.Engine.Rules));
        }

        Assert.Equal(Refusal.TrailingBytes, Assert.Throws<MessageException>(() => AlarmState.FromBytes([.. bytes, 0], bed.Engine.Rules)).Reason);
    }

    [Fact]
    public void What_parses_writes_the_same_bytes_again()
    {
        const int AfterRulesId = 17;
        Bedside bed = Rich();
        byte[] good = bed.State.ToBytes(bed.Engine.Rules);
        Gen.Select(Gen.Int[AfterRulesId, good.Length - 1], Gen.Byte).Sample((at, value) =>
        {
            byte[] bytes = [.. good];
            bytes[at] = value;
            try
            {
                return AlarmState.FromBytes(bytes, bed.Engine.Rules).ToBytes(bed.Engine.Rules).AsSpan().SequenceEqual(bytes);
            }
            catch (MessageException)
            {
                return true;
            }
        });
    }

    [Fact]
    public void With_other_rules_the_alarms_begin_anew()
    {
        Bedside bed = Rich();
        AlarmRules others = new("test", [Bedside.Above(121, 10, 5)]);
        Assert.Same(AlarmState.Empty, AlarmState.FromBytes(bed.State.ToBytes(bed.Engine.Rules), others));
    }

    private static Bedside Rich()
    {
        Bedside bed = new(Some);
        bed.Hear(0, 100);
        bed.Hear(20, 130);
        bed.Hear(31, 130);
        bed.Hear(32, 40, sensor: Kid.Parse("00000000000000b2"));
        bed.Hear(33, 90, sensor: Kid.Parse("00000000000000c3"));
        Assert.Contains(bed.Told, told => told.Contains("+high", StringComparison.Ordinal));
        return bed;
    }

    private static Bedside Follow((int Wait, int Value, Freshness Freshness, int Sensor)[] course, int split)
    {
        Bedside bed = new(Some);
        int second = 0;
        for (int i = 0; i < course.Length; i++)
        {
            if (i == split)
            {
                bed.State = AlarmState.FromBytes(bed.State.ToBytes(bed.Engine.Rules), bed.Engine.Rules);
            }

            second += course[i].Wait;
            bed.Hear(second, course[i].Value, course[i].Freshness, sensor: Kid.Parse($"00000000000000a{course[i].Sensor}"));
        }

        return bed;
    }
}
