namespace Sealway.Links;

using System.Net;
using System.Net.Sockets;

/// <summary>
/// Bounds the connections that have not shown who they are yet, without ever making anyone wait: when there are too many, the oldest of the address that has
/// the most gives way. A stranger with one address, or a few, cannot keep out a gateway that has another; and one behind the same address gets its turn,
/// because it is done long before it is the oldest.
/// </summary>
/// <param name="all">How many at once.</param>
/// <param name="ofOneAddress">Of these, from one address; of IPv6 from one /64, which one machine has to itself.</param>
internal sealed class HandshakeGate(int all, int ofOneAddress)
{
    private const int NetworkBytes = 8;

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, LinkedList<Entered>> _from = [];
    private int _count;
    private long _turn;

    /// <summary>How many are inside.</summary>
    internal int Count => Volatile.Read(ref _count);

    /// <summary>Lets a connection in.</summary>
    /// <param name="from">Its address; null is let in uncounted: a Unix socket, whose peers are this user's own processes.</param>
    /// <param name="giveWay">Ends it, when it has to make room; called at most once, on another connection's thread; must be quick.</param>
    /// <returns>To be disposed when its handshake is over.</returns>
    internal IDisposable Enter(IPAddress? from, Action<LinkException> giveWay)
    {
        if (from is null)
        {
            return Uncounted.Instance;
        }

        Entered entered = new(this, Network(from), giveWay);
        Entered? oldest = null;
        string reason = string.Empty;
        lock (_gate)
        {
            LinkedList<Entered> own = Of(entered.From);
            if (own.Count >= ofOneAddress)
            {
                oldest = own.First!.Value;
                reason = $"{ofOneAddress} handshakes from its address are under way, and this is the oldest";
            }
            else if (_count >= all)
            {
                // Of addresses that have equally many, the one that has waited longest.
                LinkedList<Entered> most = _from.Values.Where(list => list.Count > 0).OrderByDescending(list => list.Count).ThenBy(list => list.First!.Value.Turn).First();
                oldest = most.First!.Value;
                reason = $"{all} handshakes are under way, and of the address that has the most this is the oldest";
            }

            if (oldest is not null)
            {
                Remove(oldest);
            }

            entered.Turn = _turn++;
            entered.Place = Of(entered.From).AddLast(entered);
            _count++;
        }

        oldest?.GiveWay(new LinkException(LinkRefusal.TooMany, reason));
        return entered;
    }

    /// <summary>Makes room where the process has run out of something: the oldest of the address that has the most gives way.</summary>
    internal void Relieve()
    {
        Entered? oldest;
        lock (_gate)
        {
            oldest = _from.Values.Where(list => list.Count > 0).OrderByDescending(list => list.Count).FirstOrDefault()?.First!.Value;
            if (oldest is not null)
            {
                Remove(oldest);
            }
        }

        oldest?.GiveWay(new LinkException(LinkRefusal.TooMany, "this process can open no more connections"));
    }

    private static IPAddress Network(IPAddress from)
    {
        if (from.IsIPv4MappedToIPv6)
        {
            return from.MapToIPv4();
        }

        if (from.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return from;
        }

        Span<byte> bytes = stackalloc byte[16];
        from.TryWriteBytes(bytes, out _);
        bytes[NetworkBytes..].Clear();
        return new IPAddress(bytes);
    }

    private LinkedList<Entered> Of(IPAddress from)
    {
        if (!_from.TryGetValue(from, out LinkedList<Entered>? list))
        {
            _from[from] = list = new LinkedList<Entered>();
        }

        return list;
    }

    private void Remove(Entered entered)
    {
        if (entered.Place is not { List: { } list } place)
        {
            return;
        }

        list.Remove(place);
        _count--;
        if (list.Count == 0)
        {
            _from.Remove(entered.From);
        }
    }

    private sealed class Entered(HandshakeGate gate, IPAddress from, Action<LinkException> giveWay) : IDisposable
    {
        internal IPAddress From { get; } = from;

        internal long Turn { get; set; }

        internal LinkedListNode<Entered>? Place { get; set; }

        internal void GiveWay(LinkException cause) => giveWay(cause);

        public void Dispose()
        {
            lock (gate._gate)
            {
                gate.Remove(this);
            }
        }
    }

    private sealed class Uncounted : IDisposable
    {
        internal static readonly Uncounted Instance = new();

        public void Dispose()
        {
        }
    }
}
