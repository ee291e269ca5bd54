namespace Sealway.Sensor.Generators;

using Sealway.Sensor.Sampling;

/// <summary>A simulated patient's vital signs: heart rate, oxygen saturation, breaths and, once a minute, temperature; slow drift, a daily rhythm, and now and then something that an alarm is for.</summary>
/// <remarks>Plausible, not physiology. Without end; the same seed gives the same patient each time. The first episode comes within the first three minutes.</remarks>
public sealed class Vitals
{
    private const double Day = 86_400;
    private const double MeanTimeBetweenEpisodes = 420;

    private readonly ulong _seed;
    private readonly TimeSpan _spacing;

    /// <summary>A patient.</summary>
    /// <param name="seed">Which one.</param>
    /// <param name="spacing">The time between samples; 1 s where not given.</param>
    public Vitals(ulong seed, TimeSpan? spacing = null)
    {
        _seed = seed;
        _spacing = spacing ?? TimeSpan.FromSeconds(1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(_spacing, TimeSpan.Zero, nameof(spacing));
    }

    /// <summary>The samples, from the start, without end.</summary>
    public IEnumerable<Sample> Samples()
    {
        Noise noise = new(_seed);
        double heart = noise.Between(62, 88);
        double breaths = noise.Between(13, 19);
        double oxygen = noise.Between(95.5, 98.5);
        double warmth = noise.Between(36.5, 37.1);
        double dayStart = noise.Between(0, Day);
        // Shared by heart and breath: both quicken when a patient stirs.
        Drift stir = new(noise, 1, 90);
        Drift heartDrift = new(noise, 2.5, 600);
        Drift breathDrift = new(noise, 1, 300);
        Drift oxygenDrift = new(noise, 0.6, 120);
        Drift warmthDrift = new(noise, 0.1, 3_600);
        Episode episode = Episode.Next(noise, noise.Between(40, 150));
        double step = _spacing.TotalSeconds;
        long warmthEvery = Math.Max(1, (long)Math.Round(60 / step));
        for (long i = 0; ; i++)
        {
            double time = i * step;
            if (time > episode.End)
            {
                episode = Episode.Next(noise, time + noise.UntilNext(MeanTimeBetweenEpisodes));
            }

            double rhythm = -Math.Cos(2 * Math.PI * (time + dayStart) / Day);
            double quick = stir.Step(step);
            double now = episode.At(time);
            double desaturation = episode.Kind == EpisodeKind.Desaturation ? now : 0;
            double tachycardia = episode.Kind == EpisodeKind.Tachycardia ? now : 0;
            double slow = episode.Kind == EpisodeKind.SlowBreathing ? now : 0;
            double fever = episode.Kind == EpisodeKind.Fever ? now : 0;

            double hr = heart + (4 * rhythm) + (2.5 * quick) + heartDrift.Step(step) + tachycardia + (1.3 * desaturation) + (9 * fever) + noise.Normal();
            double rr = breaths + rhythm + (1.2 * quick) + breathDrift.Step(step) + (0.5 * desaturation) - slow + (2 * fever) + (0.5 * noise.Normal());
            double spo2 = oxygen + oxygenDrift.Step(step) - desaturation - (0.4 * slow) + (0.3 * noise.Normal());
            double temp = warmth + (0.3 * rhythm) + warmthDrift.Step(step) + fever;

            List<MetricValue> values =
            [
                new(Metric.HeartRate, Rounded(Math.Clamp(hr, 30, 220), 0)),
                new(Metric.OxygenSaturation, Rounded(Math.Clamp(spo2, 60, 100), 0)),
                new(Metric.RespirationRate, Rounded(Math.Clamp(rr, 3, 50), 0)),
            ];
            if (i % warmthEvery == 0)
            {
                values.Add(new(Metric.Temperature, Rounded(temp, 1)));
            }

            yield return new Sample(_spacing * i, values);
        }
    }

    private static decimal Rounded(double value, int digits) => Math.Round((decimal)value, digits, MidpointRounding.AwayFromZero);
}
