namespace Sealway.Links.Tests;

using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Security.Cryptography;
using Sealway.Messages;
using Xunit;

public sealed class SensorLinkTests : IDisposable
{
    private readonly TestFleet _fleet = new();
    private readonly string _path = TestFleet.SocketPath();

    private static CancellationToken Soon => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Messages_pass_in_both_directions_in_order(bool tls)
    {
        await using ISensorListener listener = Listen(tls);
        await using ISensorLink sensor = await ConnectAsync(listener, tls);
        await using ISensorLink gateway = await listener.AcceptAsync(Soon);
        Assert.Equal(tls, gateway.Encrypted);
        Assert.Equal(tls ? "thermometer" : null, gateway.Peer?.Name);
        Assert.Equal(tls ? "ward" : null, sensor.Peer?.Name);
        byte[][] up = Messages(300);
        byte[][] down = Messages(300);
        await Task.WhenAll(SendAsync(sensor, up), SendAsync(gateway, down), ExpectAsync(gateway, up), ExpectAsync(sensor, down));
    }

    [Fact]
    public async Task Messages_sent_together_are_received_together()
    {
        await using ISensorListener listener = Listen(tls: false);
        using Socket raw = await RawAsync();
        await using ISensorLink gateway = await listener.AcceptAsync(Soon);
        await raw.SendAsync(new byte[] { 0, 1, 1, 0, 2, 2, 2, 0, 3, 3, 3, 3, 0 }, Soon);
        List<ReadOnlyMemory<byte>> got = [];
        Assert.True(await gateway.ReceiveAsync(got, Soon));
        Assert.Equal([1, 2, 3], got.Select(m => m.Length));
        await raw.SendAsync(new byte[] { 1, 9 }, Soon);
        Assert.True(await gateway.ReceiveAsync(got, Soon));
        Assert.Equal([9], Assert.Single(got).ToArray());
        raw.Shutdown(SocketShutdown.Send);
        Assert.False(await gateway.ReceiveAsync(got, Soon));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(LinkLimits.SensorMessageBytes + 1)]
    [InlineData(ushort.MaxValue)]
    public async Task A_frame_of_a_wrong_length_ends_the_link_at_its_header_and_the_first_cause_stays(int length)
    {
        await using ISensorListener listener = Listen(tls: false);
        using Socket raw = await RawAsync();
        await using ISensorLink gateway = await listener.AcceptAsync(Soon);
        byte[] header = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(header, (ushort)length);
        await raw.SendAsync(header, Soon);
        List<ReadOnlyMemory<byte>> got = [];
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(LinkRefusal.WrongLength, (await Assert.ThrowsAsync<LinkException>(async () => await gateway.ReceiveAsync(got, Soon))).Reason);
            Assert.Equal(LinkRefusal.WrongLength, (await Assert.ThrowsAsync<LinkException>(async () => await gateway.SendAsync(new byte[1], Soon))).Reason);
        }
    }

    [Fact]
    public async Task Messages_before_a_wrong_frame_still_count()
    {
        await using ISensorListener listener = Listen(tls: false);
        using Socket raw = await RawAsync();
        await using ISensorLink gateway = await listener.AcceptAsync(Soon);
        List<ReadOnlyMemory<byte>> got = [];
        await raw.SendAsync(new byte[] { 0, 1, 5, 0, 0 }, Soon);
        Assert.True(await gateway.ReceiveAsync(got, Soon));
        Assert.Equal([5], Assert.Single(got).ToArray());
        Assert.Equal(LinkRefusal.WrongLength, (await Assert.ThrowsAsync<LinkException>(async () => await gateway.ReceiveAsync(got, Soon))).Reason);
        Assert.Empty(got);
    }

    [Fact]
    public async Task An_end_inside_a_frame_is_not_a_clean_end()
    {
        await using ISensorListener listener = Listen(tls: false);
        using Socket raw = await RawAsync();
        await using ISensorLink gateway = await listener.AcceptAsync(Soon);
        await raw.SendAsync(new byte[] { 0, 9, 1 }, Soon);
        raw.Shutdown(SocketShutdown.Both);
        Assert.Equal(LinkRefusal.Closed, (await Assert.ThrowsAsync<LinkException>(async () => await gateway.ReceiveAsync([], Soon))).Reason);
    }

    [Fact]
    public async Task A_message_that_fits_no_frame_is_refused_and_the_link_stays_whole()
    {
        await using ISensorListener listener = Listen(tls: false);
        await using ISensorLink sensor = await ConnectAsync(listener, tls: false);
        await using ISensorLink gateway = await listener.AcceptAsync(Soon);
        foreach (int length in new[] { 0, LinkLimits.SensorMessageBytes + 1 })
        {
            Assert.Equal(LinkRefusal.WrongLength, (await Assert.ThrowsAsync<LinkException>(async () => await sensor.SendAsync(new byte[length], Soon))).Reason);
        }

        byte[][] largest = [new byte[LinkLimits.SensorMessageBytes]];
        await SendAsync(sensor, largest);
        await ExpectAsync(gateway, largest);
    }

    [Fact]
    public async Task Bytes_that_never_make_a_frame_do_not_keep_a_link_alive()
    {
        ManualTime time = new();
        await using ISensorListener listener = Listen(tls: false, new SensorListenerOptions { Time = time, IdleTime = TimeSpan.FromMinutes(1) });
        using Socket raw = await RawAsync();
        await using ISensorLink gateway = await listener.AcceptAsync(Soon);
        await raw.SendAsync(new byte[] { 0, 200, 1 }, Soon);
        ValueTask<bool> receiving = gateway.ReceiveAsync([], Soon);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(LinkRefusal.Idle, (await Assert.ThrowsAsync<LinkException>(async () => await receiving)).Reason);
    }

    [Fact]
    public async Task A_peer_that_takes_nothing_makes_the_sender_wait_and_is_then_given_up()
    {
        ManualTime time = new();
        using StalledStream stalled = new();
        await using SensorLink link = new(stalled, new SensorLinkSettings { Remote = "stalled", IdleTime = Timeout.InfiniteTimeSpan, Time = time });
        byte[] message = new byte[LinkLimits.SensorMessageBytes];
        await link.SendAsync(message, Soon);
        await stalled.Writing;
        int taken = 0;
        Task sending;
        while ((sending = link.SendAsync(message, Soon).AsTask()).IsCompleted)
        {
            Assert.True(++taken * message.Length <= LinkLimits.SensorSendBytes);
        }

        time.Advance(LinkLimits.SendTime);
        Assert.Equal(LinkRefusal.TooSlow, (await Assert.ThrowsAsync<LinkException>(() => sending)).Reason);
    }

    [Fact]
    public async Task What_was_taken_for_sending_goes_out_before_a_link_is_closed()
    {
        await using ISensorListener listener = Listen(tls: true);
        ISensorLink sensor = await ConnectAsync(listener, tls: true);
        await using ISensorLink gateway = await listener.AcceptAsync(Soon);
        byte[][] last = Messages(20);
        await SendAsync(sensor, last);
        await sensor.DisposeAsync();
        await ExpectAsync(gateway, last);
        Assert.False(await gateway.ReceiveAsync([], Soon));
    }

    [Fact]
    public async Task Calling_off_a_wait_ends_the_link()
    {
        await using ISensorListener listener = Listen(tls: false);
        await using ISensorLink sensor = await ConnectAsync(listener, tls: false);
        using CancellationTokenSource off = new();
        ValueTask<bool> receiving = sensor.ReceiveAsync([], off.Token);
        await off.CancelAsync();
        Assert.Equal(LinkRefusal.ClosedHere, (await Assert.ThrowsAsync<LinkException>(async () => await receiving)).Reason);
    }

    [Fact]
    public async Task A_sensor_that_is_refused_is_told_apart_from_one_that_lost_its_link()
    {
        TaskCompletionSource<LinkException> refused = new();
        TlsPolicy ward = _fleet.Policy("ward", Role.Gateway, check: _ => new PeerRefusal(LinkRefusal.Revoked, "because"));
        await using ISensorListener listener = SensorListener.Tls(HostPort.Parse("127.0.0.1:0"), ward, new SensorListenerOptions { Refused = (e, _) => refused.TrySetResult(e) });
        await using ISensorLink sensor = await ConnectAsync(listener, tls: true);
        Assert.Equal(LinkRefusal.Revoked, (await Assert.ThrowsAsync<LinkException>(async () => await sensor.ReceiveAsync([], Soon))).Reason);
        Assert.Equal(LinkRefusal.Revoked, (await refused.Task).Reason);
    }

    [Fact]
    public async Task A_gateway_that_is_refused_is_told_so()
    {
        await using ISensorListener listener = Listen(tls: true);
        TlsPolicy sensor = _fleet.Policy("thermometer", Role.Sensor, check: _ => new PeerRefusal(LinkRefusal.Revoked, "because"));
        LinkException client = await Assert.ThrowsAsync<LinkException>(() => SensorLinkClient.ConnectTlsAsync(HostPort.Parse(listener.Address), sensor, new PeerExpectation("ward", Role.Gateway), cancellation: Soon));
        Assert.Equal(LinkRefusal.Revoked, client.Reason);
    }

    [Fact]
    public async Task Strangers_take_no_sensors_place_and_one_link_too_many_is_told_so()
    {
        TaskCompletionSource<LinkException> refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ISensorListener listener = SensorListener.Tls(HostPort.Parse("localhost:0"), _fleet.Policy("ward", Role.Gateway), new SensorListenerOptions { Links = 2, Refused = (e, _) => refused.TrySetResult(e) });
        using Socket silent = new(SocketType.Stream, ProtocolType.Tcp);
        await silent.ConnectAsync("127.0.0.1", HostPort.Parse(listener.Address).Port, Soon);
        await using ISensorLink first = await ConnectAsync(listener, "bed-1");
        await using ISensorLink gatewaysFirst = await listener.AcceptAsync(Soon);
        await using ISensorLink second = await ConnectAsync(listener, "bed-2");
        await using ISensorLink gatewaysSecond = await listener.AcceptAsync(Soon);
        await using ISensorLink third = await ConnectAsync(listener, "bed-3");
        Assert.Equal(LinkRefusal.TooMany, (await Assert.ThrowsAsync<LinkException>(async () => await third.ReceiveAsync([], Soon))).Reason);
        Assert.Equal(LinkRefusal.TooMany, (await refused.Task).Reason);
        await SendAsync(first, Messages(3));
    }

    [Fact]
    public async Task A_sensor_that_connects_again_and_again_has_its_oldest_link_ended()
    {
        await using ISensorListener listener = Listen(tls: true);
        List<(ISensorLink Sensor, ISensorLink Gateway)> links = [];
        for (int i = 0; i <= LinkLimits.LinksOfOneSensor; i++)
        {
            links.Add((await ConnectAsync(listener, "bed-1"), await listener.AcceptAsync(Soon)));
        }

        Assert.Equal(LinkRefusal.TakenOver, (await Assert.ThrowsAsync<LinkException>(async () => await links[0].Sensor.ReceiveAsync([], Soon))).Reason);
        Assert.Equal(LinkRefusal.TakenOver, (await Assert.ThrowsAsync<LinkException>(async () => await links[0].Gateway.ReceiveAsync([], Soon))).Reason);
        byte[][] messages = Messages(3);
        await SendAsync(links[^1].Sensor, messages);
        await ExpectAsync(links[^1].Gateway, messages);
        foreach ((ISensorLink sensor, ISensorLink gateway) in links)
        {
            await sensor.DisposeAsync();
            await gateway.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_link_that_is_refused_while_it_stands_tells_the_sensor_why()
    {
        await using ISensorListener listener = Listen(tls: true);
        await using ISensorLink sensor = await ConnectAsync(listener, "bed-1");
        await using ISensorLink gateway = await listener.AcceptAsync(Soon);
        Task<LinkException> here = Assert.ThrowsAsync<LinkException>(async () => await gateway.ReceiveAsync([], Soon));
        await gateway.RefuseAsync(new LinkException(LinkRefusal.Revoked, "the key was revoked"));
        LinkException told = await Assert.ThrowsAsync<LinkException>(async () => await sensor.ReceiveAsync([], Soon));
        Assert.Equal(LinkRefusal.Revoked, told.Reason);
        Assert.Contains("the key was revoked", told.Text, StringComparison.Ordinal);
        Assert.Equal(LinkRefusal.Revoked, (await here).Reason);
    }

    [Fact]
    public async Task Nothing_answers_at_a_port_without_a_gateway()
    {
        HostPort free;
        await using (ISensorListener listener = Listen(tls: true))
        {
            free = HostPort.Parse(listener.Address);
        }

        LinkException e = await Assert.ThrowsAsync<LinkException>(() => SensorLinkClient.ConnectTlsAsync(free, _fleet.Policy("thermometer", Role.Sensor), new PeerExpectation("ward", Role.Gateway), cancellation: Soon));
        Assert.Equal(LinkRefusal.Unreachable, e.Reason);
    }

    [Fact]
    public async Task A_socket_left_by_a_crash_is_taken_over_but_a_living_one_and_a_file_are_not()
    {
        await using (ISensorListener living = Listen(tls: false))
        {
            Assert.Equal(LinkRefusal.Unreachable, Assert.Throws<LinkException>(() => Listen(tls: false)).Reason);
        }

        Assert.False(File.Exists(_path));
        using (Socket crashed = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            // Moved, so that the platform does not clear it away as it would after a clean end.
            crashed.Bind(new UnixDomainSocketEndPoint(_path + "x"));
            File.Move(_path + "x", _path);
        }

        await using (ISensorListener after = Listen(tls: false))
        {
            await using ISensorLink sensor = await ConnectAsync(after, tls: false);
        }

        await File.WriteAllTextAsync(_path, "not a socket", Soon);
        Assert.Equal(LinkRefusal.Unreachable, Assert.Throws<LinkException>(() => Listen(tls: false)).Reason);
    }

    public void Dispose()
    {
        _fleet.Dispose();
        File.Delete(_path);
    }

    private static byte[][] Messages(int count) => [.. Enumerable.Range(1, count).Select(i => RandomNumberGenerator.GetBytes(1 + (i * 37 % LinkLimits.SensorMessageBytes)))];

    private static async Task SendAsync(ISensorLink link, byte[][] messages)
    {
        foreach (byte[] message in messages)
        {
            await link.SendAsync(message, Soon);
        }
    }

    private static async Task ExpectAsync(ISensorLink link, byte[][] messages)
    {
        List<ReadOnlyMemory<byte>> got = [];
        int next = 0;
        while (next < messages.Length)
        {
            Assert.True(await link.ReceiveAsync(got, Soon));
            foreach (ReadOnlyMemory<byte> message in got)
            {
                Assert.True(message.Span.SequenceEqual(messages[next++]));
            }
        }
    }

    private ISensorListener Listen(bool tls, SensorListenerOptions? options = null) => tls
        ? SensorListener.Tls(HostPort.Parse("127.0.0.1:0"), new TlsPolicy(_fleet.Identity("ward", Role.Gateway), TestFleet.LetIn) { Accepts = [Role.Sensor] }, options)
        : SensorListener.PlaintextUnix(_path, options);

    private async Task<ISensorLink> ConnectAsync(ISensorListener listener, bool tls) => tls
        ? await SensorLinkClient.ConnectTlsAsync(HostPort.Parse(listener.Address), _fleet.Policy("thermometer", Role.Sensor), new PeerExpectation("ward", Role.Gateway), cancellation: Soon)
        : await SensorLinkClient.ConnectPlaintextUnixAsync(_path, cancellation: Soon);

    private async Task<ISensorLink> ConnectAsync(ISensorListener listener, string name) =>
        await SensorLinkClient.ConnectTlsAsync(HostPort.Parse(listener.Address), _fleet.Policy(name, Role.Sensor), new PeerExpectation("ward", Role.Gateway), cancellation: Soon);

    private async Task<Socket> RawAsync()
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(_path), Soon);
        return socket;
    }
}
