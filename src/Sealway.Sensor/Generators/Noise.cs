namespace Sealway.Sensor.Generators;

/// <summary>Numbers that look random and are the same for the same seed on every machine and version (SplitMix64). For simulated measurements only, never for keys.</summary>
internal sealed class Noise(ulong seed)
{
    private ulong _state = seed;

    /// <summary>Even over [0, 1).</summary>
    public double Even()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>Even over [low, high).</summary>
    public double Between(double low, double high) => low + ((high - low) * Even());

    /// <summary>Normal, mean 0, deviation 1 (Box–Muller).</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Even())) * Math.Cos(2 * Math.PI * Even());

    /// <summary>The time to the next of events that come so often on average, in seconds.</summary>
    public double UntilNext(double mean) => -mean * Math.Log(1 - Even());
}
