namespace Sealway.TlsCheck.Tests.Servers;

using System.Net;
using System.Net.Sockets;
using Sealway.TlsCheck.Probing;
using Sealway.TlsCheck.Wire;

/// <summary>A listener that does with each connection what a test says: an old or a hostile peer.</summary>
internal sealed class ScriptedServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private int _connections;

    public ScriptedServer(Func<NetworkStream, CancellationToken, Task> script)
    {
        _listener.Start(128);
        Target = new Target("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port);
        _ = Task.Run(() => AcceptAsync(script));
    }

    public Target Target { get; }

    public int Connections => _connections;

    /// <summary>One that reads the whole ClientHello, or whatever comes first, and answers with bytes that depend on it.</summary>
    public static ScriptedServer Answering(Func<byte[], byte[]?> answer, Func<NetworkStream, CancellationToken, Task>? after = null) => new(async (stream, stop) =>
    {
        byte[] hello = await FirstAsync(stream, stop);
        if (answer(hello) is { } bytes)
        {
            await stream.WriteAsync(bytes, stop);
            if (after is not null)
            {
                await after(stream, stop);
            }
        }
    });

    /// <summary>The first record of TLS with its header; of SSL 2 its record.</summary>
    public static async Task<byte[]> FirstAsync(NetworkStream stream, CancellationToken stop)
    {
        byte[] header = new byte[5];
        await stream.ReadExactlyAsync(header, stop);
        int length = (header[0] & 0x80) != 0 ? (((header[0] & 0x7F) << 8) | header[1]) - 3 : (header[3] << 8) | header[4];
        byte[] body = new byte[length];
        await stream.ReadExactlyAsync(body, stop);
        return [.. header, .. body];
    }

    /// <summary>The version that a ClientHello asks for; 0 for SSL 2.</summary>
    public static int VersionOf(byte[] hello) => (hello[0] & 0x80) != 0 ? 0 : (hello[9] << 8) | hello[10];

    /// <summary>Whether a ClientHello offers a suite.</summary>
    public static bool Offers(byte[] hello, int suite)
    {
        WireReader reader = new(hello.AsSpan(9));
        reader.Take(34);
        reader.Vector8();
        WireReader suites = new(reader.Vector16());
        while (!suites.AtEnd)
        {
            if (suites.Short() == suite)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A fatal alert in its record.</summary>
    public static byte[] Alert(AlertDescription description) => [21, 3, 1, 0, 2, 2, (byte)description];

    /// <summary>Handshake messages in one record.</summary>
    public static byte[] Record(ProtocolVersion version, params HandshakeMessage[] messages) =>
        ProbeConnection.Record(ContentType.Handshake, [.. messages.SelectMany(message => message.Raw)], version);

    /// <summary>A ServerHello.</summary>
    public static HandshakeMessage ServerHello(ProtocolVersion version, int suite, params (ushort Type, byte[] Body)[] extensions)
    {
        WireWriter all = new();
        foreach ((ushort type, byte[] body) in extensions)
        {
            all.Short(type).Vector16(body);
        }

        WireWriter hello = new WireWriter().Short((int)version).Bytes(new byte[32]).Vector8(new byte[4]).Short(suite).Byte(0);
        return HandshakeMessage.Of(HandshakeType.ServerHello, (extensions.Length > 0 ? hello.Vector16(all.ToArray()) : hello).ToArray());
    }

    /// <summary>A Certificate message of TLS 1.2 and older.</summary>
    public static HandshakeMessage Certificate(params byte[][] chain) =>
        HandshakeMessage.Of(HandshakeType.Certificate, Handshakes.CertificateList.Write(chain, tls13: false));

    public static HandshakeMessage Done => HandshakeMessage.Of(HandshakeType.ServerHelloDone, []);

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync(Func<NetworkStream, CancellationToken, Task> script)
    {
        CancellationToken stop = _stop.Token;
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(stop);
                Interlocked.Increment(ref _connections);
                _ = Task.Run(
                    async () =>
                    {
                        using (client)
                        {
                            try
                            {
                                await script(client.GetStream(), stop);
                            }
                            catch (Exception gone) when (gone is IOException or OperationCanceledException or SocketException or ObjectDisposedException or MalformedException or System.Security.Authentication.AuthenticationException)
                            {
                                // The check has seen enough, or the test is over.
                            }
                        }
                    },
                    CancellationToken.None);
            }
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
