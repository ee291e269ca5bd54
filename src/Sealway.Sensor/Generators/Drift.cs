namespace Sealway.Sensor.Generators;

/// <summary>Noise with a memory: wanders about 0 and finds back (an Ornstein–Uhlenbeck process).</summary>
/// <param name="noise">Where its randomness comes from.</param>
/// <param name="deviation">Its standard deviation.</param>
/// <param name="memory">The time after which it has forgotten where it was, in seconds.</param>
internal sealed class Drift(Noise noise, double deviation, double memory)
{
    public double Value { get; private set; } = deviation * noise.Normal();

    /// <summary>Moves on by so many seconds.</summary>
    public double Step(double seconds)
    {
        double kept = Math.Exp(-seconds / memory);
        return Value = (Value * kept) + (deviation * Math.Sqrt(1 - (kept * kept)) * noise.Normal());
    }
}
