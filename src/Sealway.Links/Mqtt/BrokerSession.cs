namespace Sealway.Links;

using System.Threading.Channels;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Server;

/// <summary>One gateway's connection at the broker: who it is, what it may do, what waits for it and from it.</summary>
internal sealed class BrokerSession : GuardedAdapter
{
    private static long _numbers;

    private readonly string _up;
    private readonly string _down;
    private readonly SemaphoreSlim _underWay = new(LinkLimits.MessagesUnderWay, LinkLimits.MessagesUnderWay);
    private readonly Channel<ReadOnlyMemory<byte>> _inbox = System.Threading.Channels.Channel.CreateBounded<ReadOnlyMemory<byte>>(LinkLimits.MessagesWaiting);
    private readonly CancellationTokenSource _end = new();
    private MqttSessionStatus? _library;
    private bool _greeted;

    internal BrokerSession(MqttStreamChannel channel, PeerIdentity peer, string remote, DateTimeOffset since)
        : base(channel, version: null)
    {
        Peer = peer;
        Remote = remote;
        Since = since;
        Ended = _end.Token;
        _up = GatewayTopics.Up(peer.Name);
        _down = GatewayTopics.Down(peer.Name);
    }

    /// <summary>Rises from one session to the next.</summary>
    internal long Number { get; } = Interlocked.Increment(ref _numbers);

    internal PeerIdentity Peer { get; }

    internal string Remote { get; }

    internal DateTimeOffset Since { get; }

    /// <summary>Whether it has subscribed, so that it can be sent to.</summary>
    internal bool Standing => _library is not null && !Ended.IsCancellationRequested;

    internal CancellationToken Ended { get; }

    /// <summary>Messages from the gateway, in order.</summary>
    internal ChannelReader<ReadOnlyMemory<byte>> Inbox => _inbox.Reader;

    public override Task SendPacketAsync(MqttPacket packet, CancellationToken cancellationToken)
    {
        if (packet is MqttConnAckPacket { ReasonCode: MqttConnectReasonCode.Success } welcome)
        {
            // What the library would announce is more than the rules here let pass.
            welcome.MaximumPacketSize = LinkLimits.PublishPacketBytes;
            welcome.ReceiveMaximum = LinkLimits.MessagesUnderWay;
            welcome.MaximumQoS = MqttQualityOfServiceLevel.AtLeastOnce;
            welcome.RetainAvailable = false;
            welcome.TopicAliasMaximum = 0;
            welcome.WildcardSubscriptionAvailable = false;
            welcome.SubscriptionIdentifiersAvailable = false;
        }
        else if (packet is MqttDisconnectPacket { ReasonCode: MqttDisconnectReasonCode.SessionTakenOver } goodbye)
        {
            goodbye.ReasonString = Channel.Poison(new LinkException(LinkRefusal.TakenOver, $"a newer connection of {Peer} took the place of this one")).Message;
        }

        return base.SendPacketAsync(packet, cancellationToken);
    }

    /// <summary>It can be sent to from now on.</summary>
    internal void Stands(MqttSessionStatus library) => _library = library;

    /// <summary>Hands a message of the gateway to its inbox; waits while the inbox is full, and with it the connection.</summary>
    internal async ValueTask DeliverAsync(MqttApplicationMessage message)
    {
        ReadOnlyMemory<byte> payload = message.Payload.IsSingleSegment ? message.Payload.First : System.Buffers.BuffersExtensions.ToArray(message.Payload);
        await _inbox.Writer.WriteAsync(payload, Ended).ConfigureAwait(false);
    }

    /// <summary>Queues a message to the gateway; waits while too many are not yet acknowledged.</summary>
    /// <returns>False when the connection has ended or the gateway does not acknowledge.</returns>
    internal async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> payload, TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            if (!_underWay.Wait(0, CancellationToken.None))
            {
                using CancellationTokenSource late = new(LinkLimits.PublishTime, time);
                using CancellationTokenSource all = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token, Ended);
                try
                {
                    await _underWay.WaitAsync(all.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (late.IsCancellationRequested)
                {
                    await DropAsync(new LinkException(LinkRefusal.TooSlow, $"{Peer} does not acknowledge what is sent to it")).ConfigureAwait(false);
                    return false;
                }
            }

            MqttApplicationMessage message = new()
            {
                Topic = _down,
                Payload = new System.Buffers.ReadOnlySequence<byte>(payload),
                QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
            };
            return !Ended.IsCancellationRequested && _library!.TryEnqueueApplicationMessage(message, out _);
        }
        catch (Exception e) when ((e is OperationCanceledException && !cancellation.IsCancellationRequested) || e is ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>The gateway has acknowledged one message.</summary>
    internal void Acknowledged() => _underWay.Release();

    /// <summary>Ends the connection from this side: nothing more is delivered from now on; the gateway is told why, if it listens.</summary>
    internal async Task DropAsync(LinkException cause)
    {
        Channel.Poison(cause);
        Stop();
        Task telling = EndAsync(cause, CancellationToken.None);
        await Task.WhenAny(telling, Task.Delay(LinkLimits.FarewellTime)).ConfigureAwait(false);
        Channel.Abort(cause);
    }

    /// <summary>Stops delivery and sending.</summary>
    internal void Stop()
    {
        _inbox.Writer.TryComplete();
        _end.Cancel();
    }

    protected override LinkException? Admit(MqttPacket packet) => packet switch
    {
        MqttConnectPacket connect => AdmitConnect(connect),
        MqttPublishPacket publish => AdmitPublish(publish),
        MqttSubscribePacket { TopicFilters: [{ } filter], SubscriptionIdentifier: 0 } => filter.Topic == _down
            ? null
            : new LinkException(LinkRefusal.WrongTopic, $"{Peer} may subscribe to {_down} only"),
        MqttPubAckPacket or MqttPingReqPacket or MqttDisconnectPacket => null,
        _ => new LinkException(LinkRefusal.NotAllowed, $"{Peer} sent a {packet.GetType().Name} that Sealway does not use"),
    };

    protected override async Task EndAsync(LinkException cause, CancellationToken cancellation)
    {
        // To a peer that closed there is nothing more to say.
        if (cause.Reason is LinkRefusal.Closed or LinkRefusal.ClosedHere or LinkRefusal.RefusedByPeer or LinkRefusal.TakenOver
            || PacketFormatterAdapter.ProtocolVersion == MqttProtocolVersion.Unknown)
        {
            return;
        }

        try
        {
            if (!_greeted)
            {
                MqttConnectReasonCode code = ConnectCode(cause.Reason);
                await base.SendPacketAsync(new MqttConnAckPacket { ReasonCode = code, ReturnCode = MqttConnectReturnCode.ConnectionRefusedNotAuthorized, ReasonString = cause.Message }, cancellation).ConfigureAwait(false);
            }
            else
            {
                await base.SendPacketAsync(new MqttDisconnectPacket { ReasonCode = DisconnectCode(cause.Reason), ReasonString = cause.Message }, cancellation).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is MqttCommunicationException or LinkException or OperationCanceledException or ObjectDisposedException)
        {
            // It could not be told; it is dropped all the same.
        }
    }

    private static MqttConnectReasonCode ConnectCode(LinkRefusal reason) => reason switch
    {
        LinkRefusal.WrongProtocol => MqttConnectReasonCode.UnsupportedProtocolVersion,
        LinkRefusal.WrongName => MqttConnectReasonCode.ClientIdentifierNotValid,
        LinkRefusal.WrongLength => MqttConnectReasonCode.PacketTooLarge,
        _ => MqttConnectReasonCode.NotAuthorized,
    };

    private static MqttDisconnectReasonCode DisconnectCode(LinkRefusal reason) => reason switch
    {
        LinkRefusal.WrongTopic => MqttDisconnectReasonCode.TopicNameInvalid,
        LinkRefusal.WrongLength => MqttDisconnectReasonCode.PacketTooLarge,
        LinkRefusal.WrongProtocol => MqttDisconnectReasonCode.ProtocolError,
        LinkRefusal.Idle => MqttDisconnectReasonCode.KeepAliveTimeout,
        LinkRefusal.TooSlow or LinkRefusal.TooMany => MqttDisconnectReasonCode.QuotaExceeded,
        LinkRefusal.Failed => MqttDisconnectReasonCode.UnspecifiedError,
        _ => MqttDisconnectReasonCode.NotAuthorized,
    };

    private LinkException? AdmitConnect(MqttConnectPacket connect)
    {
        if (PacketFormatterAdapter.ProtocolVersion != MqttProtocolVersion.V500 || _greeted)
        {
            return new LinkException(LinkRefusal.WrongProtocol, "one CONNECT of MQTT 5 is expected");
        }

        if (connect.ClientId != Peer.Name)
        {
            return new LinkException(LinkRefusal.WrongName, $"{Peer} must use its own name as the MQTT client id");
        }

        if (!connect.CleanSession || connect.SessionExpiryInterval != 0 || connect.WillFlag || connect.AuthenticationMethod is not null || connect.Username is not null || connect.Password is not null)
        {
            return new LinkException(LinkRefusal.NotAllowed, $"{Peer} asks for a lasting session, a will, or another way to prove who it is");
        }

        if (connect.ReceiveMaximum is not 0 and < LinkLimits.MessagesUnderWay || connect.MaximumPacketSize is not 0 and < LinkLimits.PublishPacketBytes)
        {
            return new LinkException(LinkRefusal.NotAllowed, $"{Peer} cannot take what the cloud has to send: {LinkLimits.MessagesUnderWay} messages of {LinkLimits.PublishPacketBytes} bytes");
        }

        // Idle time is kept by the channel for everyone alike, not by what a client promises.
        connect.KeepAlivePeriod = 0;
        _greeted = true;
        return null;
    }

    private LinkException? AdmitPublish(MqttPublishPacket publish)
    {
        if (publish.Topic != _up)
        {
            return new LinkException(LinkRefusal.WrongTopic, $"{Peer} may publish to {_up} only");
        }

        if (publish.Retain || publish.TopicAlias != 0 || publish.QualityOfServiceLevel != MqttQualityOfServiceLevel.AtLeastOnce)
        {
            return new LinkException(LinkRefusal.NotAllowed, $"{Peer} published with a quality of service other than 1, retained, or under an alias");
        }

        return publish.Payload.Length is >= 1 and <= LinkLimits.FollowBytes
            ? null
            : new LinkException(LinkRefusal.WrongLength, $"{Peer} published {publish.Payload.Length} bytes; 1 to {LinkLimits.FollowBytes} are allowed");
    }
}
