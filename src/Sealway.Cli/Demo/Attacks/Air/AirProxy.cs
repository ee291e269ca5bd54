namespace Sealway.Cli.Demo.Attacks;

using System.Buffers.Binary;
using System.Net.Sockets;
using Sealway.Messages;

/// <summary>
/// A hostile proxy on a sensor's plaintext link: it hears every message in both directions, and gives on what it likes. It stands where a
/// cheap radio link would be; what is encrypted it cannot read (<see cref="WireProxy"/>).
/// </summary>
internal sealed class AirProxy : IAsyncDisposable
{
    private readonly string _gateway;
    private readonly Socket _listener;
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private readonly List<byte[]> _heard = [];
    private readonly List<SensorLinkMessage> _answers = [];
    private readonly Task _running;
    private Func<byte[], IReadOnlyList<byte[]>> _change = message => [message];
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="path">Where the sensor connects.</param>
    /// <param name="gateway">Where the gateway takes sensors.</param>
    public AirProxy(string path, string gateway)
    {
        Path = path;
        _gateway = gateway;
        File.Delete(path);
        _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen();
        _running = Task.Run(AcceptAsync);
    }

    /// <summary>Where the sensor connects.</summary>
    public string Path { get; }

    /// <summary>What the sensor has sent so far, as it sent it.</summary>
    public IReadOnlyList<byte[]> Heard
    {
        get
        {
            lock (_gate)
            {
                return [.. _heard];
            }
        }
    }

    /// <summary>What the gateway has answered so far.</summary>
    public IReadOnlyList<SensorLinkMessage> Answers
    {
        get
        {
            lock (_gate)
            {
                return [.. _answers];
            }
        }
    }

    /// <summary>From now on each of the sensor's messages becomes what this makes of it: nothing, one, or several.</summary>
    public void Change(Func<byte[], IReadOnlyList<byte[]>> change)
    {
        lock (_gate)
        {
            _change = change;
        }
    }

    /// <summary>From now on everything passes as it is.</summary>
    public void BeHonest() => Change(message => [message]);

    /// <summary>Waits until so many messages of the sensor were heard.</summary>
    public async Task UntilHeardAsync(int count, CancellationToken stop)
    {
        while (true)
        {
            Task news;
            lock (_gate)
            {
                if (_heard.Count >= count)
                {
                    return;
                }

                news = _news.Task;
            }

            await news.WaitAsync(TimeSpan.FromSeconds(60), stop).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
        File.Delete(Path);
    }

    private async Task AcceptAsync()
    {
        List<Task> links = [];
        try
        {
            while (true)
            {
                Socket sensor = await _listener.AcceptAsync(_end.Token).ConfigureAwait(false);
                links.Add(ServeAsync(sensor));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(links).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ServeAsync(Socket sensor)
    {
        using NetworkStream near = new(sensor, ownsSocket: true);
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(_gateway), _end.Token).ConfigureAwait(false);
        using NetworkStream far = new(socket, ownsSocket: false);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        Task up = PumpAsync(near, far, FromSensor, either.Token);
        Task down = PumpAsync(far, near, FromGateway, either.Token);
        await Task.WhenAny(up, down).ConfigureAwait(false);
        await either.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(up, down).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private IReadOnlyList<byte[]> FromSensor(byte[] message)
    {
        lock (_gate)
        {
            _heard.Add(message);
            IReadOnlyList<byte[]> becomes = _change(message);
            _news.TrySetResult();
            _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return becomes;
        }
    }

    private IReadOnlyList<byte[]> FromGateway(byte[] message)
    {
        lock (_gate)
        {
            _answers.Add(SensorLinkMessage.FromUntrusted(message));
        }

        return [message];
    }

    // A frame: two bytes of length, then the message.
    private static async Task PumpAsync(NetworkStream from, NetworkStream to, Func<byte[], IReadOnlyList<byte[]>> become, CancellationToken stop)
    {
        byte[] head = new byte[sizeof(ushort)];
        while (true)
        {
            await from.ReadExactlyAsync(head, stop).ConfigureAwait(false);
            byte[] message = new byte[BinaryPrimitives.ReadUInt16BigEndian(head)];
            await from.ReadExactlyAsync(message, stop).ConfigureAwait(false);
            foreach (byte[] one in become(message))
            {
                byte[] frame = new byte[sizeof(ushort) + one.Length];
                BinaryPrimitives.WriteUInt16BigEndian(frame, (ushort)one.Length);
                one.CopyTo(frame, sizeof(ushort));
                await to.WriteAsync(frame, stop).ConfigureAwait(false);
            }
        }
    }
}
