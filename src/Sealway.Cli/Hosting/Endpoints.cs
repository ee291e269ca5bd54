namespace Sealway.Cli.Hosting;

using System.Globalization;
using System.Net;
using System.Net.Sockets;

/// <summary>Addresses as people write them.</summary>
internal static class Endpoints
{
    /// <summary>Reads "host:port" or "[IPv6]:port", port 1 to 65535.</summary>
    /// <exception cref="FormatException">The text is none.</exception>
    public static DnsEndPoint ParseHost(string text)
    {
        (string host, int port) = Split(text);
        return Uri.CheckHostName(host) is not (UriHostNameType.Unknown or UriHostNameType.Basic) && port > 0 ? new(host, port) : throw new FormatException();
    }

    /// <summary>Reads "address:port", port 0 to 65535, where the address may be <c>localhost</c> (IPv4 loopback) or <c>*</c> (every address).</summary>
    /// <exception cref="FormatException">The text is none.</exception>
    public static IPEndPoint ParseListen(string text)
    {
        (string host, int port) = Split(text);
        return new(host switch
        {
            "localhost" => IPAddress.Loopback,
            "*" => IPAddress.Any,
            // Not the shorthands that the parser also takes: to it, "1" is 0.0.0.1.
            _ when IPAddress.TryParse(host, out IPAddress? address) && (address.AddressFamily == AddressFamily.InterNetworkV6 || address.ToString() == host) => address,
            _ => throw new FormatException(),
        }, port);
    }

    /// <summary>Reads an absolute http or https address.</summary>
    /// <exception cref="FormatException">The text is none.</exception>
    public static Uri ParseUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps) ? url : throw new FormatException();

    private static (string Host, int Port) Split(string text)
    {
        int colon = text.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
        {
            throw new FormatException();
        }

        string host = text[..colon];
        if (host.StartsWith('[') && host.EndsWith(']'))
        {
            return (host[1..^1], port);
        }

        return host.Contains(':', StringComparison.Ordinal) ? throw new FormatException() : (host, port);
    }
}
