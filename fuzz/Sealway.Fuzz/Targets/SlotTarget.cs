namespace Sealway.Fuzz.Targets;

using Sealway.Fleet;
using Sealway.Fuzz.Fixtures;
using Sealway.Fuzz.Oracles;
using Sealway.Fuzz.Running;
using Sealway.Messages;

internal sealed class SlotTarget : FuzzTarget
{
    public override string Name => "slot";

    public override string Why => "what a hostile gateway sealed in a slot: built again from its items it has the same bytes; each item alone is read as it is within, and gets a verdict";

    public override int MostBytes => 16_384;

    public override int AllocatedPerByte => 256;

    public override IEnumerable<byte[]> Seeds(Seeds.VectorFiles vectors) => vectors.Of("slot");

    public override IEnumerable<(string Name, Func<int, byte[]> Make)> Shapes =>
    [
        ("items", n => [.. Enumerable.Range(0, n).SelectMany(_ => (byte[])[.. new StartEvent("x").ToArray(), 0x00])]),
        ("padding before a last byte", n => [.. new byte[n], 0x01]),
    ];

    public override void Decode(ReadOnlyMemory<byte> input)
    {
        IReadOnlyList<SlotItem> items = SlotItem.ReadSlot(input);
        int at = 0;
        foreach (SlotItem item in items)
        {
            byte[] again = item.Reading?.Bytes.ToArray() ?? item.Event?.ToArray() ?? WireWriter.Write(item.Rollup!.Write);
            Require.Same(again, item.Bytes.Span, "an item");
            Require.That(DeterministicCbor.Length(input.Span[at..]) == item.Bytes.Length, "an item of another length than its encoding");
            at += item.Bytes.Length;
            int before = DeterministicCbor.Length(input.Span[at..]);
            Require.Same(WireWriter.Write(cbor => cbor.WriteUInt64(item.BeforeMilliseconds)), input.Span.Slice(at, before), "an item's time");
            at += before;
            _ = Judge.JudgeItem(FuzzFleet.WardLog, FuzzFleet.Began + 60_000, item, FuzzFleet.History, FuzzFleet.Registry).Verdict;
        }

        Require.That(input.Span[at..].IndexOfAnyExcept((byte)0) < 0, "padding that is not zeros");
        if (input.Length is >= Limits.SmallestSlotBytes and <= Limits.LargestSlotBytes)
        {
            SlotBuilder builder = new(input.Length);
            bool fits = items.All(item => item.Reading is { } reading ? builder.TryAdd(reading, item.BeforeMilliseconds)
                : item.Event is { } statement ? builder.TryAdd(statement, item.BeforeMilliseconds)
                : builder.TryAdd(item.Rollup!, item.BeforeMilliseconds));
            Require.That(fits && builder.Plaintext.SequenceEqual(input.Span), "a slot built again has other bytes");
        }
    }
}
