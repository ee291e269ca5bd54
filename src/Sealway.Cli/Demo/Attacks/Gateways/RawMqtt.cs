namespace Sealway.Cli.Demo.Attacks;

using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Messages;

/// <summary>MQTT 5 by hand: what no library would send.</summary>
internal static class RawMqtt
{
    /// <summary>The header of a PUBLISH, QoS 1, whose remaining length is the largest that MQTT can say.</summary>
    public static byte[] PublishOf256MiB => [0x32, 0xFF, 0xFF, 0xFF, 0x7F];

    /// <summary>The header of a PUBLISH of a megabyte, its topic, and the first bytes of a payload that never ends.</summary>
    public static byte[] PublishThatNeverEnds(string gateway)
    {
        byte[] topic = Encoding.UTF8.GetBytes($"sealway/{gateway}/up");

        // 1,048,576 as a variable byte integer: 0x80 0x80 0x40. Then the topic, packet identifier 1, no properties.
        return [0x32, 0x80, 0x80, 0x40, 0, (byte)topic.Length, .. topic, 0, 1, 0, 0x86];
    }

    /// <summary>Connects with a gateway's stolen keys, says CONNECT, and then the bytes; returns the connection.</summary>
    public static async Task<Stream> OpenAsync(AttackScene scene, string gateway, byte[] bytes, CancellationToken stop)
    {
        using Identity keys = scene.Steal(true, gateway);
        using TlsIdentity tls = TlsIdentity.From(new X509Certificate2(keys.Certificate), [new X509Certificate2(keys.Ca)]);
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, scene.Ports.HospitalMqtt, stop).ConfigureAwait(false);
        TlsConnection connection = await new TlsPolicy(tls, _ => null).ConnectAsync(new NetworkStream(socket, ownsSocket: true), "127.0.0.1", new PeerExpectation(null, Role.Cloud), stop).ConfigureAwait(false);
        await connection.Stream.WriteAsync(Connect(gateway), stop).ConfigureAwait(false);

        // CONNACK first, as an honest client waits.
        byte[] answer = new byte[256];
        if (await connection.Stream.ReadAsync(answer, stop).ConfigureAwait(false) == 0 || answer[0] != 0x20)
        {
            throw new IOException("the broker did not take the connection");
        }

        await connection.Stream.WriteAsync(bytes, stop).ConfigureAwait(false);
        await connection.Stream.FlushAsync(stop).ConfigureAwait(false);
        return connection.Stream;
    }

    /// <summary>The same, and waits until the broker has ended the connection.</summary>
    public static async Task SendAsync(AttackScene scene, string gateway, byte[] bytes, CancellationToken stop)
    {
        Stream stream = await OpenAsync(scene, gateway, bytes, stop).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            await EndAsync(stream, stop).ConfigureAwait(false);
        }
    }

    /// <summary>Reads until the other side has ended it.</summary>
    public static async Task EndAsync(Stream stream, CancellationToken stop)
    {
        byte[] rest = new byte[1024];
        try
        {
            while (await stream.ReadAsync(rest, stop).ConfigureAwait(false) > 0)
            {
                // What it says on the way out is no matter.
            }
        }
        catch (IOException)
        {
            // Ended without a goodbye.
        }
    }

    // MQTT 5 section 3.1: clean start, keep-alive 60 s, no properties, no will.
    private static byte[] Connect(string client)
    {
        byte[] name = Encoding.UTF8.GetBytes(client);
        byte[] body = [0, 4, .. "MQTT"u8, 5, 2, 0, 60, 0, 0, (byte)name.Length, .. name];
        return [0x10, (byte)body.Length, .. body];
    }
}
