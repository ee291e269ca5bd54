namespace Sealway.Sensor.Recordings;

/// <summary>How a table's time column is written.</summary>
internal enum Clock
{
    /// <summary>Seconds since the start.</summary>
    Seconds,

    /// <summary>A date with a time; the first row is the start.</summary>
    Date,
}
