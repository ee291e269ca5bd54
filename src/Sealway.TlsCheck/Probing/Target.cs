namespace Sealway.TlsCheck.Probing;

using System.Globalization;
using System.Net;

/// <summary>An endpoint to check.</summary>
/// <param name="Host">A DNS name or an IP address, without brackets.</param>
/// <param name="Port">1 to 65,535.</param>
internal sealed record Target(string Host, int Port)
{
    /// <summary>The port of HTTPS.</summary>
    public const int DefaultPort = 443;

    private const int LongestHost = 253;

    /// <summary>Whether the host is a name, and so can be asked for by <c>server_name</c>.</summary>
    public bool IsName => !IPAddress.TryParse(Host, out _);

    /// <summary>Reads <c>host</c>, <c>host:port</c>, <c>[::1]:port</c> or a bare IPv6 address.</summary>
    public static Target? Parse(string text, int defaultPort)
    {
        if (IPAddress.TryParse(text, out IPAddress? bare) && text.Count(':'.Equals) > 1 && !text.StartsWith('['))
        {
            return new Target(bare.ToString(), defaultPort);
        }

        int colon = text.LastIndexOf(':');
        bool hasPort = colon >= 0 && !text.EndsWith(']');
        int port = defaultPort;
        if (hasPort && (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > IPEndPoint.MaxPort))
        {
            return null;
        }

        string host = hasPort ? text[..colon] : text;
        bool bracketed = host is ['[', .., ']'];
        host = bracketed ? host[1..^1] : host;
        UriHostNameType type = host.Length is > 0 and <= LongestHost ? Uri.CheckHostName(host) : UriHostNameType.Unknown;
        return (bracketed ? type == UriHostNameType.IPv6 : type is UriHostNameType.Dns or UriHostNameType.IPv4) ? new Target(host, port) : null;
    }

    public override string ToString() => Host.Contains(':', StringComparison.Ordinal)
        ? string.Create(CultureInfo.InvariantCulture, $"[{Host}]:{Port}")
        : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");
}
