namespace Sealway.Gateway;

using Sealway.Messages;

/// <summary>The bounds that no command and no setting can move.</summary>
public static class HeatingLimits
{
    /// <summary>The lowest target, in degrees Celsius: pipes do not freeze.</summary>
    public const double LowestTarget = 5;

    /// <summary>The highest target, in degrees Celsius.</summary>
    public const double HighestTarget = 30;

    /// <summary>From here on it does not heat, whatever else is asked, in degrees Celsius.</summary>
    public const double Hottest = 32;

    /// <summary>Below this a value is not a room's temperature, in degrees Celsius.</summary>
    public const double LeastPlausible = -40;

    /// <summary>Above this a value is not a room's temperature, in degrees Celsius.</summary>
    public const double MostPlausible = 80;

    /// <summary>Whether a target is within the bounds.</summary>
    public static bool Allows(Number target) => target.ToDouble() is >= LowestTarget and <= HighestTarget;
}
