namespace Sealway.Links.Tests;

using System.Net;
using System.Net.Sockets;
using Sealway.Messages;
using Xunit;

public sealed class MqttStreamChannelTests : IDisposable
{
    private static readonly byte[] _connect = [0x10, 17, 0, 4, .. "MQTT"u8, 5, 2, 0, 60, 0, 0, 4, .. "ward"u8];

    // A PUBLISH of a megabyte, and the first byte of it.
    private static readonly byte[] _begun = [0x32, 0x80, 0x80, 0x40, 0];

    private readonly TestFleet _fleet = new();
    private readonly ManualTime _time = new();

    private static CancellationToken Soon => TestContext.Current.CancellationToken;

    public void Dispose() => _fleet.Dispose();

    [Fact]
    public async Task A_packet_that_never_ends_is_given_up_though_a_byte_comes_now_and_then()
    {
        (MqttStreamChannel channel, TlsConnection gateway) = await ConnectAsync();
        using (channel)
        {
            await using System.Net.Security.SslStream stream = gateway.Stream;
            await ReadAsync(channel, stream, _connect);
            await ReadAsync(channel, stream, _begun);
            for (TimeSpan passed = TimeSpan.Zero; passed < LinkLimits.PublishTime - TimeSpan.FromSeconds(30); passed += TimeSpan.FromSeconds(30))
            {
                _time.Advance(TimeSpan.FromSeconds(30));
                await ReadAsync(channel, stream, [0]);
                Assert.Null(channel.Cause);
            }

            _time.Advance(TimeSpan.FromSeconds(30));
            Assert.Equal(LinkRefusal.TooSlow, channel.Cause?.Reason);
        }
    }

    [Fact]
    public async Task Each_packet_has_a_time_of_its_own()
    {
        (MqttStreamChannel channel, TlsConnection gateway) = await ConnectAsync();
        using (channel)
        {
            await using System.Net.Security.SslStream stream = gateway.Stream;
            await ReadAsync(channel, stream, _connect);
            for (int i = 0; i < 10; i++)
            {
                // PINGREQ in two pieces, far apart.
                await ReadAsync(channel, stream, [0xC0]);
                _time.Advance(TimeSpan.FromSeconds(60));
                await ReadAsync(channel, stream, [0x00]);
                Assert.Null(channel.Cause);
            }
        }
    }

    private static async Task ReadAsync(MqttStreamChannel channel, System.Net.Security.SslStream stream, byte[] bytes)
    {
        await stream.WriteAsync(bytes, Soon);
        byte[] buffer = new byte[256];
        for (int read = 0; read < bytes.Length;)
        {
            int more = await channel.ReadAsync(buffer, 0, buffer.Length, Soon);
            Assert.NotEqual(0, more);
            read += more;
        }
    }

    private async Task<(MqttStreamChannel Channel, TlsConnection Gateway)> ConnectAsync()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using TlsIdentity cloud = _fleet.Identity("cloud", Role.Cloud);
        using TlsIdentity ward = _fleet.Identity("ward", Role.Gateway);
        TlsPolicy policy = new(cloud, TestFleet.LetIn, _time);
        Socket near = new(SocketType.Stream, ProtocolType.Tcp);
        await near.ConnectAsync((IPEndPoint)listener.LocalEndpoint, Soon);
        Task<TlsConnection> accepting = policy.AcceptAsync(new NetworkStream(await listener.AcceptSocketAsync(Soon), ownsSocket: true), Soon);
        TlsConnection gateway = await new TlsPolicy(ward, TestFleet.LetIn).ConnectAsync(new NetworkStream(near, ownsSocket: true), "localhost", new PeerExpectation("cloud", Role.Cloud), Soon);
        return (new MqttStreamChannel(await accepting, policy), gateway);
    }
}
