namespace Sealway.Sensor.Numbers;

/// <summary>A sensor's counter cannot be trusted or stored, so the sensor must not sign: a number used twice looks like a cloned key. The message says what to do.</summary>
public sealed class CounterException : Exception
{
    internal CounterException(string file, string mistake, Exception? inner = null)
        : base($"{file}: {mistake}", inner) => File = file;

    /// <summary>The counter's path.</summary>
    public string File { get; }
}
