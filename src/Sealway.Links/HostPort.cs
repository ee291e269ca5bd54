namespace Sealway.Links;

using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

/// <summary>Where a link goes or listens: <c>cloud.example:8883</c>, <c>127.0.0.1:0</c>, <c>[::1]:8883</c>.</summary>
/// <param name="Host">A DNS name or an IP address, without brackets.</param>
/// <param name="Port">0 to 65,535; 0 to listen on any free port.</param>
public readonly record struct HostPort(string Host, int Port)
{
    private const int LongestHost = 253;

    /// <summary>Reads <c>host:port</c>; an IPv6 address stands in brackets.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out HostPort address)
    {
        address = default;
        int colon = text?.LastIndexOf(':') ?? -1;
        if (colon <= 0
            || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            || port > IPEndPoint.MaxPort)
        {
            return false;
        }

        string host = text![..colon];
        bool bracketed = host is ['[', .., ']'];
        if (bracketed)
        {
            host = host[1..^1];
        }

        UriHostNameType type = host.Length <= LongestHost ? Uri.CheckHostName(host) : UriHostNameType.Unknown;
        if (bracketed ? type != UriHostNameType.IPv6 : type is not (UriHostNameType.Dns or UriHostNameType.IPv4))
        {
            return false;
        }

        address = new HostPort(host, port);
        return true;
    }

    /// <summary>Reads <c>host:port</c>; an IPv6 address stands in brackets.</summary>
    /// <exception cref="FormatException">Anything else.</exception>
    public static HostPort Parse(string text) => TryParse(text, out HostPort address)
        ? address
        : throw new FormatException($"'{LinkException.Printable(text)}' is not host:port");

    /// <summary>Where to listen: an IP address of this machine, or <c>localhost</c>. Other names are refused, as what they mean can change underneath a listener.</summary>
    /// <exception cref="LinkException"><see cref="LinkRefusal.Unreachable"/>.</exception>
    public IPEndPoint ToListen() => Host == "localhost"
        ? new IPEndPoint(IPAddress.Loopback, Port)
        : IPAddress.TryParse(Host, out IPAddress? ip)
            ? new IPEndPoint(ip, Port)
            : throw new LinkException(LinkRefusal.Unreachable, $"to listen takes an IP address of this machine or localhost, not '{Host}'");

    /// <summary><c>host:port</c>.</summary>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal)
        ? string.Create(CultureInfo.InvariantCulture, $"[{Host}]:{Port}")
        : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");
}
