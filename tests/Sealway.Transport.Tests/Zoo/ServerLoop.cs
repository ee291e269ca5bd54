namespace Sealway.Transport.Tests;

using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

/// <summary>A server inside this process: accepts connections on loopback and serves each until it ends or the server is disposed.</summary>
internal sealed class ServerLoop : RunningServer
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<NetworkStream, CancellationToken, Task> _serve;
    private readonly List<Task> _served = [];
    private readonly Task _accepting;

    /// <param name="serve">Serves a connection.</param>
    public ServerLoop(Func<NetworkStream, CancellationToken, Task> serve)
    {
        _serve = serve;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <inheritdoc/>
    public override int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <inheritdoc/>
    public override void RequireRunning()
    {
        if (_accepting.IsCompleted)
        {
            throw new InvalidOperationException("a server of the zoo ended by itself", _accepting.Exception);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _accepting.ConfigureAwait(false);
        await Task.WhenAll(_served).ConfigureAwait(false);
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token).ConfigureAwait(false);
                _served.RemoveAll(served => served.IsCompleted);
                _served.Add(ServeAsync(client));
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        using (client)
        {
            try
            {
                await _serve(client.GetStream(), _stop.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or AuthenticationException or OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // A check breaks off most of its connections.
            }
        }
    }
}
