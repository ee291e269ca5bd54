namespace Sealway.Gateway;

/// <summary>Settings of the thermostat.</summary>
public sealed record ThermostatOptions
{
    /// <summary>The rooms that are heated.</summary>
    public required IReadOnlyList<HeatedRoom> Rooms { get; init; }

    /// <summary>The metric that says a room's temperature, in degrees Celsius.</summary>
    public string Metric { get; init; } = "temp";

    /// <summary>From where it heats to where it stops, in kelvin, half of it on each side of the target.</summary>
    public double Hysteresis { get; init; } = 0.5;

    /// <summary>How long it heats at least: burners do not like less. Safety comes first.</summary>
    public TimeSpan LeastOn { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How long it rests at least.</summary>
    public TimeSpan LeastOff { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How old the latest temperature may be; beyond it the heating is off.</summary>
    public TimeSpan FailAfter { get; init; } = TimeSpan.FromMinutes(30);

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
        Require(Hysteresis is > 0 and <= 5, $"{nameof(Hysteresis)} is not above 0 and at most 5");
        Require(LeastOn >= TimeSpan.Zero && LeastOff >= TimeSpan.Zero, $"{nameof(LeastOn)} or {nameof(LeastOff)} is negative");
        Require(FailAfter > TimeSpan.Zero && CheckEvery > TimeSpan.Zero && RetryAfter > TimeSpan.Zero, $"{nameof(FailAfter)}, {nameof(CheckEvery)} or {nameof(RetryAfter)} is not positive");
        Require(Rooms.Select(room => room.Subject).Distinct(StringComparer.Ordinal).Count() == Rooms.Count, $"two of {nameof(Rooms)} have one subject");
        Require(Rooms.All(room => HeatingLimits.Allows(room.Target)), $"a target in {nameof(Rooms)} is not {HeatingLimits.LowestTarget} to {HeatingLimits.HighestTarget} degrees");
    }

    private static void Require(bool condition, string text)
    {
        if (!condition)
        {
            throw new ArgumentException(text);
        }
    }
}
