namespace Sealway.Fuzz.Targets;

using Sealway.Fuzz.Fixtures;
using Sealway.Fuzz.Oracles;
using Sealway.Fuzz.Running;
using Sealway.Messages;

internal sealed class FollowTarget : FuzzTarget
{
    public override string Name => "follow";

    public override string Why => "any peer's follow messages, of MQTT payloads and HTTP bodies: one alone and the same in a sequence are read alike; written again they have the same bytes";

    public override int MostBytes => 65_536;

    public override int AllocatedPerByte => 128;

    public override IEnumerable<byte[]> Seeds(Seeds.VectorFiles vectors)
    {
        Head head = FuzzFleet.HeadOf(FuzzFleet.WardLog, FuzzFleet.WardEntries, FuzzFleet.Gateway);
        Append append = new(FuzzFleet.WardLog, 0, [.. FuzzFleet.WardEntries.Select(AppendEntry.Full)], head, [FuzzFleet.Countersign(FuzzFleet.Cloud, head)]);
        return [.. vectors.Of("follow", "follow-sequence"), append.ToArray(), FollowMessage.WriteSequence(new HeadRequest(FuzzFleet.WardLog), append)];
    }

    public override IEnumerable<(string Name, Func<int, byte[]> Make)> Shapes =>
    [
        ("entries in an append", n => Grown([.. Enumerable.Repeat(FuzzFleet.WardEntries[0], n)])),
    ];

    public override void Decode(ReadOnlyMemory<byte> input)
    {
        FollowMessage? alone = Require.Accepted(() => FollowMessage.FromUntrusted(input));
        IReadOnlyList<FollowMessage>? sequence = Require.Accepted(() => FollowMessage.ReadSequence(input));
        Require.That((alone is not null) == (sequence is { Count: 1 }), "a message alone and in a sequence of one are read differently");
        if (sequence is null)
        {
            throw new MessageException(Refusal.Malformed, "follow");
        }

        Require.Same(FollowMessage.WriteSequence(sequence), input.Span, "follow messages");
        Require.That(sequence.Count <= Limits.FollowMessages, "more messages than the limit");
        int at = 0;
        foreach (FollowMessage message in sequence)
        {
            int length = DeterministicCbor.Length(input.Span[at..]);
            Require.That(length > 0, "a follow message that is not deterministic");
            Require.Same(message.ToArray(), input.Span.Slice(at, length), "a follow message");
            at += length;
            if (message is Append append)
            {
                Require.That(append.Entries.Count <= Limits.AppendEntries && append.Head.Claims.Size == append.From + (ulong)append.Entries.Count, "an append beyond its counts");
            }
        }
    }

    private static byte[] Grown(ReadOnlyMemory<byte>[] entries) =>
        new Append(FuzzFleet.WardLog, 0, [.. entries.Select(AppendEntry.Full)], FuzzFleet.HeadOf(FuzzFleet.WardLog, entries, FuzzFleet.Gateway), []).ToArray();
}
