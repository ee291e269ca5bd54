namespace Sealway.Alarms;

/// <summary>What a rule looks at.</summary>
public enum AlarmKind
{
    /// <summary>A metric at or above its limit for the duration.</summary>
    Above = 0,

    /// <summary>A metric at or below its limit for the duration.</summary>
    Below = 1,

    /// <summary>A metric that rises (positive limit) or falls (negative limit) by at least the limit within the duration.</summary>
    Change = 2,

    /// <summary>A sensor of which nothing that counts was heard for the duration.</summary>
    Silence = 3,
}
