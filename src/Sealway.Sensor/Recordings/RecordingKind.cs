namespace Sealway.Sensor.Recordings;

/// <summary>The kinds of recordings that can be read.</summary>
public enum RecordingKind
{
    /// <summary>A bedside monitor's numerics, one row a second: <c>Time [s], HR, PULSE, RESP, SpO2</c> (PhysioNet BIDMC).</summary>
    BedsideMonitor,

    /// <summary>An intensive-care chart, irregular: <c>Time,Parameter,Value</c> (PhysioNet/CinC Challenge 2012).</summary>
    IntensiveCare,

    /// <summary>One room with light, carbon dioxide and presence, one row a minute (UCI Occupancy Detection).</summary>
    Occupancy,

    /// <summary>One room of a house, or its outside, one row every ten minutes (UCI Appliances Energy).</summary>
    Room,
}
