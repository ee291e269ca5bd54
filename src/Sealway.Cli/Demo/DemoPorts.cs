namespace Sealway.Cli.Demo;

using System.Net;
using System.Net.Sockets;

/// <summary>Free ports on loopback, all different: each is held until all are chosen.</summary>
internal sealed record DemoPorts(int HospitalMqtt, int HospitalHttps, int HomeMqtt, int HomeHttps, int WardSensors, int HomeSensors, int Pairing)
{
    public static DemoPorts Choose()
    {
        TcpListener[] held = [.. Enumerable.Range(0, 7).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        try
        {
            int[] ports = [.. held.Select(Port)];
            return new DemoPorts(ports[0], ports[1], ports[2], ports[3], ports[4], ports[5], ports[6]);
        }
        finally
        {
            foreach (TcpListener listener in held)
            {
                listener.Dispose();
            }
        }
    }

    private static int Port(TcpListener listener)
    {
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
