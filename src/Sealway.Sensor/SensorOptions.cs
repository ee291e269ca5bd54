namespace Sealway.Sensor;

using Sealway.Links;
using Sealway.Messages;
using Sealway.Sensor.Sampling;

/// <summary>One sensor of a process: its key, its counter, its link and what it measures.</summary>
public sealed record SensorOptions
{
    /// <summary>The sensor's name, for logs and health.</summary>
    public required string Name { get; init; }

    /// <summary>The key assigned in production. It stays its owner's: the role does not dispose it.</summary>
    public required ISigner Signer { get; init; }

    /// <summary>The path of its counter, made at the enrolment.</summary>
    public required string CounterFile { get; init; }

    /// <summary>A file where it is written down what was signed and what the gateway answered, for audits; null: nowhere. A sensor that cannot write it ends.</summary>
    public string? LedgerFile { get; init; }

    /// <summary>Makes a link to the gateway; called again after each loss.</summary>
    public required Func<CancellationToken, ValueTask<ISensorLink>> Connect { get; init; }

    /// <summary>What it measures, each sample when it is measured. Called once; where it ends, the sensor ends once everything is stored.</summary>
    public required Func<CancellationToken, IAsyncEnumerable<Sample>> Source { get; init; }

    /// <summary>One reading for all values of a sample, instead of one for each. Such a reading may not fit 128 bytes.</summary>
    public bool WholeSamples { get; init; }

    /// <summary>Readings sent and not yet stored, at most; further ones wait unsigned. Some 128 bytes each. A sealed log stores only once a slot, so a slot's readings have to fit.</summary>
    public int Window { get; init; } = 4_096;

    /// <summary>Readings that wait unsigned while the link is down, at most; beyond it the oldest are dropped.</summary>
    public int Waiting { get; init; } = 16_384;

    /// <summary>How long a new link may stay without a challenge before readings are sent all the same.</summary>
    public TimeSpan ChallengeTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the end waits until everything sent is stored.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The wait before the first new attempt to connect; each further one waits twice as long, and a random part of it less.</summary>
    public TimeSpan FirstBackoff { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest wait before a new attempt to connect.</summary>
    public TimeSpan LongestBackoff { get; init; } = TimeSpan.FromSeconds(30);

    internal void Check()
    {
        ArgumentException.ThrowIfNullOrEmpty(Name);
        ArgumentException.ThrowIfNullOrEmpty(CounterFile);
        ArgumentNullException.ThrowIfNull(Signer);
        ArgumentNullException.ThrowIfNull(Connect);
        ArgumentNullException.ThrowIfNull(Source);
        ArgumentOutOfRangeException.ThrowIfLessThan(Window, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Waiting, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ChallengeTime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(DrainTime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(FirstBackoff, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(LongestBackoff, FirstBackoff);
    }
}
