namespace Sealway.Sensor.Generators;

using Sealway.Sensor.Sampling;

/// <summary>A simulated room: temperature, humidity, carbon dioxide and presence. People breathe, the room loses heat to a cool outside, and heating warms it.</summary>
/// <remarks>Crude, but it answers to the heating as a room does. Without end; the same seed (and the same heating) gives the same room each time.</remarks>
public sealed class RoomClimate
{
    private const double HoursADay = 24;
    private const double OutsideAir = 420;

    private readonly ulong _seed;
    private readonly TimeSpan _spacing;
    private readonly Func<bool>? _heating;

    /// <summary>A room.</summary>
    /// <param name="seed">Which one.</param>
    /// <param name="spacing">The time between samples; 1 min where not given.</param>
    /// <param name="heating">Whether the heating is on, asked at each sample; where not given, the room has a thermostat of its own, 21 °C by day and 18 °C by night.</param>
    public RoomClimate(ulong seed, TimeSpan? spacing = null, Func<bool>? heating = null)
    {
        _seed = seed;
        _spacing = spacing ?? TimeSpan.FromMinutes(1);
        _heating = heating;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(_spacing, TimeSpan.Zero, nameof(spacing));
    }

    /// <summary>The samples, from seven in the morning on, without end.</summary>
    public IEnumerable<Sample> Samples()
    {
        Noise noise = new(_seed);
        double hours = _spacing.TotalHours;
        double temperature = noise.Between(18.5, 20.5);
        double carbonDioxide = noise.Between(450, 700);
        double humidity = noise.Between(38, 46);
        double lossAnHour = 1 / noise.Between(22, 34);
        double gainAnHour = noise.Between(1.6, 2.4);
        double winter = noise.Between(1, 6);
        Drift weather = new(noise, 2, 6 * 3_600);
        Drift damp = new(noise, 2, 2 * 3_600);
        bool warming = false;
        bool present = noise.Even() < 0.5;
        for (long i = 0; ; i++)
        {
            double hour = (7 + (i * hours)) % HoursADay;
            double outside = winter + (4 * Math.Sin(2 * Math.PI * (hour - 9) / HoursADay)) + weather.Step(_spacing.TotalSeconds);

            // Somebody comes or goes every hour and a half on average; at night people stay where they are.
            if (noise.Even() < 1 - Math.Exp(-hours / (hour is > 7 and < 23 ? 1.5 : 8)))
            {
                present = !present;
            }

            warming = _heating?.Invoke() ?? Thermostat(temperature, hour, warming);
            int people = present ? 1 : 0;
            temperature += hours * (((outside - temperature) * lossAnHour) + (warming ? gainAnHour : 0) + (0.1 * people));
            carbonDioxide += hours * ((360 * people) - (0.5 * (carbonDioxide - OutsideAir)));
            double moisture = humidity - (1.2 * (temperature - 20)) + (3 * people) + damp.Step(_spacing.TotalSeconds);

            yield return new Sample(_spacing * i,
            [
                new(Metric.Temperature, Rounded(temperature + (0.03 * noise.Normal()), 2)),
                new(Metric.Humidity, Rounded(Math.Clamp(moisture, 15, 95), 1)),
                new(Metric.CarbonDioxide, Rounded(Math.Max(carbonDioxide + (4 * noise.Normal()), 400), 0)),
                new(Metric.Occupied, people),
            ]);
        }
    }

    private static bool Thermostat(double temperature, double hour, bool warming)
    {
        double target = hour is >= 6 and < 22 ? 21 : 18;
        return temperature < target - 0.3 || (warming && temperature < target + 0.3);
    }

    private static decimal Rounded(double value, int digits) => Math.Round((decimal)value, digits, MidpointRounding.AwayFromZero);
}
