namespace Sealway.Links;

using System.Buffers.Binary;
using System.Net.Security;
using System.Text;

/// <summary>The last words of the three protocols, written whole and before anything is read: of a peer that is refused not one byte is parsed.</summary>
internal static class Farewell
{
    /// <summary>The longest text, in characters: what one byte can count.</summary>
    internal const int Longest = byte.MaxValue;

    private const byte ConnAck = 0x20;
    private const byte Disconnect = 0xE0;
    private const byte NotAuthorized = 0x87;
    private const byte ReasonString = 0x1F;

    /// <summary>
    /// What may be told to a refused peer: everything to a party whose certificate the fleet's authority issued, which has proven possession of its key; to a
    /// stranger the reason's name and nothing of what is known here.
    /// </summary>
    internal static string Words(LinkException cause)
    {
        string text = cause.Reason switch
        {
            LinkRefusal.Untrusted => "the certificate is not one of this fleet",
            LinkRefusal.NoCertificate => "a certificate of this fleet is needed",
            _ => cause.Text,
        };
        string said = LinkException.Printable($"{cause.Reason}: {text}");
        return said.Length <= Longest ? said : said[..Longest];
    }

    /// <summary>Of a sensor link, in both directions: 65,534 in place of a frame's length, then the text's length in one byte, then the text.</summary>
    internal static Task SensorAsync(SslStream tls, string said, CancellationToken cancellation) => tls.WriteAsync(SensorFrame.Farewell(said), cancellation).AsTask();

    /// <summary>Of the broker: CONNACK, not authorized, with a reason string (MQTT 5 section 3.2).</summary>
    internal static Task ConnAckAsync(SslStream tls, string said, CancellationToken cancellation)
    {
        byte[] text = Encoding.ASCII.GetBytes(said);
        return WriteAsync(tls, ConnAck, [0, NotAuthorized], text, cancellation);
    }

    /// <summary>Of a gateway: DISCONNECT, not authorized, with a reason string (MQTT 5 section 3.14). The broker of Sealway reads it in place of a CONNECT.</summary>
    internal static Task DisconnectAsync(SslStream tls, string said, CancellationToken cancellation) =>
        WriteAsync(tls, Disconnect, [NotAuthorized], Encoding.ASCII.GetBytes(said), cancellation);

    /// <summary>Of the HTTPS side to a stranger: 403 under HTTP/1.1; under HTTP/2 (RFC 9113 section 6.8) GOAWAY with the text as debug data, after the settings that must come first.</summary>
    internal static Task HttpAsync(SslStream tls, string said, CancellationToken cancellation)
    {
        byte[] text = Encoding.ASCII.GetBytes(said);
        if (tls.NegotiatedApplicationProtocol != SslApplicationProtocol.Http2)
        {
            string head = $"HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {text.Length}\r\nConnection: close\r\n\r\n";
            return tls.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. text], cancellation).AsTask();
        }

        const byte Settings = 4;
        const byte GoAway = 7;
        const int Fixed = 8;
        byte[] frames = new byte[9 + 9 + Fixed + text.Length];
        frames[3] = Settings;
        Span<byte> away = frames.AsSpan(9);
        BinaryPrimitives.WriteUInt16BigEndian(away[1..], (ushort)(Fixed + text.Length));
        away[3] = GoAway;
        text.CopyTo(away[(9 + Fixed)..]);
        return tls.WriteAsync(frames, cancellation).AsTask();
    }

    /// <summary>Reads a gateway's farewell whose beginning has come.</summary>
    /// <returns>Null where it is not one's.</returns>
    internal static async Task<LinkException?> ReadDisconnectAsync(Stream stream, ReadOnlyMemory<byte> beginning, CancellationToken cancellation)
    {
        if (beginning.Span[0] != Disconnect)
        {
            return null;
        }

        // Longer than any that is written above: two bytes of lengths suffice, and nothing else is believed.
        byte[] packet = new byte[512];
        int filled = Math.Min(beginning.Length - 1, packet.Length);
        beginning.Span.Slice(1, filled).CopyTo(packet);
        while (filled < 2 || filled < Size(packet))
        {
            int read = await stream.ReadAsync(packet.AsMemory(filled), cancellation).ConfigureAwait(false);
            if (read == 0 || (filled += read) == packet.Length)
            {
                break;
            }
        }

        ReadOnlySpan<byte> body = packet.AsSpan(0, filled)[Math.Min(filled, LengthBytes(packet))..];
        if (body.Length < 2 || body[0] != NotAuthorized)
        {
            return new LinkException(LinkRefusal.RefusedByPeer, "the gateway took leave without a word");
        }

        ReadOnlySpan<byte> properties = body[Math.Min(body.Length, 1 + LengthBytes(body[1..]))..];
        int length = properties.Length >= 3 && properties[0] == ReasonString ? BinaryPrimitives.ReadUInt16BigEndian(properties[1..]) : 0;
        string said = length <= properties.Length - 3 ? Encoding.ASCII.GetString(properties.Slice(3, length)) : string.Empty;
        return LinkException.FromPeer(said, LinkRefusal.RefusedByPeer, "the gateway refused this side and");
    }

    private static int LengthBytes(ReadOnlySpan<byte> at) => at.Length > 0 && at[0] >= 0x80 ? 2 : 1;

    private static int Size(ReadOnlySpan<byte> packet)
    {
        int bytes = LengthBytes(packet);
        return bytes + (packet[0] & 0x7F) + (bytes == 2 ? (packet[1] & 0x7F) << 7 : 0);
    }

    private static Task WriteAsync(SslStream tls, byte type, byte[] code, byte[] text, CancellationToken cancellation)
    {
        byte[] length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)text.Length);
        byte[] property = [ReasonString, .. length, .. text];
        byte[] body = [.. code, .. Variable(property.Length), .. property];
        return tls.WriteAsync((byte[])[type, .. Variable(body.Length), .. body], cancellation).AsTask();
    }

    // A variable byte integer (MQTT 5 section 1.5.5) below 16,384.
    private static byte[] Variable(int value) => value < 0x80 ? [(byte)value] : [(byte)(value | 0x80), (byte)(value >> 7)];
}
