namespace Sealway.Gateway;

using Sealway.Messages;

/// <summary>Decides for one room whether it heats: hysteresis around the target, least times on and off, off where nothing is known. Pure; its clock is what it is told.</summary>
internal sealed class RoomControl(HeatedRoom room)
{
    private readonly ulong _blindAfter = (ulong)room.BlindAfter.TotalMilliseconds;
    private ulong? _changedAt;

    /// <summary>Whether it is to heat.</summary>
    public bool IsOn { get; private set; }

    /// <summary>The target in degrees Celsius.</summary>
    public Number Target { get; private set; } = room.Target;

    /// <summary>The latest temperature, in degrees Celsius.</summary>
    public double? Temperature { get; private set; }

    /// <summary>When it was measured, milliseconds since 1970.</summary>
    public ulong MeasuredAt { get; private set; }

    /// <summary>Sets the target; who calls has checked the limits.</summary>
    public void Aim(Number target) => Target = target;

    /// <summary>Takes a temperature; one from before the latest says nothing new.</summary>
    public void Measure(double temperature, ulong measuredAt)
    {
        if (Temperature is null || measuredAt >= MeasuredAt)
        {
            Temperature = temperature;
            MeasuredAt = measuredAt;
        }
    }

    /// <summary>Decides.</summary>
    /// <param name="now">The time, milliseconds since 1970.</param>
    /// <returns>Whether anything changed.</returns>
    public bool Decide(ulong now)
    {
        bool known = Temperature is not null && (now <= MeasuredAt || now - MeasuredAt <= _blindAfter);
        bool forcedOff = !known || Temperature >= HeatingLimits.Hottest;
        double target = Target.ToDouble();
        bool want = !forcedOff && (Temperature <= target - room.Hysteresis || (Temperature < target + room.Hysteresis && IsOn));
        if (want == IsOn)
        {
            return false;
        }

        TimeSpan least = IsOn ? room.LeastOn : room.LeastOff;
        if (!forcedOff && _changedAt is { } changed && now < changed + (ulong)least.TotalMilliseconds)
        {
            return false;
        }

        IsOn = want;
        _changedAt = now;
        return true;
    }
}
