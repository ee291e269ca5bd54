namespace Sealway.Sensor.Sending;

using System.Security.Cryptography;

/// <summary>How long to wait before the next attempt to connect: doubling up to a longest, of which a random half is taken off, so that a ward's sensors do not come back all at once.</summary>
internal sealed class Backoff(TimeSpan first, TimeSpan longest)
{
    private int _attempts;

    /// <summary>The next wait.</summary>
    public TimeSpan Next()
    {
        double cap = Math.Min(longest.TotalMilliseconds, first.TotalMilliseconds * Math.Pow(2, Math.Min(_attempts++, 30)));
        return TimeSpan.FromMilliseconds(cap * (0.5 + (RandomNumberGenerator.GetInt32(1_001) / 2_000.0)));
    }

    /// <summary>A link stood long enough to prove good.</summary>
    public void Reset() => _attempts = 0;
}
