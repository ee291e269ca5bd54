namespace Sealway.Cli.Inspect;

using Sealway.Messages;

/// <summary>Which message some bytes are, by reading them strictly as each in turn. Only the form is read: nothing is verified or opened.</summary>
internal static class MessageSniffer
{
    // What is bound into a command's signature does not matter to its form.
    private static readonly LogId AnyLog = new("any", 0);

    private static readonly EntryKind[] StatementKinds = [EntryKind.Enrol, EntryKind.Assign, EntryKind.Revoke, EntryKind.Status, EntryKind.Rotate, EntryKind.Erase];

    // The order matters in one place: a slot's plaintext may begin with a message, and is longer.
    private static readonly Func<ReadOnlyMemory<byte>, Sniffed>[] Kinds =
    [
        bytes => Is(Reading.FromUntrusted(bytes), "a reading", Shapes.Reading),
        bytes => Is(Entry.FromUntrusted(bytes), entry => $"an entry: {Shapes.Word(entry.Kind)}", entry => Shapes.Entry(entry.Kind)),
        bytes => Is(Head.FromUntrusted(bytes), "a head", Shapes.Head),
        bytes => Is(Countersignature.FromUntrusted(bytes), "a countersignature", Shapes.Countersignature),
        bytes => Is(Receipt.FromUntrusted(bytes), "a receipt", Shapes.Receipt),
        bytes => Is(Epoch.FromUntrusted(bytes), "an epoch", Shapes.Epoch),
        bytes => Is(Grant.FromUntrusted(bytes), "a grant", Shapes.Epoch),
        bytes => Is(SealedSlot.FromUntrusted(bytes), "a sealed slot", Shapes.Sealed),
        bytes => Is(GatewayEvent.FromUntrusted(bytes), known => $"an event: {Shapes.Word(known.Type)}", known => Shapes.Event(known.Type)),
        bytes => Is(Command.FromUntrusted(bytes, AnyLog), "a command", Shapes.Command),
        bytes => Is(PublicKey.FromUntrusted(bytes), key => $"a COSE_Key, kid {key.Kid}", _ => Shapes.CoseKey),
        bytes => Is(FollowMessage.FromUntrusted(bytes), message => $"a message of the follow protocol: {Shapes.Follow(message).Name}", Shapes.Follow),
        bytes => Is(SensorLinkMessage.FromUntrusted(bytes), message => $"a message to a sensor: {Shapes.SensorLink(message).Name}", Shapes.SensorLink),
        bytes => Is(Log.Waybill.FromUntrusted(bytes), "a waybill", Shapes.Waybill),
        Statement,
        CommandSlot,
        FollowSequence,
        Slot,
    ];

    public static Sniffed Sniff(ReadOnlyMemory<byte> bytes)
    {
        foreach (Func<ReadOnlyMemory<byte>, Sniffed> kind in Kinds)
        {
            try
            {
                return kind(bytes);
            }
            catch (MessageException)
            {
                // Not this one.
            }
        }

        return new Sniffed("no message of Sealway's, or one that is refused; here is its CBOR", Shape.Unknown);
    }

    private static Sniffed Is<T>(T _, string what, Shape shape) => new(what, shape);

    private static Sniffed Is<T>(T message, Func<T, string> what, Func<T, Shape> shape) => new(what(message), shape(message));

    // A statement does not say its kind, its entry does.
    private static Sniffed Statement(ReadOnlyMemory<byte> bytes)
    {
        foreach (EntryKind kind in StatementKinds)
        {
            try
            {
                Messages.Statement.FromUntrusted(Entry.Create(kind, 0, bytes));
                return new Sniffed($"a statement: {Shapes.Word(kind)}", Shapes.Statement(kind));
            }
            catch (MessageException)
            {
                // Not this one.
            }
        }

        throw No();
    }

    // Closed, so that its form alone is known: of one size, to one gateway.
    private static Sniffed CommandSlot(ReadOnlyMemory<byte> bytes) =>
        bytes.Length == Limits.CommandSlotBytes && bytes.Span.StartsWith(Shapes.CommandSlotBeginning)
            ? new Sniffed("a command slot", Shapes.CommandSlot)
            : throw No();

    private static Sniffed FollowSequence(ReadOnlyMemory<byte> bytes)
    {
        IReadOnlyList<FollowMessage> messages = FollowMessage.ReadSequence(bytes);
        return messages.Count > 1
            ? new Sniffed($"{messages.Count} messages of the follow protocol", [.. messages.Select(Shapes.Follow)])
            : throw No();
    }

    private static Sniffed Slot(ReadOnlyMemory<byte> bytes)
    {
        IReadOnlyList<SlotItem> items = SlotItem.ReadSlot(bytes);
        return items.Count == 0 && bytes.Length >= Limits.SmallestSlotBytes ? new Sniffed("a slot's plaintext, empty", Shape.Unknown)
            : items.Count > 0 ? new Sniffed($"a slot's plaintext, {items.Count} item{(items.Count == 1 ? string.Empty : "s")}", [.. items.SelectMany(item => new[] { Shapes.Item(item), Shapes.Before })])
            : throw No();
    }

    private static MessageException No() => new(Refusal.WrongKind, "another message");
}
