namespace Sealway.TlsCheck.StartTls;

using System.Text;
using Sealway.TlsCheck.Probing;

/// <summary>Speaks what comes before TLS, and refuses to go on in plain text.</summary>
internal static class StartTlsClient
{
    private const int MostPlaintext = 16_384;

    /// <summary>Brings a connection to the point where TLS begins.</summary>
    /// <exception cref="PeerStopException"><see cref="StopKind.NoStartTls"/>: the server does not offer it or does not want it.</exception>
    public static async Task RunAsync(ProbeConnection connection, StartTlsProtocol protocol, string host, string? injected, StartTlsSeen seen)
    {
        switch (protocol)
        {
            case StartTlsProtocol.Smtp:
                await Smtp(connection, injected, seen).ConfigureAwait(false);
                break;
            case StartTlsProtocol.Xmpp:
                await Xmpp(connection, host, seen).ConfigureAwait(false);
                break;
            default:
                break;
        }
    }

    private static async Task Smtp(ProbeConnection connection, string? injected, StartTlsSeen seen)
    {
        string banner = await Reply(connection).ConfigureAwait(false);
        Expect(banner, "220", "its greeting");
        await Send(connection, "EHLO tls-check.invalid\r\n").ConfigureAwait(false);
        string capabilities = await Reply(connection).ConfigureAwait(false);
        Expect(capabilities, "250", "its answer to EHLO");
        seen.Offered = capabilities.Split('\n').Any(line => line.Length > 4 && line[4..].Trim().Equals("STARTTLS", StringComparison.OrdinalIgnoreCase));
        if (seen.Offered == false)
        {
            throw Stripped("the server does not offer STARTTLS, or somebody on the way removed the offer");
        }

        await Send(connection, "STARTTLS\r\n" + injected).ConfigureAwait(false);
        string consent = await Reply(connection).ConfigureAwait(false);
        Expect(consent, "220", "its answer to STARTTLS");
        if (consent.TrimEnd('\r', '\n').Contains('\n', StringComparison.Ordinal))
        {
            seen.TrailingPlaintext = true;
        }
    }

    private static async Task Xmpp(ProbeConnection connection, string host, StartTlsSeen seen)
    {
        await Send(connection, $"<?xml version='1.0'?><stream:stream to='{host}' version='1.0' xml:lang='en' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>").ConfigureAwait(false);
        string features = await Until(connection, text => text.Contains("</stream:features>", StringComparison.Ordinal) || text.Contains("<stream:features/>", StringComparison.Ordinal) || text.Contains("<stream:error", StringComparison.Ordinal)).ConfigureAwait(false);
        if (!features.Contains("<stream:stream", StringComparison.Ordinal))
        {
            throw new PeerStopException(StopKind.Malformed, "the server does not speak XMPP");
        }

        seen.Offered = features.Contains("<starttls", StringComparison.Ordinal) && features.Contains("urn:ietf:params:xml:ns:xmpp-tls", StringComparison.Ordinal);
        if (seen.Offered == false)
        {
            throw Stripped("the server does not offer STARTTLS, or somebody on the way removed the offer");
        }

        seen.Required = features.Contains("<required", StringComparison.Ordinal);
        await Send(connection, "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>").ConfigureAwait(false);
        string consent = await Until(connection, text => text.Contains('>', StringComparison.Ordinal)).ConfigureAwait(false);
        if (!consent.TrimStart().StartsWith("<proceed", StringComparison.Ordinal))
        {
            throw Stripped("the server offers STARTTLS and then does not go on with it");
        }

        if (consent.TrimEnd().IndexOf('>', StringComparison.Ordinal) < consent.TrimEnd().Length - 1 && !consent.TrimEnd().EndsWith("</proceed>", StringComparison.Ordinal))
        {
            seen.TrailingPlaintext = true;
        }
    }

    private static void Expect(string reply, string code, string what)
    {
        if (!reply.StartsWith(code, StringComparison.Ordinal))
        {
            throw reply.Length >= 3 && reply[..3].All(char.IsAsciiDigit)
                ? Stripped($"{what} is {reply[..3]} and not {code}")
                : new PeerStopException(StopKind.Malformed, "the server does not speak SMTP");
        }
    }

    private static PeerStopException Stripped(string what) => new(StopKind.NoStartTls, what);

    private static Task Send(ProbeConnection connection, string text) => connection.SendRawAsync(Encoding.UTF8.GetBytes(text));

    // The last line of an answer has a space behind its code.
    private static Task<string> Reply(ProbeConnection connection) => Until(connection, text =>
        text.EndsWith('\n') && (text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Any(line => line.Length < 4 || line[3] != '-') || !char.IsAsciiDigit(text[0])));

    private static async Task<string> Until(ProbeConnection connection, Func<string, bool> whole)
    {
        StringBuilder all = new();
        while (true)
        {
            byte[] some = await connection.ReadRawAsync(4096).ConfigureAwait(false) ?? throw new PeerStopException(StopKind.Closed, "the connection was closed before TLS");
            all.Append(Encoding.Latin1.GetString(some));
            if (whole(all.ToString()))
            {
                return all.ToString();
            }

            if (all.Length > MostPlaintext)
            {
                throw new PeerStopException(StopKind.Malformed, $"more than {MostPlaintext} bytes of plain text");
            }
        }
    }
}
