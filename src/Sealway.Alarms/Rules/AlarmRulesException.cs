namespace Sealway.Alarms;

/// <summary>A set of rules is wrong: every mistake at once, each with its place and what would be right.</summary>
public sealed class AlarmRulesException : Exception
{
    /// <summary>Lists the mistakes.</summary>
    public AlarmRulesException(IReadOnlyList<string> mistakes)
        : base($"the alarm rules have {(mistakes.Count == 1 ? "a mistake" : $"{mistakes.Count} mistakes")}: {string.Join("; ", mistakes)}") => Mistakes = mistakes;

    /// <summary>The mistakes, as in <c>rules[2].limit: is missing</c>.</summary>
    public IReadOnlyList<string> Mistakes { get; }
}
