namespace Sealway.Links;

using System.Net;
using System.Net.Sockets;

/// <summary>A connection that a listener has accepted, from before its handshake to its end.</summary>
internal sealed class AcceptedSocket
{
    private readonly IDisposable _handshake;
    private readonly Func<bool> _stands;
    private volatile LinkException? _gaveWay;
    private bool _standing;

    /// <param name="socket">The connection.</param>
    /// <param name="gate">Bounds the handshakes.</param>
    /// <param name="stands">Takes a place among those that stand; false where there is none left.</param>
    internal AcceptedSocket(Socket socket, HandshakeGate gate, Func<bool> stands)
    {
        IPEndPoint? from = socket.RemoteEndPoint as IPEndPoint;
        Socket = socket;
        Remote = from?.ToString() ?? "local";
        _stands = stands;
        _handshake = gate.Enter(from?.Address, cause =>
        {
            _gaveWay = cause;
            socket.Dispose();
        });
    }

    /// <summary>The connection.</summary>
    internal Socket Socket { get; }

    /// <summary>The other end, for logs.</summary>
    internal string Remote { get; }

    /// <summary>Why its handshake failed: what the handshake says, or that it had to make room.</summary>
    internal LinkException Cause(LinkException said) => _gaveWay ?? said;

    /// <summary>The handshake is done and the peer known.</summary>
    /// <returns>Null, or that as many connections stand as may.</returns>
    internal LinkException? Stand()
    {
        _handshake.Dispose();
        _standing = _stands();
        return _standing ? null : new LinkException(LinkRefusal.TooMany, "as many connections stand here as may; try again later");
    }

    /// <summary>It is over.</summary>
    /// <returns>Whether it stood.</returns>
    internal bool End()
    {
        _handshake.Dispose();
        return _standing;
    }
}
