namespace Sealway.Cli.Demo;

/// <summary>The ports of a demo's parts, all different and free.</summary>
internal sealed record DemoPorts(int HospitalMqtt, int HospitalHttps, int HomeMqtt, int HomeHttps, int WardSensors, int HomeSensors, int Pairing)
{
    public static DemoPorts Choose()
    {
        IReadOnlyList<int> free = FreePorts.Choose(7);
        return new DemoPorts(free[0], free[1], free[2], free[3], free[4], free[5], free[6]);
    }
}
