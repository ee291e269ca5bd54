namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary>One thing in a slot: a reading, an event or a rollup, and how long before the slot's time it arrived.</summary>
public sealed class SlotItem
{
    private SlotItem(ReadOnlyMemory<byte> bytes, ulong before, Reading? reading, GatewayEvent? statement, Rollup? rollup)
    {
        Bytes = bytes;
        BeforeMilliseconds = before;
        Reading = reading;
        Event = statement;
        Rollup = rollup;
    }

    /// <summary>The item's bytes; of a reading exactly what the sensor signed.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The slot's time minus the arrival, in milliseconds.</summary>
    public ulong BeforeMilliseconds { get; }

    /// <summary>The reading, or null.</summary>
    public Reading? Reading { get; }

    /// <summary>The event, or null.</summary>
    public GatewayEvent? Event { get; }

    /// <summary>The rollup, or null.</summary>
    public Rollup? Rollup { get; }

    /// <summary>Reads a slot's plaintext from its first item to the padding, which must be zeros to the end.</summary>
    /// <exception cref="MessageException">Anything else.</exception>
    public static IReadOnlyList<SlotItem> ReadSlot(ReadOnlyMemory<byte> plaintext)
    {
        if (plaintext.Length > Limits.LargestSlotBytes)
        {
            throw new MessageException(Refusal.TooLong, "slot");
        }

        // An item is a tag, a map or an array, so a zero byte in its place can only begin the padding.
        List<SlotItem> items = [];
        ReadOnlyMemory<byte> rest = plaintext;
        while (rest.Length > 0 && rest.Span[0] != 0)
        {
            items.Add(WireReader.ReadFirst(rest, "slot", Read, out int taken));
            rest = rest[taken..];
        }

        return rest.Span.IndexOfAnyExcept((byte)0) < 0 ? items : throw new MessageException(Refusal.TrailingBytes, "slot: padding");
    }

    private static SlotItem Read(WireReader reader)
    {
        CborReaderState form = reader.Peek();
        ReadOnlyMemory<byte> bytes = reader.Item();
        ulong before = reader.Number();
        return form switch
        {
            CborReaderState.Tag => new SlotItem(bytes, before, Reading.FromUntrusted(bytes), null, null),
            CborReaderState.StartMap => new SlotItem(bytes, before, null, GatewayEvent.FromUntrusted(bytes), null),
            CborReaderState.StartArray => new SlotItem(bytes, before, null, null, WireReader.Read(bytes, Limits.EntryBytes, "rollup", Rollup.Read)),
            _ => throw reader.Wrong(Refusal.Malformed),
        };
    }
}
