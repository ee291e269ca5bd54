namespace Sealway.TlsCheck.Probing;

using System.Net;
using System.Net.Sockets;
using Sealway.TlsCheck.StartTls;

/// <summary>Opens connections to one endpoint: few at a time, so many in a second, so many in all.</summary>
internal sealed class Dialer : IDisposable
{
    private readonly Target _target;
    private readonly CheckOptions _options;
    private readonly TimeProvider _time;
    private readonly Deadline _total;
    private readonly SemaphoreSlim _places;
    private readonly Lock _pacing = new();
    private DateTimeOffset _next;
    private int _opened;
    private int _silent;

    public Dialer(Target target, CheckOptions options, TimeProvider time, CancellationToken cancellation)
    {
        _target = target;
        _options = options;
        _time = time;
        _places = new SemaphoreSlim(options.Concurrency);
        _total = new Deadline(options.Total, time, cancellation);
        _next = time.GetUtcNow();
    }

    /// <summary>After so many connections in a row without an answer in time the peer is not asked again.</summary>
    public const int MostSilent = 6;

    /// <summary>Connections opened so far.</summary>
    public int Opened => _opened;

    /// <summary>The address that answered, once one has.</summary>
    public IPAddress? Address { get; private set; }

    /// <summary>What the plain text before TLS showed.</summary>
    public StartTlsSeen StartTls { get; } = new();

    /// <summary>Connects, and speaks what comes before TLS.</summary>
    /// <param name="injected">A command put behind the request for TLS in the same segment, to see whether it survives; null for none.</param>
    /// <exception cref="PeerStopException">No connection.</exception>
    public async Task<ProbeConnection> OpenAsync(string? injected = null)
    {
        try
        {
            await _places.WaitAsync(_total.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw Spent();
        }

        Deadline? deadline = null;
        Socket? socket = null;
        ProbeConnection? connection = null;
        try
        {
            await PaceAsync().ConfigureAwait(false);
            if (Volatile.Read(ref _silent) >= MostSilent)
            {
                throw new PeerStopException(StopKind.Spent, $"{MostSilent} connections in a row got no answer in time; the rest was not tried");
            }

            if (Interlocked.Increment(ref _opened) > _options.MostConnections)
            {
                Interlocked.Decrement(ref _opened);
                throw new PeerStopException(StopKind.Spent, $"the {_options.MostConnections} connections for this endpoint are used up");
            }

            deadline = new Deadline(_options.Timeout, _time, _total.Token);
            socket = await ConnectAsync(deadline.Token).ConfigureAwait(false);
            NetworkStream stream = new(socket, ownsSocket: true);
            connection = new ProbeConnection(stream, deadline, () => _places.Release());
            await StartTlsClient.RunAsync(connection, _options.StartTls, _options.ServerName ?? _target.Host, injected, StartTls).ConfigureAwait(false);
            return connection;
        }
        catch (Exception exception) when (exception is PeerStopException or SocketException or OperationCanceledException)
        {
            if (connection is not null)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
            }
            else
            {
                deadline?.Dispose();
                socket?.Dispose();
                _places.Release();
            }

            if (exception is PeerStopException)
            {
                throw;
            }

            throw _total.Token.IsCancellationRequested
                ? Spent()
                : new PeerStopException(StopKind.Unreachable, exception is SocketException refused ? Reason(refused) : "no connection in time");
        }
    }

    /// <summary>Keeps count of peers that say nothing.</summary>
    public void Note(PeerStopException? stop)
    {
        if (stop is { Kind: StopKind.TimedOut })
        {
            Interlocked.Increment(ref _silent);
        }
        else if (stop is not { Kind: StopKind.Spent or StopKind.Unreachable })
        {
            Volatile.Write(ref _silent, 0);
        }
    }

    public void Dispose()
    {
        _total.Dispose();
        _places.Dispose();
    }

    private PeerStopException Spent() => new(StopKind.Spent, _total.Passed
        ? $"the {_options.Total.TotalSeconds:0} s for this endpoint are used up"
        : "interrupted");

    private static string Reason(SocketException refused) => refused.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "the connection was refused: nothing listens there",
        SocketError.HostNotFound or SocketError.NoData => "the name is not known",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable => "there is no way to the host",
        SocketError.TimedOut => "no connection in time",
        _ => refused.Message,
    };

    private async Task PaceAsync()
    {
        TimeSpan gap = TimeSpan.FromSeconds(1.0 / _options.Rate);
        TimeSpan wait;
        lock (_pacing)
        {
            DateTimeOffset now = _time.GetUtcNow();
            DateTimeOffset mine = _next > now ? _next : now;
            _next = mine + gap;
            wait = mine - now;
        }

        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, _time, _total.Token).ConfigureAwait(false);
        }
    }

    private async Task<Socket> ConnectAsync(CancellationToken cancellation)
    {
        IPAddress[] addresses = Address is { } known ? [known]
            : IPAddress.TryParse(_target.Host, out IPAddress? literal) ? [literal]
            : await Dns.GetHostAddressesAsync(_target.Host, cancellation).ConfigureAwait(false);
        SocketException? last = null;
        foreach (IPAddress address in addresses)
        {
            Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, _target.Port), cancellation).ConfigureAwait(false);
                Address ??= address;
                return socket;
            }
            catch (SocketException failed)
            {
                socket.Dispose();
                last = failed;
            }
            catch (OperationCanceledException)
            {
                socket.Dispose();
                throw;
            }
        }

        throw last ?? new SocketException((int)SocketError.HostNotFound);
    }
}
