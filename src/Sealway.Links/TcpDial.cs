namespace Sealway.Links;

using System.Net;
using System.Net.Sockets;

/// <summary>Connects by TCP to a name or an address, within the handshake's time.</summary>
internal static class TcpDial
{
    internal static async Task<NetworkStream> ConnectAsync(HostPort address, TimeProvider time, CancellationToken cancellation)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        using CancellationTokenSource late = new(LinkLimits.HandshakeTime, time);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            await socket.ConnectAsync(address.Host, address.Port, both.Token).ConfigureAwait(false);
            SocketListener.Tune(socket);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception e)
        {
            socket.Dispose();
            throw e switch
            {
                OperationCanceledException when cancellation.IsCancellationRequested => e,
                OperationCanceledException => new LinkException(LinkRefusal.TooSlow, $"{address} did not answer within {LinkLimits.HandshakeTime.TotalSeconds} s", e),
                SocketException s => new LinkException(LinkRefusal.Unreachable, $"{address} cannot be reached: {s.SocketErrorCode}", e),
                _ => new LinkException(LinkRefusal.Failed, $"{address} cannot be reached", e),
            };
        }
    }
}
