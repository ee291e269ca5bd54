namespace Sealway.Links;

using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

/// <summary>
/// Accepts connections for a listener of any kind and keeps its bounds: how many stand, how many are being made, how long that may take. One connection's
/// trouble never stops the others, and the loop that accepts never waits for any of them.
/// </summary>
internal sealed class SocketListener : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly int _connections;
    private readonly Serve _serve;
    private readonly ILogger _logger;
    private readonly HandshakeGate _handshakes = new(LinkLimits.HandshakesAtOnce, LinkLimits.HandshakesOfOneAddress);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private int _standing;

    /// <param name="socket">Bound, not yet listening; owned from here on.</param>
    /// <param name="connections">How many may stand at once.</param>
    /// <param name="serve">Serves connections.</param>
    /// <param name="logger">Where refusals go.</param>
    internal SocketListener(Socket socket, int connections, Serve serve, ILogger logger)
    {
        _socket = socket;
        _connections = connections;
        _serve = serve;
        _logger = logger;
        _socket.Listen(LinkLimits.Backlog);
        _accepting = AcceptAsync();
    }

    /// <summary>Serves one connection until it ends; its socket is the server's own.</summary>
    internal delegate Task Serve(AcceptedSocket accepted);

    internal EndPoint LocalEndPoint => _socket.LocalEndPoint!;

    internal static Socket Bind(HostPort address)
    {
        IPEndPoint at = address.ToListen();
        Socket socket = new(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // No ReuseAddress: the platform already lets a restart take its port again, and with it a second process could listen beside this one.
            socket.Bind(at);
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new LinkException(LinkRefusal.Unreachable, $"cannot listen on {address}: {e.SocketErrorCode}", e);
        }
    }

    /// <summary>Small messages go at once, and a machine that vanished is noticed.</summary>
    internal static void Tune(Socket socket)
    {
        if (socket.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6)
        {
            socket.NoDelay = true;
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, (int)LinkLimits.TcpKeepAlive.TotalSeconds);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _socket.Dispose();
        await _accepting.ConfigureAwait(false);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket;
                try
                {
                    // Nothing but the next connection is ever waited for here.
                    socket = await _socket.AcceptAsync(_stop.Token).ConfigureAwait(false);
                }
                catch (SocketException e)
                {
                    // The peer was gone before it was accepted, or this process is out of descriptors: then one that is not known yet makes room.
                    _logger.LogWarning("could not accept a connection: {Error}", e.SocketErrorCode);
                    _handshakes.Relieve();
                    await Task.Delay(TimeSpan.FromMilliseconds(10), _stop.Token).ConfigureAwait(false);
                    continue;
                }

                _ = ServeAsync(socket);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private bool Stands()
    {
        if (Interlocked.Increment(ref _standing) <= _connections)
        {
            return true;
        }

        Interlocked.Decrement(ref _standing);
        return false;
    }

    private async Task ServeAsync(Socket socket)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        AcceptedSocket? accepted = null;
        try
        {
            Tune(socket);
            accepted = new AcceptedSocket(socket, _handshakes, Stands);
            await _serve(accepted).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Nothing that one connection causes may reach the others.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (e is not SocketException)
            {
                _logger.LogError(e, "a connection failed here");
            }

            socket.Dispose();
        }
        finally
        {
            if (accepted?.End() == true)
            {
                Interlocked.Decrement(ref _standing);
            }
        }
    }
}
