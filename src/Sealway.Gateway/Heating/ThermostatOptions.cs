namespace Sealway.Gateway;

/// <summary>Settings of the thermostat.</summary>
public sealed record ThermostatOptions
{
    /// <summary>The rooms that are heated.</summary>
    public IReadOnlyList<HeatedRoom> Rooms { get; init; } = [];

    /// <summary>The metric that says a room's temperature, in degrees Celsius.</summary>
    public string Metric { get; init; } = "temp";

    /// <summary>How often the clock is looked at.</summary>
    public TimeSpan CheckEvery { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long until a switch that failed is tried again.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is outside its range; the text names it.</exception>
    public void Check()
    {
        ArgumentNullException.ThrowIfNull(Rooms);
        ArgumentException.ThrowIfNullOrEmpty(Metric);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(CheckEvery, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(RetryAfter, TimeSpan.Zero);
        HashSet<string> subjects = new(StringComparer.Ordinal);
        foreach (HeatedRoom room in Rooms)
        {
            room.Check();
            if (!subjects.Add(room.Subject))
            {
                throw new ArgumentException($"two rooms have the subject '{room.Subject}'");
            }
        }
    }
}
