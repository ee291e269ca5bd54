namespace Sealway.Cli.Demo.Attacks;

using System.Net;
using System.Net.Sockets;

/// <summary>A hostile proxy on an encrypted link over TCP: it sees ciphertext, and can change or hold back bytes of it.</summary>
internal sealed class WireProxy : IAsyncDisposable
{
    private readonly int _target;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _running;
    private long _passed;
    private int _flips;

    public WireProxy(int target)
    {
        _target = target;
        _listener.Start();
        _running = Task.Run(AcceptAsync);
    }

    /// <summary>Where the victim connects.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Bytes that passed towards the target.</summary>
    public long Passed => Interlocked.Read(ref _passed);

    /// <summary>One bit of the next piece that passes towards the target is changed.</summary>
    public void FlipOnce() => Interlocked.Increment(ref _flips);

    /// <summary>Whether every change asked for was made.</summary>
    public bool IsDone => Volatile.Read(ref _flips) == 0;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> links = [];
        try
        {
            while (true)
            {
                links.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token).ConfigureAwait(false)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(links).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ServeAsync(TcpClient victim)
    {
        using TcpClient near = victim;
        using TcpClient far = new();
        await far.ConnectAsync(IPAddress.Loopback, _target, _end.Token).ConfigureAwait(false);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        Task up = PumpAsync(near.GetStream(), far.GetStream(), hostile: true, either.Token);
        Task down = PumpAsync(far.GetStream(), near.GetStream(), hostile: false, either.Token);
        await Task.WhenAny(up, down).ConfigureAwait(false);
        await either.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(up, down).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to, bool hostile, CancellationToken stop)
    {
        byte[] buffer = new byte[16_384];
        for (int read; (read = await from.ReadAsync(buffer, stop).ConfigureAwait(false)) > 0;)
        {
            if (hostile)
            {
                Interlocked.Add(ref _passed, read);
                if (Volatile.Read(ref _flips) > 0)
                {
                    // The last byte: ciphertext or its tag, never a record's header.
                    buffer[read - 1] ^= 1;
                    Interlocked.Decrement(ref _flips);
                }
            }

            await to.WriteAsync(buffer.AsMemory(0, read), stop).ConfigureAwait(false);
        }
    }
}
