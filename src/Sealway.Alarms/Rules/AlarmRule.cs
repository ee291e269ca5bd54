namespace Sealway.Alarms;

using System.Globalization;

using Sealway.Messages;

/// <summary>One rule. It applies to every sensor of a log by itself.</summary>
/// <param name="Name">1 to 64 of a–z, 0–9 and -; unique in its set; stands in the gateway's events.</param>
/// <param name="Kind">What it looks at.</param>
/// <param name="Metric">The measurement's SenML name; null for <see cref="AlarmKind.Silence"/>.</param>
/// <param name="Limit">In the metric's unit, and belonging to the alarm itself; of <see cref="AlarmKind.Change"/> the change and its direction; 0 for <see cref="AlarmKind.Silence"/>.</param>
/// <param name="Seconds">For how long it must hold, 0 to 604,800 (a week); of <see cref="AlarmKind.Change"/> and <see cref="AlarmKind.Silence"/> at least 1.</param>
/// <param name="Hysteresis">How far back beyond the limit the metric must come for the alarm to clear, at least 0.</param>
/// <param name="Priority">How soon somebody must act.</param>
public sealed record AlarmRule(string Name, AlarmKind Kind, string? Metric, double Limit, uint Seconds, double Hysteresis, AlarmPriority Priority)
{
    /// <summary>The longest duration, in seconds: a week.</summary>
    public const uint LongestSeconds = 604_800;

    /// <summary>The longest name, in characters.</summary>
    public const int NameLength = 64;

    internal ulong Milliseconds => Seconds * 1000ul;

    /// <summary>What is wrong with the rule, each with the field that it concerns; empty if nothing is.</summary>
    internal IEnumerable<(string Field, string Mistake)> Mistakes()
    {
        if (Name is not { Length: > 0 and <= NameLength } || !Name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
        {
            yield return ("name", $"must be 1 to {NameLength} of a-z, 0-9 and -");
        }

        bool silence = Kind == AlarmKind.Silence;
        if (silence != Metric is null)
        {
            yield return ("metric", silence ? "does not belong to a silence" : "is missing");
        }
        else if (Metric is { } metric && (metric.Length is 0 or > Limits.NameBytes || !metric.All(c => c is > ' ' and <= '~')))
        {
            yield return ("metric", $"must be 1 to {Limits.NameBytes} characters of ASCII without blanks");
        }

        if (!double.IsFinite(Limit) || Math.Abs(Limit) > Limits.LargestNumber)
        {
            yield return ("limit", "must be a number within ±(2^53 − 1)");
        }
        else if (Kind == AlarmKind.Change && Limit == 0)
        {
            yield return ("limit", "of a change must not be 0: positive for a rise, negative for a fall");
        }
        else if (silence && Limit != 0)
        {
            yield return ("limit", "does not belong to a silence");
        }

        if (!double.IsFinite(Hysteresis) || Hysteresis < 0 || (silence && Hysteresis != 0) || (Kind == AlarmKind.Change && Limit != 0 && Hysteresis >= Math.Abs(Limit)))
        {
            yield return ("hysteresis", silence ? "does not belong to a silence"
                : Kind == AlarmKind.Change ? "must be at least 0 and less than the change"
                : "must be a number of at least 0");
        }

        uint least = Kind is AlarmKind.Change or AlarmKind.Silence ? 1u : 0;
        if (Seconds < least || Seconds > LongestSeconds)
        {
            yield return ("seconds", $"must be {least} to {LongestSeconds}");
        }

        if (!Enum.IsDefined(Kind))
        {
            yield return ("kind", "is unknown");
        }

        if (!Enum.IsDefined(Priority))
        {
            yield return ("priority", "is unknown");
        }
    }

    /// <summary>The rule as one line that says everything, the same on every machine.</summary>
    internal string Canonical() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Name} {(int)Kind} {Metric ?? "-"} {Limit:R} {Seconds} {Hysteresis:R} {(int)Priority}");
}
