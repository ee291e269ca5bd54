namespace Sealway.Fleet;

using System.Globalization;

/// <summary>The counter that a new sensor starts with: it is made with the key and never later, since a counter that is lost and made anew would use numbers twice.</summary>
internal static class SensorCounterFile
{
    public const string Name = "counter";

    // Boot 0 and, as a check, all its bits inverted: the format that a sensor reads.
    public static string Beginning { get; } = string.Create(CultureInfo.InvariantCulture, $"boot {0u} check {~0u}\n");
}
