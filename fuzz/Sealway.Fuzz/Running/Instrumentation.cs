namespace Sealway.Fuzz.Running;

using SharpFuzz;

/// <summary>Puts coverage into a copy of the program: into our own assemblies that decode, and the libraries they decode with.</summary>
internal static class Instrumentation
{
    private static readonly string[] Assemblies =
    [
        "Sealway.Messages.dll", "Sealway.Log.dll", "Sealway.Fleet.dll", "Sealway.Alarms.dll", "Sealway.Links.dll", "Sealway.Sensor.dll", "Sealway.Archive.dll", "sealway.dll",
        "System.Formats.Cbor.dll", "MQTTnet.dll",
    ];

    /// <summary>Instruments a folder's assemblies in place. The folder must not be the one that this runs from.</summary>
    /// <returns>How many types were instrumented.</returns>
    public static int Apply(string folder)
    {
        if (Path.GetFullPath(folder).TrimEnd('/') == AppContext.BaseDirectory.TrimEnd('/'))
        {
            throw new ArgumentException("instrument a copy, not the program that runs");
        }

        return Assemblies.Sum(name => Fuzzer.Instrument(Path.Combine(folder, name), _ => true, Options.Value).Count());
    }
}
