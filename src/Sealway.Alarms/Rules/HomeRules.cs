namespace Sealway.Alarms;

/// <summary>
/// For rooms: below 16 °C health suffers, near 5 °C the pipes do; carbon dioxide by the levels of the German Federal
/// Environment Agency (1,000 ppm: air the room; 2,000 ppm: unacceptable). A sensor that reports every ten minutes may
/// fail twice before it is called silent.
/// </summary>
internal static class HomeRules
{
    public static readonly IReadOnlyList<AlarmRule> All =
    [
        new("frost", AlarmKind.Below, "temp", 5, 60, 1, AlarmPriority.High),
        new("temp-low", AlarmKind.Below, "temp", 16, 600, 0.5, AlarmPriority.Low),
        new("temp-high", AlarmKind.Above, "temp", 28, 600, 0.5, AlarmPriority.Low),
        new("co2-high", AlarmKind.Above, "co2", 1000, 600, 100, AlarmPriority.Low),
        new("co2-very-high", AlarmKind.Above, "co2", 2000, 300, 200, AlarmPriority.Medium),
        new("silence", AlarmKind.Silence, null, 0, 1800, 0, AlarmPriority.Low),
    ];
}
