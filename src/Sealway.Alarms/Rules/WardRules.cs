namespace Sealway.Alarms;

/// <summary>
/// For adults on a ward: where the National Early Warning Score (NEWS2, Royal College of Physicians 2017) gives its
/// highest points or bedside monitors have their usual limits; the durations keep a moved probe from alarming. A
/// hospital sets its own.
/// </summary>
internal static class WardRules
{
    public static readonly IReadOnlyList<AlarmRule> All =
    [
        new("hr-low", AlarmKind.Below, "hr", 50, 10, 3, AlarmPriority.Low),
        new("hr-very-low", AlarmKind.Below, "hr", 40, 10, 2, AlarmPriority.High),
        new("hr-high", AlarmKind.Above, "hr", 120, 10, 5, AlarmPriority.Medium),
        new("hr-very-high", AlarmKind.Above, "hr", 131, 10, 5, AlarmPriority.High),
        new("spo2-low", AlarmKind.Below, "spo2", 91, 10, 1, AlarmPriority.Medium),
        new("spo2-very-low", AlarmKind.Below, "spo2", 85, 10, 1, AlarmPriority.High),
        new("resp-low", AlarmKind.Below, "resp", 8, 15, 1, AlarmPriority.High),
        new("resp-high", AlarmKind.Above, "resp", 25, 30, 2, AlarmPriority.Medium),
        new("temp-low", AlarmKind.Below, "temp", 35, 60, 0.3, AlarmPriority.Medium),
        new("temp-high", AlarmKind.Above, "temp", 39.1, 60, 0.3, AlarmPriority.Medium),
        new("temp-very-high", AlarmKind.Above, "temp", 41, 60, 0.3, AlarmPriority.High),
        new("map-low", AlarmKind.Below, "map", 65, 30, 3, AlarmPriority.High),
        new("map-high", AlarmKind.Above, "map", 130, 30, 5, AlarmPriority.Medium),
        new("silence", AlarmKind.Silence, null, 0, 120, 0, AlarmPriority.Medium),
    ];
}
