namespace Sealway.Alarms;

/// <summary>How far a rule is with a sensor; where it is nowhere there is no condition at all.</summary>
internal enum Phase
{
    /// <summary>Only remembers values (changes).</summary>
    Watching = 0,

    /// <summary>At or beyond the limit, not yet for long enough.</summary>
    Holding = 1,

    /// <summary>Alarmed.</summary>
    Raised = 2,
}
