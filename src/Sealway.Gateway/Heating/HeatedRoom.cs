namespace Sealway.Gateway;

using Sealway.Messages;

/// <summary>A room whose heating the gateway runs.</summary>
/// <param name="Subject">The room, as sensors' assignments name it.</param>
/// <param name="Actuator">What switches its heating.</param>
/// <param name="Target">The target in degrees Celsius until somebody sets another.</param>
public sealed record HeatedRoom(string Subject, IHeatingActuator Actuator, Number Target)
{
    /// <summary>How far below the target it switches on, and above it off, in kelvin.</summary>
    public double Hysteresis { get; init; } = 0.3;

    /// <summary>How long it heats at least: burners do not like less. Safety comes first.</summary>
    public TimeSpan LeastOn { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long it rests at least.</summary>
    public TimeSpan LeastOff { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How old the latest temperature may be; beyond it the heating is off.</summary>
    public TimeSpan BlindAfter { get; init; } = TimeSpan.FromMinutes(30);

    internal void Check()
    {
        ArgumentException.ThrowIfNullOrEmpty(Subject);
        ArgumentNullException.ThrowIfNull(Actuator);
        Require(HeatingLimits.Allows(Target), $"the target is not {HeatingLimits.LowestTarget} to {HeatingLimits.HighestTarget} degrees");
        Require(Hysteresis is > 0 and <= 5, $"{nameof(Hysteresis)} is not above 0 and at most 5");
        Require(LeastOn >= TimeSpan.Zero && LeastOff >= TimeSpan.Zero, $"{nameof(LeastOn)} or {nameof(LeastOff)} is negative");
        Require(BlindAfter > TimeSpan.Zero, $"{nameof(BlindAfter)} is not positive");
    }

    private void Require(bool condition, string text)
    {
        if (!condition)
        {
            throw new ArgumentException($"room '{Subject}': {text}");
        }
    }
}
