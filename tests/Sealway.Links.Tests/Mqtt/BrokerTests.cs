namespace Sealway.Links.Tests;

using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using Sealway.Messages;
using Xunit;

public sealed class BrokerTests : IAsyncDisposable
{
    private readonly BrokerRig _rig = new();

    private static CancellationToken Soon => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Messages_pass_in_both_directions_in_order()
    {
        Broker broker = await _rig.StartAsync();
        GatewayRig ward = _rig.Gateway();
        Assert.Equal("cloud", (await ward.Connected.Reader.ReadAsync(Soon)).Name);
        Assert.Equal("ward", (await _rig.Connected.Reader.ReadAsync(Soon)).Name);
        Assert.Equal("ward", Assert.Single(broker.Connected).Gateway.Name);
        for (byte i = 0; i < 200; i++)
        {
            await ward.Connection.SendAsync(new[] { i }, Soon);
            Assert.True(await broker.SendAsync("ward", new[] { i }, Soon));
        }

        for (byte i = 0; i < 200; i++)
        {
            Assert.Equal([i], (await _rig.Messages.Reader.ReadAsync(Soon)).Payload);
            Assert.Equal([i], await ward.Messages.Reader.ReadAsync(Soon));
        }
    }

    [Fact]
    public async Task The_largest_message_passes_and_a_larger_one_is_refused_before_it_is_sent()
    {
        Broker broker = await _rig.StartAsync();
        GatewayRig ward = _rig.Gateway();
        await _rig.Connected.Reader.ReadAsync(Soon);
        await ward.Connected.Reader.ReadAsync(Soon);
        byte[] largest = RandomNumberGenerator.GetBytes(LinkLimits.FollowBytes);
        await ward.Connection.SendAsync(largest, Soon);
        Assert.True(await broker.SendAsync("ward", largest, Soon));
        Assert.True((await _rig.Messages.Reader.ReadAsync(Soon)).Payload.AsSpan().SequenceEqual(largest));
        Assert.True((await ward.Messages.Reader.ReadAsync(Soon)).AsSpan().SequenceEqual(largest));
        Assert.Equal(LinkRefusal.WrongLength, (await Assert.ThrowsAsync<LinkException>(() => ward.Connection.SendAsync(new byte[LinkLimits.FollowBytes + 1], Soon))).Reason);
        Assert.Equal(LinkRefusal.WrongLength, (await Assert.ThrowsAsync<LinkException>(async () => await broker.SendAsync("ward", new byte[LinkLimits.FollowBytes + 1], Soon))).Reason);
    }

    [Fact]
    public async Task A_gateway_that_is_not_connected_cannot_be_sent_to()
    {
        Broker broker = await _rig.StartAsync();
        Assert.False(await broker.SendAsync("nobody", new byte[1], Soon));
    }

    [Theory]
    [InlineData(Flaw.OtherAuthority, LinkRefusal.Untrusted)]
    [InlineData(Flaw.SelfSigned, LinkRefusal.Untrusted)]
    [InlineData(Flaw.Expired, LinkRefusal.Expired)]
    [InlineData(Flaw.NotYetValid, LinkRefusal.NotYetValid)]
    [InlineData(Flaw.ServerOnly, LinkRefusal.WrongPurpose)]
    public async Task A_gateway_whose_certificate_will_not_do_is_refused_and_both_sides_name_the_reason(Flaw flaw, LinkRefusal reason)
    {
        await _rig.StartAsync();
        GatewayRig ward = _rig.Gateway(flaw: flaw);
        Assert.Equal(reason, (await _rig.Refused.Reader.ReadAsync(Soon)).Reason);
        Assert.Equal(reason, (await ward.Disconnected.Reader.ReadAsync(Soon)).Reason);
    }

    [Fact]
    public async Task A_revoked_gateway_is_refused()
    {
        _rig.Check = _ => new PeerRefusal(LinkRefusal.Revoked, "because");
        await _rig.StartAsync();
        GatewayRig ward = _rig.Gateway();
        Assert.Equal(LinkRefusal.Revoked, (await _rig.Refused.Reader.ReadAsync(Soon)).Reason);
        Assert.Equal(LinkRefusal.Revoked, (await ward.Disconnected.Reader.ReadAsync(Soon)).Reason);
        Assert.Equal(LinkRefusal.NotConnected, (await Assert.ThrowsAsync<LinkException>(() => ward.Connection.SendAsync(new byte[1], Soon))).Reason);
    }

    [Theory]
    [InlineData(Flaw.OtherAuthority, LinkRefusal.Untrusted)]
    [InlineData(Flaw.Expired, LinkRefusal.Expired)]
    [InlineData(Flaw.NotYetValid, LinkRefusal.NotYetValid)]
    [InlineData(Flaw.WrongName, LinkRefusal.WrongName)]
    [InlineData(Flaw.WrongAddress, LinkRefusal.WrongName)]
    [InlineData(Flaw.ClientOnly, LinkRefusal.WrongPurpose)]
    public async Task A_cloud_whose_certificate_will_not_do_is_refused_and_both_sides_name_a_reason(Flaw flaw, LinkRefusal reason)
    {
        await _rig.StartAsync(flaw);
        GatewayRig ward = _rig.Gateway();
        Assert.Equal(reason, (await ward.Disconnected.Reader.ReadAsync(Soon)).Reason);
        Assert.Equal(reason, (await _rig.Refused.Reader.ReadAsync(Soon)).Reason);
    }

    [Fact]
    public async Task A_client_that_offers_TLS_1_2_only_is_refused()
    {
        await _rig.StartAsync();
        Assert.NotNull((await _rig.StrangerAsync("ward", protocols: SslProtocols.Tls12)).Failure);
        Assert.Equal(LinkRefusal.WrongVersion, (await _rig.Refused.Reader.ReadAsync(Soon)).Reason);
    }

    [Fact]
    public async Task Another_library_of_the_same_protocol_gets_in()
    {
        await _rig.StartAsync();
        (IMqttClient client, MqttClientConnectResult? result, _) = await _rig.StrangerAsync("ward");
        Assert.Equal(MqttClientConnectResultCode.Success, result?.ResultCode);
        Assert.True((await client.PublishBinaryAsync("sealway/ward/up", [1], MqttQualityOfServiceLevel.AtLeastOnce, cancellationToken: Soon)).IsSuccess);
        Assert.Equal([1], (await _rig.Messages.Reader.ReadAsync(Soon)).Payload);
    }

    [Theory]
    [InlineData("another name", LinkRefusal.WrongName)]
    [InlineData("MQTT 3.1.1", LinkRefusal.WrongProtocol)]
    [InlineData("a will", LinkRefusal.NotAllowed)]
    [InlineData("a lasting session", LinkRefusal.NotAllowed)]
    [InlineData("an old session", LinkRefusal.NotAllowed)]
    [InlineData("small packets", LinkRefusal.NotAllowed)]
    [InlineData("a user name", LinkRefusal.NotAllowed)]
    public async Task A_connect_that_asks_for_more_is_refused_with_a_reason(string what, LinkRefusal reason)
    {
        await _rig.StartAsync();
        (_, MqttClientConnectResult? result, _) = await _rig.StrangerAsync("ward", options =>
        {
            switch (what)
            {
                case "another name":
                    options.ClientId = "other";
                    break;
                case "MQTT 3.1.1":
                    options.ProtocolVersion = MqttProtocolVersion.V311;
                    break;
                case "a will":
                    (options.WillTopic, options.WillPayload) = ("sealway/ward/up", [1]);
                    break;
                case "a lasting session":
                    options.SessionExpiryInterval = 60;
                    break;
                case "an old session":
                    options.CleanSession = false;
                    break;
                case "small packets":
                    options.MaximumPacketSize = 1000;
                    break;
                default:
                    options.Credentials = new MqttClientCredentials("user");
                    break;
            }
        });
        Assert.NotEqual(MqttClientConnectResultCode.Success, result?.ResultCode);
        if (what != "MQTT 3.1.1")
        {
            Assert.StartsWith(reason.ToString(), result?.ReasonString, StringComparison.Ordinal);
        }

        Assert.Equal(reason, (await _rig.Refused.Reader.ReadAsync(Soon)).Reason);
    }

    [Theory]
    [InlineData("publish sealway/other/up", LinkRefusal.WrongTopic)]
    [InlineData("publish sealway/ward/down", LinkRefusal.WrongTopic)]
    [InlineData("publish sealway/ward/up/more", LinkRefusal.WrongTopic)]
    [InlineData("publish $SYS/x", LinkRefusal.WrongTopic)]
    [InlineData("subscribe sealway/other/down", LinkRefusal.WrongTopic)]
    [InlineData("subscribe sealway/+/up", LinkRefusal.WrongTopic)]
    [InlineData("subscribe #", LinkRefusal.WrongTopic)]
    [InlineData("subscribe $share/x/sealway/ward/down", LinkRefusal.WrongTopic)]
    [InlineData("retain", LinkRefusal.NotAllowed)]
    [InlineData("qos 0", LinkRefusal.NotAllowed)]
    [InlineData("qos 2", LinkRefusal.NotAllowed)]
    [InlineData("alias", LinkRefusal.NotAllowed)]
    [InlineData("empty", LinkRefusal.WrongLength)]
    [InlineData("two filters", LinkRefusal.NotAllowed)]
    [InlineData("unsubscribe", LinkRefusal.NotAllowed)]
    public async Task A_gateway_that_touches_what_is_not_its_own_is_dropped_with_a_reason(string what, LinkRefusal reason)
    {
        await _rig.StartAsync();
        (IMqttClient client, _, _) = await _rig.StrangerAsync("ward", o => o.ValidateFeatures = false);
        TaskCompletionSource<string> told = new();
        client.DisconnectedAsync += e =>
        {
            told.TrySetResult(e.ReasonString);
            return Task.CompletedTask;
        };
        MqttApplicationMessageBuilder message = new MqttApplicationMessageBuilder().WithTopic("sealway/ward/up").WithPayload([1]).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce);
        await Record.ExceptionAsync(() => what.Split(' ') switch
        {
            ["publish", string topic] => client.PublishAsync(message.WithTopic(topic).Build(), Soon),
            ["subscribe", string topic] => client.SubscribeAsync(topic, cancellationToken: Soon),
            ["retain"] => client.PublishAsync(message.WithRetainFlag().Build(), Soon),
            ["qos", "0"] => client.PublishAsync(message.WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtMostOnce).Build(), Soon),
            ["qos", "2"] => client.PublishAsync(message.WithQualityOfServiceLevel(MqttQualityOfServiceLevel.ExactlyOnce).Build(), Soon),
            ["alias"] => client.PublishAsync(message.WithTopicAlias(1).Build(), Soon),
            ["empty"] => client.PublishAsync(message.WithPayload([]).Build(), Soon),
            ["unsubscribe"] => client.UnsubscribeAsync("sealway/ward/down", Soon),
            _ => client.SubscribeAsync(new MqttClientSubscribeOptionsBuilder().WithTopicFilter("sealway/ward/down").WithTopicFilter("sealway/ward/up").Build(), Soon),
        });
        Assert.StartsWith(reason.ToString(), await told.Task, StringComparison.Ordinal);
        Assert.Equal(reason, (await _rig.Refused.Reader.ReadAsync(Soon)).Reason);
        Assert.False(_rig.Messages.Reader.TryRead(out _));
    }

    [Theory]
    [InlineData("10FFFFFF7F", LinkRefusal.WrongLength)] // a CONNECT of 256 MiB
    [InlineData("108180808001", LinkRefusal.WrongProtocol)] // a length of five bytes
    [InlineData("30FFFFFF7F", LinkRefusal.WrongProtocol)] // a PUBLISH first
    [InlineData("100400044D51", LinkRefusal.WrongProtocol)] // a CONNECT that is cut short
    public async Task A_packet_with_a_wrong_frame_ends_the_connection_before_it_is_held(string hex, LinkRefusal reason)
    {
        await _rig.StartAsync();
        await using SslStream raw = await _rig.RawAsync("ward");
        await raw.WriteAsync(Convert.FromHexString(hex), Soon);
        Assert.Equal(reason, (await _rig.Refused.Reader.ReadAsync(Soon)).Reason);
    }

    [Fact]
    public async Task A_huge_publish_ends_the_connection_at_its_header()
    {
        await _rig.StartAsync();
        await using SslStream raw = await _rig.RawAsync("ward");

        // CONNECT, MQTT 5, clean start, no properties, client id "ward".
        byte[] connect = [0x10, 17, 0, 4, .. "MQTT"u8, 5, 2, 0, 60, 0, 0, 4, .. "ward"u8];
        await raw.WriteAsync(connect, Soon);
        Assert.Equal(0x20, raw.ReadByte());
        await raw.WriteAsync(new byte[] { 0x32, 0xFF, 0xFF, 0xFF, 0x7F }, Soon);
        Assert.Equal(LinkRefusal.WrongLength, (await _rig.Refused.Reader.ReadAsync(Soon)).Reason);
        byte[] rest = new byte[4096];
        int read = await raw.ReadAtLeastAsync(rest, rest.Length, throwOnEndOfStream: false, Soon);
        Assert.Contains("WrongLength", Encoding.ASCII.GetString(rest, 0, read), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gateway_comes_back_by_itself_when_the_broker_restarts()
    {
        Broker first = await _rig.StartAsync();
        GatewayRig ward = _rig.Gateway();
        await ward.Connected.Reader.ReadAsync(Soon);
        await first.DisposeAsync();
        await ward.Disconnected.Reader.ReadAsync(Soon);
        Assert.False(ward.Connection.IsConnected);
        Broker second = await _rig.StartAsync();
        await ward.Connected.Reader.ReadAsync(Soon);
        await ward.Connection.SendAsync(new byte[] { 1 }, Soon);
        Assert.Equal([1], (await _rig.Messages.Reader.ReadAsync(Soon)).Payload);
        Assert.True(await second.SendAsync("ward", new byte[] { 2 }, Soon));
        Assert.Equal([2], await ward.Messages.Reader.ReadAsync(Soon));
    }

    [Fact]
    public async Task A_gateway_whose_key_is_dropped_is_told_why_and_nothing_more_of_it_is_delivered()
    {
        Broker broker = await _rig.StartAsync();
        GatewayRig ward = _rig.Gateway();
        GatewayRig other = _rig.Gateway("other");
        await _rig.Connected.Reader.ReadAsync(Soon);
        await _rig.Connected.Reader.ReadAsync(Soon);
        await ward.Connected.Reader.ReadAsync(Soon);
        _rig.Check = peer => peer.Name == "ward" ? new PeerRefusal(LinkRefusal.Revoked, "because") : null;
        Assert.Equal(1, await broker.DropAsync(TestFleet.KidOf("ward")));
        Assert.Equal(LinkRefusal.Revoked, (await ward.Disconnected.Reader.ReadAsync(Soon)).Reason);
        (PeerIdentity gone, LinkException cause) = await _rig.Disconnected.Reader.ReadAsync(Soon);
        Assert.Equal(("ward", LinkRefusal.Revoked), (gone.Name, cause.Reason));

        // It tries again, and is refused in the handshake from now on.
        Assert.Equal(LinkRefusal.Revoked, (await ward.Disconnected.Reader.ReadAsync(Soon)).Reason);
        Assert.False(await broker.SendAsync("ward", new byte[1], Soon));
        Assert.True(other.Connection.IsConnected);
        Assert.True(await broker.SendAsync("other", new byte[1], Soon));
    }

    [Fact]
    public async Task When_the_registry_moves_both_sides_look_at_their_peers_again()
    {
        Broker broker = await _rig.StartAsync();
        bool cloudRevoked = false;
        GatewayRig ward = _rig.Gateway(check: _ => cloudRevoked ? new PeerRefusal(LinkRefusal.Revoked, "because") : null);
        GatewayRig other = _rig.Gateway("other");
        await ward.Connected.Reader.ReadAsync(Soon);
        await other.Connected.Reader.ReadAsync(Soon);
        await _rig.Connected.Reader.ReadAsync(Soon);
        await _rig.Connected.Reader.ReadAsync(Soon);
        cloudRevoked = true;
        ward.Connection.Recheck();
        other.Connection.Recheck();
        Assert.Equal(LinkRefusal.Revoked, (await ward.Disconnected.Reader.ReadAsync(Soon)).Reason);
        Assert.Equal("ward", (await _rig.Disconnected.Reader.ReadAsync(Soon)).Gateway.Name);
        _rig.Check = _ => new PeerRefusal(LinkRefusal.RegistryStale, "because");
        await broker.RecheckAsync();
        Assert.True(other.Connection.IsConnected);
        _rig.Check = _ => new PeerRefusal(LinkRefusal.NotEnrolled, "because");
        await broker.RecheckAsync();
        Assert.Equal(LinkRefusal.NotEnrolled, (await other.Disconnected.Reader.ReadAsync(Soon)).Reason);
    }

    [Fact]
    public async Task One_gateway_whose_messages_take_long_does_not_hold_up_another()
    {
        await _rig.StartAsync();
        TaskCompletionSource free = new();
        _rig.OnMessage = async (gateway, _, cancellation) =>
        {
            if (gateway.Name == "ward")
            {
                await free.Task.WaitAsync(cancellation);
            }
        };
        GatewayRig ward = _rig.Gateway();
        GatewayRig other = _rig.Gateway("other");
        await ward.Connected.Reader.ReadAsync(Soon);
        await other.Connected.Reader.ReadAsync(Soon);
        await ward.Connection.SendAsync(new byte[] { 1 }, Soon);
        Assert.Equal("ward", (await _rig.Messages.Reader.ReadAsync(Soon)).Gateway.Name);
        for (int i = 0; i < 50; i++)
        {
            await other.Connection.SendAsync(new byte[] { 2 }, Soon);
            Assert.Equal("other", (await _rig.Messages.Reader.ReadAsync(Soon)).Gateway.Name);
        }

        free.SetResult();
        await ward.Connection.SendAsync(new byte[] { 3 }, Soon);
        Assert.Equal([3], (await _rig.Messages.Reader.ReadAsync(Soon)).Payload);
    }

    [Fact]
    public async Task A_newer_connection_takes_over_and_its_messages_wait_for_the_older_ones()
    {
        Broker broker = await _rig.StartAsync();
        TaskCompletionSource free = new();
        _rig.OnMessage = async (_, payload, _) =>
        {
            if (payload.Span[0] == 1)
            {
                await free.Task;
            }
        };
        (IMqttClient older, _, _) = await _rig.StrangerAsync("ward");
        await older.PublishBinaryAsync("sealway/ward/up", [1], MqttQualityOfServiceLevel.AtLeastOnce, cancellationToken: Soon);
        Assert.Equal([1], (await _rig.Messages.Reader.ReadAsync(Soon)).Payload);
        (IMqttClient newer, _, Exception? failure) = await _rig.StrangerAsync("ward");
        Assert.Null(failure);
        Assert.Equal(LinkRefusal.TakenOver, (await _rig.Refused.Reader.ReadAsync(Soon)).Reason);
        await newer.PublishBinaryAsync("sealway/ward/up", [2], MqttQualityOfServiceLevel.AtLeastOnce, cancellationToken: Soon);
        Assert.False(_rig.Messages.Reader.TryRead(out _));
        free.SetResult();
        Assert.Equal([2], (await _rig.Messages.Reader.ReadAsync(Soon)).Payload);
    }

    [Fact]
    public async Task A_message_that_the_cloud_cannot_handle_drops_the_gateway_and_nothing_follows_it()
    {
        await _rig.StartAsync();
        _rig.OnMessage = (_, payload, _) => payload.Span[0] == 1 ? throw new InvalidOperationException() : ValueTask.CompletedTask;
        GatewayRig ward = _rig.Gateway();
        await ward.Connected.Reader.ReadAsync(Soon);

        // The drop may come before the broker's PUBACK.
        await Record.ExceptionAsync(() => ward.Connection.SendAsync(new byte[] { 1 }, Soon));
        Assert.Equal(LinkRefusal.Failed, (await ward.Disconnected.Reader.ReadAsync(Soon)).Reason);
        await ward.Connected.Reader.ReadAsync(Soon);
        await ward.Connection.SendAsync(new byte[] { 2 }, Soon);
        Assert.Equal([1], (await _rig.Messages.Reader.ReadAsync(Soon)).Payload);
        Assert.Equal([2], (await _rig.Messages.Reader.ReadAsync(Soon)).Payload);
    }

    [Fact]
    public async Task The_cloud_may_send_from_within_its_handler_and_waits_when_a_gateway_takes_nothing()
    {
        Broker broker = await _rig.StartAsync();
        _rig.OnMessage = async (gateway, payload, cancellation) => await broker.SendAsync(gateway.Name, payload, cancellation);
        GatewayRig ward = _rig.Gateway();
        TaskCompletionSource free = new();
        ward.OnMessage = async cancellation => await free.Task.WaitAsync(cancellation);
        await _rig.Connected.Reader.ReadAsync(Soon);
        await ward.Connected.Reader.ReadAsync(Soon);
        for (int i = 0; i < LinkLimits.MessagesUnderWay; i++)
        {
            Assert.True(await broker.SendAsync("ward", new byte[] { 9 }, Soon));
        }

        // The first is being handled, all others wait; not one place is free.
        await ward.Messages.Reader.ReadAsync(Soon);
        using CancellationTokenSource off = new();
        Task<bool> waiting = broker.SendAsync("ward", new byte[] { 9 }, off.Token).AsTask();
        Assert.False(waiting.IsCompleted);
        await off.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        free.SetResult();
        await ward.Connection.SendAsync(new byte[] { 7 }, Soon);
        for (int i = 1; i < LinkLimits.MessagesUnderWay; i++)
        {
            Assert.Equal([9], await ward.Messages.Reader.ReadAsync(Soon));
        }

        Assert.Equal([7], await ward.Messages.Reader.ReadAsync(Soon));
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();
}
