namespace Sealway.Testing;

using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

/// <summary>
/// Ports for programs that must be told one: free on loopback, and below those that systems give to outgoing connections, one of which could take a port
/// between its choice and its use.
/// </summary>
public static class FreePorts
{
    private const int First = 12_000;
    private const int End = 32_000;

    /// <summary>Different ports on which nobody listened a moment ago.</summary>
    public static int[] Choose(int count)
    {
        HashSet<int> ports = [];
        while (ports.Count < count)
        {
            int port = RandomNumberGenerator.GetInt32(First, End);
            using TcpListener tried = new(IPAddress.Loopback, port);
            try
            {
                tried.Start();
                ports.Add(port);
            }
            catch (SocketException)
            {
                // Somebody has it.
            }
        }

        return [.. ports];
    }
}
