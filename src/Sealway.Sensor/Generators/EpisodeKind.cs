namespace Sealway.Sensor.Generators;

/// <summary>What can happen to a simulated patient.</summary>
internal enum EpisodeKind
{
    /// <summary>Oxygen saturation falls by the depth, per cent.</summary>
    Desaturation,

    /// <summary>The heart beats faster by the depth, beats a minute.</summary>
    Tachycardia,

    /// <summary>Fewer breaths by the depth, a minute.</summary>
    SlowBreathing,

    /// <summary>Body temperature rises by the depth, degrees Celsius.</summary>
    Fever,
}
