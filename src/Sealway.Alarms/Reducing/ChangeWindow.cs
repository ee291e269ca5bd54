namespace Sealway.Alarms;

using System.Collections.Immutable;

/// <summary>Remembers as much of a metric's way as a change needs: for each eighth of its duration the value farthest from where an alarm would lie.</summary>
internal static class ChangeWindow
{
    private const ulong Parts = 8;

    /// <summary>Samples at most: one for each part, and one that is running out.</summary>
    public const int MostSamples = (int)Parts + 2;

    /// <summary>How far a value is from the farthest other one within the rule's duration, in the rule's direction.</summary>
    public static double Change(AlarmRule rule, ImmutableArray<Sample> samples, ulong now, double value)
    {
        double change = 0;
        foreach (Sample sample in samples)
        {
            if (now - sample.At <= rule.Milliseconds)
            {
                change = rule.Limit > 0 ? Math.Max(change, value - sample.Value) : Math.Min(change, value - sample.Value);
            }
        }

        return change;
    }

    /// <summary>The samples with one more value, without those that ran out.</summary>
    public static ImmutableArray<Sample> With(AlarmRule rule, ImmutableArray<Sample> samples, ulong now, double value)
    {
        int gone = 0;
        while (gone < samples.Length && now - samples[gone].At > rule.Milliseconds)
        {
            gone++;
        }

        ImmutableArray<Sample> left = gone == 0 ? samples : samples.RemoveRange(0, gone);
        if (left.IsEmpty || now - left[^1].At >= Math.Max(rule.Milliseconds / Parts, 1))
        {
            return left.Add(new Sample(now, value));
        }

        Sample last = left[^1];
        double farthest = rule.Limit > 0 ? Math.Min(last.Value, value) : Math.Max(last.Value, value);
        return farthest == last.Value ? left : left.SetItem(left.Length - 1, last with { Value = farthest });
    }
}
