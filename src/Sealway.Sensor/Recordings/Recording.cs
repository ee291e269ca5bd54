namespace Sealway.Sensor.Recordings;

using Sealway.Sensor.Sampling;

/// <summary>What one sensor (a bedside monitor, a room's sensor) measured over time, read from a file each time it is asked for.</summary>
public sealed class Recording
{
    private readonly Func<IEnumerable<Sample>> _read;

    internal Recording(RecordingKind kind, string name, string description, string file, Func<IEnumerable<Sample>> read)
    {
        Kind = kind;
        Name = name;
        Description = description;
        File = file;
        _read = read;
        Survey = RecordingSurvey.Of(read());
    }

    /// <summary>What kind of file it comes from.</summary>
    public RecordingKind Kind { get; }

    /// <summary>The file's name without its ending, and the room where a file holds several: <c>bidmc_01</c>, <c>energydata/room-3</c>.</summary>
    public string Name { get; }

    /// <summary>What the file says of the patient or the room, for people to read; may be empty.</summary>
    public string Description { get; }

    /// <summary>The file's path.</summary>
    public string File { get; }

    /// <summary>How much it holds.</summary>
    public RecordingSurvey Survey { get; }

    /// <summary>The metrics that it carries at least one value of, in the order of their first values.</summary>
    public IReadOnlyList<Metric> Metrics => Survey.Metrics;

    /// <summary>The samples, read from the file as they are taken. Missing values are left out, and so are samples without any value.</summary>
    /// <exception cref="RecordingException">While enumerating: the file changed for the worse since it was opened.</exception>
    public IEnumerable<Sample> Samples => _read();

    /// <summary>The samples again and again, without end; each round follows the one before after the median spacing.</summary>
    public IEnumerable<Sample> Repeated()
    {
        TimeSpan round = Survey.Duration + (Survey.MedianSpacing > TimeSpan.Zero ? Survey.MedianSpacing : TimeSpan.FromSeconds(1));
        for (TimeSpan offset = TimeSpan.Zero; ; offset += round)
        {
            foreach (Sample sample in Samples)
            {
                yield return sample with { SinceStart = sample.SinceStart + offset };
            }
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} {Name}";
}
