namespace Sealway.Transport.Tests;

using System.Net;
using System.Net.Sockets;

/// <summary>Ports for programs that must be told one.</summary>
internal static class FreePorts
{
    /// <summary>Different ports on which nobody listened a moment ago.</summary>
    public static int[] Find(int count)
    {
        Socket[] sockets = [.. Enumerable.Range(0, count).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))];
        try
        {
            foreach (Socket socket in sockets)
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            }

            return [.. sockets.Select(socket => ((IPEndPoint)socket.LocalEndPoint!).Port)];
        }
        finally
        {
            foreach (Socket socket in sockets)
            {
                socket.Dispose();
            }
        }
    }
}
