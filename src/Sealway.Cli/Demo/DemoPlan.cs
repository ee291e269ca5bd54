namespace Sealway.Cli.Demo;

using System.Globalization;
using System.Security.Cryptography;
using Sealway.Alarms;
using Sealway.Sensor.Recordings;

/// <summary>
/// Who measures what: of the recordings that there are, up to twelve patients for the ward and three rooms for the
/// home; what is missing is generated, so that there are always eight patients and three rooms at least.
/// </summary>
/// <param name="Ward">The ward's sensors.</param>
/// <param name="Home">The home's sensors.</param>
internal sealed record DemoPlan(IReadOnlyList<DemoSensor> Ward, IReadOnlyList<DemoSensor> Home)
{
    private const int LeastPatients = 8;
    private const int MostPatients = 12;
    private const int MostIrregular = 3;
    private const int Rooms = 3;
    private const int SamplesLookedAt = 60;

    private static readonly TimeSpan VitalsSpacing = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RoomSpacing = TimeSpan.FromMinutes(1);

    public static DemoPlan Of(DemoOptions options)
    {
        IReadOnlyList<Recording> library = options.Recordings is null ? [] : RecordingLibrary.Open(options.Recordings);
        Recording[] irregular = [.. library.Where(one => one.Kind == RecordingKind.IntensiveCare).OrderByDescending(Events).Take(MostPatients)];
        Recording[] regular = [.. library.Where(one => one.Kind == RecordingKind.BedsideMonitor).OrderByDescending(Events).Take(MostPatients - Math.Min(MostIrregular, irregular.Length))];
        Recording[] patients = [.. regular, .. irregular.Take(MostPatients - regular.Length)];
        Recording[] occupied = [.. library.Where(one => one.Kind == RecordingKind.Occupancy).Take(Rooms)];
        Recording[] rooms = [.. library.Where(one => one.Kind == RecordingKind.Room && !one.Name.EndsWith("outside", StringComparison.Ordinal)).Take(Rooms)];
        Recording[] home = [.. rooms.Take(Rooms - Math.Min(1, occupied.Length)), .. occupied];

        return new DemoPlan(
            [.. Enumerable.Range(0, Math.Max(LeastPatients, patients.Length)).Select(i => new DemoSensor(
                string.Create(CultureInfo.InvariantCulture, $"vitals-{i + 1:00}"),
                string.Create(CultureInfo.InvariantCulture, $"patient-{i + 1:00}"),
                null,
                patients.ElementAtOrDefault(i),
                SpeedOf(patients.ElementAtOrDefault(i), VitalsSpacing, options),
                i + 1))],
            [.. Enumerable.Range(0, Rooms).Select(i => new DemoSensor(
                Opaque("s"),
                Opaque("r"),
                string.Create(CultureInfo.InvariantCulture, $"Room {i + 1}"),
                home.ElementAtOrDefault(i),
                SpeedOf(home.ElementAtOrDefault(i), RoomSpacing, options),
                i + 1))]);
    }

    private static double SpeedOf(Recording? recording, TimeSpan generated, DemoOptions options)
    {
        TimeSpan spacing = recording?.Survey.MedianSpacing ?? generated;
        return options.Speed ?? Math.Clamp(spacing.TotalSeconds, 1, 100_000);
    }

    // Patients with something to alarm about come first: values beyond the ward's limits among the first that are shown.
    private static int Events(Recording recording) => recording.Samples.Take(SamplesLookedAt).Sum(sample => sample.Values.Count(value => AlarmRules.Ward.Rules.Any(rule => rule.Metric == value.Metric.Name && rule.Kind switch
    {
        AlarmKind.Above => (double)value.Value >= rule.Limit,
        AlarmKind.Below => (double)value.Value <= rule.Limit,
        _ => false,
    })));

    // The cloud relays a home's registry: its names say nothing.
    private static string Opaque(string prefix) => $"{prefix}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}";
}
