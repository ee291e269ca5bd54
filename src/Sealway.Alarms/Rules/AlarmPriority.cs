namespace Sealway.Alarms;

/// <summary>How soon somebody must act, in the terms of IEC 60601-1-8.</summary>
public enum AlarmPriority
{
    /// <summary>Awareness is required.</summary>
    Low = 0,

    /// <summary>Prompt response is required.</summary>
    Medium = 1,

    /// <summary>Immediate response is required.</summary>
    High = 2,
}
