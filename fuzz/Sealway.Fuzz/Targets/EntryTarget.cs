namespace Sealway.Fuzz.Targets;

using Sealway.Fleet;
using Sealway.Fuzz.Fixtures;
using Sealway.Fuzz.Oracles;
using Sealway.Fuzz.Running;
using Sealway.Messages;

internal sealed class EntryTarget : FuzzTarget
{
    public override string Name => "entry";

    public override string Why => "a hostile gateway's entry of any kind, its body and its event: made again the same bytes; judging it throws nothing and agrees with decoding it";

    public override int MostBytes => 16_384;

    public override int AllocatedPerByte => 128;

    public override IEnumerable<byte[]> Seeds(Seeds.VectorFiles vectors) =>
    [
        .. vectors.Of("entry", "statement"),
        .. FuzzFleet.WardEntries.Select(entry => entry.ToArray()),
        .. Bodies(vectors, EntryKind.Event, "event"),
        .. Bodies(vectors, EntryKind.Sealed, "sealed"),
    ];

    public override IEnumerable<(string Name, Func<int, byte[]> Make)> Shapes =>
    [
        ("bytes in an event's text", n => Entry.Create(EntryKind.Event, FuzzFleet.Began, new StartEvent(new string('x', n)).ToArray()).Bytes.ToArray()),
        ("bytes in a body", n => Entry.Create(EntryKind.Sealed, FuzzFleet.Began, new byte[n]).Bytes.ToArray()),
    ];

    public override void Decode(ReadOnlyMemory<byte> input)
    {
        // Judging takes any bytes and says what they are worth.
        Judged judged = Judge.JudgeEntry(FuzzFleet.WardLog, (ulong)FuzzFleet.WardEntries.Count, input, FuzzFleet.History, FuzzFleet.Registry);
        LogHistory after = FuzzFleet.History.After(judged);
        Require.Same(LogHistory.FromBytes(after.ToBytes()).ToBytes(), after.ToBytes(), "the history after an entry");

        Entry? entry = Require.Accepted(() => Entry.FromUntrusted(input));
        if (entry is null)
        {
            Require.That(!judged.Verdict.IsValid, "bytes that are no entry were judged valid");
            return;
        }

        Require.Deterministic(input.Span, "an entry");
        Require.Same(Entry.Create(entry.Kind, entry.At, entry.Body).Bytes.Span, input.Span, "an entry");
        Body(entry, judged);
    }

    private static void Body(Entry entry, Judged judged)
    {
        object? body = Require.Accepted<object>(() => entry.Kind switch
        {
            EntryKind.Reading => Reading.FromUntrusted(entry.Body),
            EntryKind.Sealed => SealedSlot.FromUntrusted(entry.Body),
            EntryKind.Epoch => Epoch.FromUntrusted(entry.Body),
            EntryKind.Grant => Grant.FromUntrusted(entry.Body),
            EntryKind.Event => GatewayEvent.FromUntrusted(entry.Body),
            _ => Statement.FromUntrusted(entry),
        });
        if (body is null)
        {
            Require.That(!judged.Verdict.IsValid, "an entry whose body is refused was judged valid");
            return;
        }

        Require.Deterministic(entry.Body.Span, "a body");
        if (body is GatewayEvent statement)
        {
            Require.Same(statement.ToArray(), entry.Body.Span, "an event");
        }
    }

    private static IEnumerable<byte[]> Bodies(Seeds.VectorFiles vectors, EntryKind kind, string name) =>
        vectors.Of(name).Where(body => body.Length < 60_000).Select(body => Entry.Create(kind, FuzzFleet.Began + 9_000, body).Bytes.ToArray());
}
