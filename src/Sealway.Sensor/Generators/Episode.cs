namespace Sealway.Sensor.Generators;

/// <summary>Something that happens to a patient: it comes on, lasts and passes. Times in seconds.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Start">When it begins.</param>
/// <param name="Rise">How long it takes to come on.</param>
/// <param name="Hold">How long it lasts.</param>
/// <param name="Fall">How long it takes to pass.</param>
/// <param name="Depth">How strong it is, in the unit of what it changes.</param>
internal sealed record Episode(EpisodeKind Kind, double Start, double Rise, double Hold, double Fall, double Depth)
{
    public double End => Start + Rise + Hold + Fall;

    /// <summary>How strong it is at a time: 0 before, the depth while it lasts, 0 after.</summary>
    public double At(double time)
    {
        double since = time - Start;
        double part = since <= 0 ? 0
            : since < Rise ? since / Rise
            : since < Rise + Hold ? 1
            : since < Rise + Hold + Fall ? 1 - ((since - Rise - Hold) / Fall)
            : 0;
        return Depth * part * part * (3 - (2 * part));
    }

    public static Episode Next(Noise noise, double start) => noise.Even() switch
    {
        < 0.40 => new Episode(EpisodeKind.Desaturation, start, 25, noise.Between(40, 150), 40, noise.Between(9, 16)),
        < 0.75 => new Episode(EpisodeKind.Tachycardia, start, 15, noise.Between(60, 200), 60, noise.Between(48, 80)),
        < 0.92 => new Episode(EpisodeKind.SlowBreathing, start, 30, noise.Between(60, 120), 40, noise.Between(7, 10)),
        _ => new Episode(EpisodeKind.Fever, start, 1_800, noise.Between(3_600, 10_800), 3_600, noise.Between(1.6, 2.8)),
    };
}
