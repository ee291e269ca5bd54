namespace Sealway.Cli.Roles;

using Sealway.Cli.Hosting;
using Sealway.Sensor.Generators;
using Sealway.Sensor.Recordings;
using Sealway.Sensor.Sampling;

/// <summary>What a sensor measures: a recording that is replayed, or plausible values that are generated.</summary>
/// <param name="Recordings">The folder of recordings; null: generate.</param>
/// <param name="Name">Which recording, by its name.</param>
/// <param name="Repeat">Whether it begins again at its end.</param>
/// <param name="Generate">What is generated.</param>
/// <param name="Seed">Of the generator: the same seed, the same values.</param>
/// <param name="Heating">A file whose content tells a generated room whether the heating is on (1 or 0); null: it has its own thermostat.</param>
/// <param name="Speed">How many times as fast as recorded.</param>
internal sealed record SourceSettings(string? Recordings, string? Name, bool Repeat, SourceSettings.Kind Generate, ulong Seed, string? Heating, double Speed)
{
    /// <summary>What can be generated.</summary>
    public enum Kind
    {
        /// <summary>A patient's vital signs, a row a second.</summary>
        Vitals,

        /// <summary>A room's climate, a row a minute.</summary>
        Room,
    }

    public static SourceSettings Parse(SettingsSection section, double speed)
    {
        string? folder = section.OptionalFolderPath("recordings", mustExist: true);
        return new SourceSettings(
            folder,
            folder is null ? null : section.Text("recording", example: "bidmc_01"),
            section.Flag("repeat", fallback: folder is null),
            folder is null ? section.Choice<Kind>("generate", Kind.Vitals) : Kind.Vitals,
            (ulong)section.Long("seed", 0, long.MaxValue, 1),
            section.OptionalFilePath("heatingFile"),
            section.Number("speed", 0.001, 1_000_000, speed));
    }

    /// <summary>The samples at their pace.</summary>
    public Func<CancellationToken, IAsyncEnumerable<Sample>> Open(TimeProvider time)
    {
        IEnumerable<Sample> samples = Samples();
        return cancellation => new Pace(time, Speed).Replay(samples, cancellation);
    }

    private IEnumerable<Sample> Samples()
    {
        if (Recordings is null)
        {
            return Generate == Kind.Vitals ? new Vitals(Seed).Samples() : new RoomClimate(Seed, heating: Heating is { } file ? () => IsOn(file) : null).Samples();
        }

        IReadOnlyList<Recording> library = RecordingLibrary.Open(Recordings);
        Recording recording = library.FirstOrDefault(one => one.Name == Name)
            ?? throw new UserError(
                $"there is no recording \"{Name}\"",
                Recordings,
                library.Count == 0 ? "the folder holds no recordings of a known kind" : $"choose one of: {string.Join(", ", library.Take(40).Select(one => one.Name))}",
                ExitCode.Usage);
        return Repeat ? recording.Repeated() : recording.Samples;
    }

    private static bool IsOn(string file)
    {
        try
        {
            return File.ReadAllText(file).StartsWith('1');
        }
        catch (IOException)
        {
            return false;
        }
    }
}
