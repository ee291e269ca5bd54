namespace Sealway.Sensor.Sampling;

using System.Diagnostics.CodeAnalysis;

/// <summary>One kind of quantity that a sensor measures: its short name on the wire (SenML <c>n</c>), its unit (SenML <c>u</c>, RFC 8428 section 12.1) and the range a living patient or a room can show.</summary>
/// <remarks>The range describes, it does not filter: a value outside it is replayed and sent all the same, since the alarm rules are there to see it.</remarks>
public sealed class Metric
{
    private static readonly Dictionary<string, Metric> ByName = new(StringComparer.Ordinal);

    private Metric(string name, string? unit, decimal lowest, decimal highest)
    {
        Name = name;
        Unit = unit;
        Lowest = lowest;
        Highest = highest;
        ByName.Add(name, this);
    }

    /// <summary>Heart rate from the electrocardiogram, beats a minute.</summary>
    public static Metric HeartRate { get; } = new("hr", "beat/min", 20, 250);

    /// <summary>Pulse rate from the oximeter, beats a minute.</summary>
    public static Metric Pulse { get; } = new("pulse", "beat/min", 20, 250);

    /// <summary>Breaths a minute.</summary>
    public static Metric RespirationRate { get; } = new("resp", "1/min", 2, 70);

    /// <summary>Oxygen saturation by pulse oximetry, per cent.</summary>
    public static Metric OxygenSaturation { get; } = new("spo2", "%", 50, 100);

    /// <summary>Oxygen saturation of an arterial blood gas, per cent: a laboratory value, taken now and then.</summary>
    public static Metric ArterialSaturation { get; } = new("sao2", "%", 50, 100);

    /// <summary>Temperature of a body or a room, degrees Celsius.</summary>
    public static Metric Temperature { get; } = new("temp", "Cel", -30, 45);

    /// <summary>Systolic blood pressure by cuff, mmHg.</summary>
    public static Metric CuffSystolic { get; } = new("nisys", "mmHg", 40, 280);

    /// <summary>Diastolic blood pressure by cuff, mmHg.</summary>
    public static Metric CuffDiastolic { get; } = new("nidia", "mmHg", 20, 180);

    /// <summary>Systolic blood pressure by arterial line, mmHg.</summary>
    public static Metric Systolic { get; } = new("sys", "mmHg", 40, 280);

    /// <summary>Diastolic blood pressure by arterial line, mmHg.</summary>
    public static Metric Diastolic { get; } = new("dia", "mmHg", 20, 180);

    /// <summary>Mean arterial blood pressure, mmHg.</summary>
    public static Metric MeanPressure { get; } = new("map", "mmHg", 25, 220);

    /// <summary>Relative humidity, per cent.</summary>
    public static Metric Humidity { get; } = new("rh", "%RH", 0, 100);

    /// <summary>Carbon dioxide in a room's air, parts per million.</summary>
    public static Metric CarbonDioxide { get; } = new("co2", "ppm", 350, 10_000);

    /// <summary>Illuminance, lux.</summary>
    public static Metric Light { get; } = new("light", "lx", 0, 100_000);

    /// <summary>Whether anyone is in the room: 1 or 0, without a unit.</summary>
    public static Metric Occupied { get; } = new("occupied", null, 0, 1);

    /// <summary>Every metric there is.</summary>
    public static IReadOnlyCollection<Metric> All => ByName.Values;

    /// <summary>The name on the wire, 2 to 8 lower-case letters and digits.</summary>
    public string Name { get; }

    /// <summary>The unit's symbol, or null for a number without one.</summary>
    public string? Unit { get; }

    /// <summary>The lowest plausible value.</summary>
    public decimal Lowest { get; }

    /// <summary>The highest plausible value.</summary>
    public decimal Highest { get; }

    /// <summary>The metric of that name, if there is one.</summary>
    public static bool TryFind(string name, [NotNullWhen(true)] out Metric? metric) => ByName.TryGetValue(name, out metric);

    /// <summary>Whether a value lies in the plausible range.</summary>
    public bool IsPlausible(decimal value) => value >= Lowest && value <= Highest;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
