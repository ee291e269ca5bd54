namespace Sealway.Links;

using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

/// <summary>
/// Accepts connections for a listener of any kind and keeps its bounds: how many stand, how many are being made, how long that may take. One connection's
/// trouble never stops the others.
/// </summary>
internal sealed class SocketListener : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly int _connections;
    private readonly Serve _serve;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _handshakes = new(LinkLimits.HandshakesAtOnce, LinkLimits.HandshakesAtOnce);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private readonly Dictionary<IPAddress, int> _handshakesFrom = [];
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

    /// <summary>Serves one connection until it ends; the socket is its own. It says <paramref name="standing"/> when the handshake is done.</summary>
    internal delegate Task Serve(Socket socket, string remote, Action standing);

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
                await _handshakes.WaitAsync(_stop.Token).ConfigureAwait(false);
                Socket socket;
                try
                {
                    socket = await _socket.AcceptAsync(_stop.Token).ConfigureAwait(false);
                }
                catch (SocketException e)
                {
                    // The peer was gone before it was accepted, or this process is out of descriptors: the next one may do better.
                    _handshakes.Release();
                    _logger.LogWarning("could not accept a connection: {Error}", e.SocketErrorCode);
                    await Task.Delay(TimeSpan.FromMilliseconds(100), _stop.Token).ConfigureAwait(false);
                    continue;
                }

                if (Interlocked.Increment(ref _standing) > _connections)
                {
                    Interlocked.Decrement(ref _standing);
                    _handshakes.Release();
                    _logger.LogWarning("refused {Reason}: {Connections} connections stand already", LinkRefusal.TooMany, _connections);
                    socket.Dispose();
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

    private bool Enter(IPAddress from)
    {
        lock (_handshakesFrom)
        {
            int others = _handshakesFrom.GetValueOrDefault(from);
            if (others == LinkLimits.HandshakesOfOneAddress)
            {
                return false;
            }

            _handshakesFrom[from] = others + 1;
            return true;
        }
    }

    private void Leave(IPAddress? from)
    {
        if (from is null)
        {
            return;
        }

        lock (_handshakesFrom)
        {
            if (--_handshakesFrom[from] == 0)
            {
                _handshakesFrom.Remove(from);
            }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        IPAddress? entered = null;
        int done = 0;
        void Standing()
        {
            if (Interlocked.Exchange(ref done, 1) == 0)
            {
                Leave(entered);
                _handshakes.Release();
            }
        }

        try
        {
            // Null for a Unix socket, whose peers are this user's own processes.
            IPEndPoint? from = socket.RemoteEndPoint as IPEndPoint;
            string remote = from?.ToString() ?? "local";
            if (from is not null && !Enter(entered = from.Address))
            {
                entered = null;
                _logger.LogWarning("refused {Remote}: {Reason}: {Handshakes} handshakes from its address are under way", remote, LinkRefusal.TooMany, LinkLimits.HandshakesOfOneAddress);
                socket.Dispose();
                return;
            }

            Tune(socket);
            await _serve(socket, remote, Standing).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Nothing that one connection causes may reach the others.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _logger.LogError(e, "a connection failed here");
            socket.Dispose();
        }
        finally
        {
            Standing();
            Interlocked.Decrement(ref _standing);
        }
    }
}
