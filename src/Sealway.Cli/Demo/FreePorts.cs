namespace Sealway.Cli.Demo;

using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

/// <summary>Free ports on loopback, below those that systems give to outgoing connections: one of those could take a part's port before the part does, or before it is back.</summary>
internal static class FreePorts
{
    private const int First = 12_000;
    private const int End = 32_000;

    public static IReadOnlyList<int> Choose(int count)
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
