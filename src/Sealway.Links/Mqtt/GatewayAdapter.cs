namespace Sealway.Links;

using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

/// <summary>The gateway's side of the rules: the cloud may be hostile too.</summary>
internal sealed class GatewayAdapter(MqttStreamChannel channel, string gateway) : GuardedAdapter(channel, MqttProtocolVersion.V500)
{
    private readonly string _down = GatewayTopics.Down(gateway);
    private int _underWay;

    public override Task SendPacketAsync(MqttPacket packet, CancellationToken cancellationToken)
    {
        if (packet is MqttPubAckPacket)
        {
            Interlocked.Decrement(ref _underWay);
        }

        return base.SendPacketAsync(packet, cancellationToken);
    }

    protected override LinkException? Admit(MqttPacket packet) => packet switch
    {
        MqttPublishPacket publish => AdmitPublish(publish),
        MqttConnAckPacket or MqttPubAckPacket or MqttSubAckPacket or MqttPingRespPacket or MqttDisconnectPacket => null,
        _ => new LinkException(LinkRefusal.NotAllowed, $"the cloud sent a {packet.GetType().Name} that Sealway does not use"),
    };

    protected override Task EndAsync(LinkException cause, CancellationToken cancellation) => Task.CompletedTask;

    private LinkException? AdmitPublish(MqttPublishPacket publish)
    {
        if (publish.Topic != _down)
        {
            return new LinkException(LinkRefusal.WrongTopic, "the cloud published to a topic that is not this gateway's");
        }

        if (publish.QualityOfServiceLevel != MqttQualityOfServiceLevel.AtLeastOnce || publish.TopicAlias != 0)
        {
            return new LinkException(LinkRefusal.NotAllowed, "the cloud published with a quality of service other than 1, or under an alias");
        }

        if (publish.Payload.Length is 0 or > LinkLimits.FollowBytes)
        {
            return new LinkException(LinkRefusal.WrongLength, $"the cloud published {publish.Payload.Length} bytes");
        }

        // The library queues without end whatever comes before it is handled; the receive maximum that was announced bounds it.
        return Interlocked.Increment(ref _underWay) > LinkLimits.MessagesUnderWay
            ? new LinkException(LinkRefusal.TooMany, "the cloud sends more at once than the gateway said it takes")
            : null;
    }
}
