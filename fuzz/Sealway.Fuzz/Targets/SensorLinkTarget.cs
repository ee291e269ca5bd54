namespace Sealway.Fuzz.Targets;

using Sealway.Fuzz.Oracles;
using Sealway.Fuzz.Running;
using Sealway.Links;
using Sealway.Messages;

internal sealed class SensorLinkTarget : FuzzTarget
{
    public override string Name => "sensor-link";

    public override string Why => "the frames on a sensor link, either way: cut at any place they give the same messages; what a gateway says is written again in the same bytes";

    public override int MostBytes => 16_384;

    public override int AllocatedPerByte => 128;

    public override bool IsRefusal(Exception exception) => exception is MessageException or LinkException;

    public override IEnumerable<byte[]> Seeds(Seeds.VectorFiles vectors) =>
    [
        .. vectors.Of("sensor-link").Select(message => Frame(message)),
        Frame([.. vectors.Of("sensor-link")]),
        Frame([.. vectors.Of("reading").Where(reading => reading.Length < 200).Take(4)]),
    ];

    public override void Decode(ReadOnlyMemory<byte> input)
    {
        int at = 0;
        while (SensorFrame.Length(input.Span[at..]) is var length && length > 0 && length <= input.Length - at)
        {
            ReadOnlyMemory<byte> message = input.Slice(at + SensorFrame.Header, length - SensorFrame.Header);
            byte[] frame = new byte[length];
            Require.That(SensorFrame.Write(message.Span, frame) == length, "a frame of another length");
            Require.Same(frame, input.Span.Slice(at, length), "a frame");
            Require.That(SensorFrame.Length(input.Span.Slice(at, SensorFrame.Header)) == length, "a frame's header says something else when it comes alone");
            Message(message);
            at += length;
        }
    }

    private static void Message(ReadOnlyMemory<byte> message)
    {
        if (Require.Accepted(() => SensorLinkMessage.FromUntrusted(message)) is { } said)
        {
            Require.Deterministic(message.Span, "a sensor link's message");
            Require.Same(said.ToArray(), message.Span, "a sensor link's message");
        }

        if (Require.Accepted(() => Reading.FromUntrusted(message)) is { } reading)
        {
            ReadingTarget.Check(reading, message);
        }
    }

    private static byte[] Frame(params byte[][] messages)
    {
        List<byte> frames = [];
        foreach (byte[] message in messages)
        {
            byte[] frame = new byte[SensorFrame.Header + message.Length];
            SensorFrame.Write(message, frame);
            frames.AddRange(frame);
        }

        return [.. frames];
    }
}
