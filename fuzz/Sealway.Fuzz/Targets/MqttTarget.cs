namespace Sealway.Fuzz.Targets;

using MQTTnet.Adapter;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using Sealway.Fuzz.Oracles;
using Sealway.Fuzz.Running;
using Sealway.Links;

internal sealed class MqttTarget : FuzzTarget
{
    // Types of packets, MQTT 5 section 2.1.2.
    private const int Connect = 1;
    private const int Publish = 3;

    public override string Name => "mqtt";

    public override string Why => "any peer's MQTT stream: byte by byte the guard says what it says of the whole, which a second reading of the framing confirms; what it lets through the library decodes within bounds";

    public override int MostBytes => 16_384;

    public override int AllocatedPerByte => 256;

    // What the library throws at a wrong packet ends the connection, whatever it is.
    public override bool IsRefusal(Exception exception) => exception is LibraryException;

    public override IEnumerable<byte[]> Seeds(Seeds.VectorFiles vectors)
    {
        MqttPacket[] packets =
        [
            new MqttConnectPacket { ClientId = "ward-3", CleanSession = true, KeepAlivePeriod = 30 },
            new MqttPublishPacket { Topic = "sealway/ward-3/up", PacketIdentifier = 1, QualityOfServiceLevel = MQTTnet.Protocol.MqttQualityOfServiceLevel.AtLeastOnce, PayloadSegment = vectors.Of("follow").First() },
            new MqttSubscribePacket { PacketIdentifier = 2, TopicFilters = [new MqttTopicFilter { Topic = "sealway/ward-3/down" }] },
            new MqttPubAckPacket { PacketIdentifier = 1 },
            new MqttDisconnectPacket(),
        ];
        byte[][] bytes = [.. packets.Select(packet => new MqttPacketFormatterAdapter(MqttProtocolVersion.V500, new MqttBufferWriter(4_096, 65_536)).Encode(packet).Join().ToArray())];
        return [.. bytes, [.. bytes.SelectMany(one => one)], [0x10, 0xFF, 0xFF, 0xFF, 0x7F], [0x10, 0x80, 0x80, 0x80, 0x80]];
    }

    public override void Decode(ReadOnlyMemory<byte> input)
    {
        PacketGuard whole = new(PacketGuard.Connect);
        PacketGuard single = new(PacketGuard.Connect);
        LinkException? cause = whole.Inspect(input.Span);
        LinkException? first = null;
        for (int i = 0; i < input.Length && first is null; i++)
        {
            first = single.Inspect(input.Span.Slice(i, 1));
        }

        Require.That(cause?.Reason == first?.Reason, "a stream that the guard judges otherwise byte by byte");
        Require.That((cause is null) == Framed(input.Span, out List<(byte Head, int At, int Length)> packets), "a second reading of the framing says otherwise");
        foreach ((byte head, int at, int length) in packets)
        {
            Library(head, input.Slice(at, length));
        }
    }

    // The remaining length is little-endian in groups of seven bits, at most four: section 1.5.5.
    private static bool Framed(ReadOnlySpan<byte> stream, out List<(byte Head, int At, int Length)> packets)
    {
        packets = [];
        for (int at = 0; at < stream.Length;)
        {
            byte head = stream[at++];
            int type = head >> 4;
            if (packets.Count == 0 && type != Connect)
            {
                return false;
            }

            int limit = type == Publish ? LinkLimits.PublishPacketBytes : LinkLimits.ControlPacketBytes;
            int length = 0;
            int groups = 0;
            while (true)
            {
                if (at == stream.Length)
                {
                    return true;
                }

                byte next = stream[at++];
                length += (next & 0x7F) * (int)Math.Pow(128, groups++);
                if (length > limit)
                {
                    return false;
                }

                if (next < 0x80)
                {
                    break;
                }

                if (groups == 4)
                {
                    return false;
                }
            }

            if (length > stream.Length - at)
            {
                return true;
            }

            packets.Add((head, at, length));
            at += length;
        }

        return true;
    }

    private static void Library(byte head, ReadOnlyMemory<byte> body)
    {
        try
        {
            MqttPacketFormatterAdapter formatter = new(MqttProtocolVersion.V500, new MqttBufferWriter(4_096, 65_536));
            formatter.Decode(new ReceivedMqttPacket(head, new ArraySegment<byte>(body.ToArray()), body.Length + 2));
        }
#pragma warning disable CA1031 // As the product does: the library's decoder throws many things at packets that are wrong.
        catch (Exception thrown) when (thrown is not (OutOfMemoryException or InsufficientExecutionStackException))
#pragma warning restore CA1031
        {
            throw new LibraryException(thrown);
        }
    }

    private sealed class LibraryException(Exception inner) : Exception("the library refused", inner);
}
