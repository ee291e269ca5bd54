namespace Sealway.Links;

using System.Buffers;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using MQTTnet.Channel;

/// <summary>The bytes of one MQTT connection over our own TLS, with the bounds that the library does not keep, and the first cause of its end.</summary>
internal sealed class MqttStreamChannel : IMqttChannel
{
    private readonly PacketGuard _guard;
    private readonly Func<CancellationToken, Task<TlsConnection>>? _dial;
    private readonly Func<Exception?, LinkException> _closedAtOnce;
    private readonly ITimer _idle;
    private readonly ITimer _unfinished;
    private readonly ITimer _stalled;
    private readonly CancellationTokenSource _end = new();
    private readonly bool _asServer;
    private TlsConnection? _connection;
    private LinkException? _cause;
    private bool _heard;

    // Which packet is being timed, by how many came before it.
    private long _timed = -1;

    /// <summary>A connection that a listener accepted.</summary>
    internal MqttStreamChannel(TlsConnection connection, TlsPolicy policy)
        : this(policy, PacketGuard.Connect, asServer: true)
    {
        _connection = connection;
    }

    /// <summary>A connection that is yet to be dialled.</summary>
    internal MqttStreamChannel(Func<CancellationToken, Task<TlsConnection>> dial, TlsPolicy policy)
        : this(policy, PacketGuard.ConnAck, asServer: false)
    {
        _dial = dial;
    }

    private MqttStreamChannel(TlsPolicy policy, int first, bool asServer)
    {
        _asServer = asServer;
        _guard = new PacketGuard(first);
        _closedAtOnce = e => policy.RefusedByPeer(asServer, e);
        _idle = Timer(LinkRefusal.Idle, $"nothing came for {LinkLimits.MqttIdleTime.TotalSeconds} s");
        _unfinished = Timer(LinkRefusal.TooSlow, $"a packet was begun and not finished within {LinkLimits.PublishTime.TotalSeconds} s");
        _stalled = Timer(LinkRefusal.TooSlow, "the peer does not take what is sent to it");

        ITimer Timer(LinkRefusal reason, string text) =>
            policy.Time.CreateTimer(_ => Abort(new LinkException(reason, text)), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public X509Certificate2? ClientCertificate => null;

    public EndPoint? RemoteEndPoint => null;

    public EndPoint? LocalEndPoint => null;

    public bool IsSecureConnection => true;

    /// <summary>Who is at the other end, once connected.</summary>
    internal PeerIdentity? Peer => _connection?.Peer;

    /// <summary>The first cause of the connection's end.</summary>
    internal LinkException? Cause => _cause;

    /// <summary>Cancelled as soon as there is a cause: before the library knows.</summary>
    internal CancellationToken Ended => _end.Token;

    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            _connection = await _dial!(cancellationToken).ConfigureAwait(false);
        }
        catch (LinkException e)
        {
            throw Poison(e);
        }

        if (_cause is not null)
        {
            Abort(_cause);
        }
    }

    public Task DisconnectAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        if (_connection is null || _cause is not null)
        {
            return 0;
        }

        try
        {
            _idle.Change(LinkLimits.MqttIdleTime, Timeout.InfiniteTimeSpan);
            int read = await _connection.Stream.ReadAsync(buffer.AsMemory(offset, count), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                Poison(_heard ? new LinkException(LinkRefusal.Closed, "the peer closed the connection") : _closedAtOnce(null));
                return 0;
            }

            if (!_heard && _asServer && await Farewell.ReadDisconnectAsync(_connection.Stream, buffer.AsMemory(offset, read), cancellationToken).ConfigureAwait(false) is { } refusedHere)
            {
                Poison(refusedHere);
                return 0;
            }

            _heard = true;
            if (_guard.Inspect(buffer.AsSpan(offset, read)) is { } refusal)
            {
                // As if the connection had ended here: the library allocates nothing and asks for nothing more.
                Poison(refusal);
                return 0;
            }

            TimePacket();
            return read;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            Poison(_heard ? new LinkException(LinkRefusal.Closed, "the connection broke", e) : _closedAtOnce(e));
            return 0;
        }
        finally
        {
            _idle.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    // A byte now and then keeps a connection from being idle; a packet has a time of its own.
    private void TimePacket()
    {
        if (!_guard.IsInside)
        {
            _timed = -1;
            _unfinished.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
        else if (_timed != _guard.Packets)
        {
            _timed = _guard.Packets;
            _unfinished.Change(LinkLimits.PublishTime, Timeout.InfiniteTimeSpan);
        }
    }

    public async Task WriteAsync(ReadOnlySequence<byte> buffer, bool isEndOfPacket, CancellationToken cancellationToken)
    {
        if (_connection is not { } connection)
        {
            throw Poison(new LinkException(LinkRefusal.NotConnected, "there is no connection"));
        }

        try
        {
            _stalled.Change(LinkLimits.SendTime, Timeout.InfiniteTimeSpan);
            foreach (ReadOnlyMemory<byte> part in buffer)
            {
                await connection.Stream.WriteAsync(part, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            throw Poison(_heard ? new LinkException(LinkRefusal.Closed, "the connection broke", e) : _closedAtOnce(e));
        }
        finally
        {
            _stalled.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Keeps the first cause; nothing more is read. A last packet can still be written.</summary>
    internal LinkException Poison(LinkException cause)
    {
        if (Interlocked.CompareExchange(ref _cause, cause, null) is { } earlier)
        {
            return earlier;
        }

        // Not on this thread: it may be the library's, in the middle of a read.
        _ = _end.CancelAsync();
        return cause;
    }

    /// <summary>Keeps the first cause and ends the connection now, with whatever is under way on it.</summary>
    internal void Abort(LinkException cause)
    {
        Poison(cause);
        _connection?.Stream.Dispose();
    }

    public void Dispose()
    {
        Abort(new LinkException(LinkRefusal.ClosedHere, "the connection was closed here"));
        _idle.Dispose();
        _unfinished.Dispose();
        _stalled.Dispose();
    }
}
