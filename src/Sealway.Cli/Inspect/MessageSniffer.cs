namespace Sealway.Cli.Inspect;

using Sealway.Messages;

/// <summary>Which message some bytes are, by reading them strictly as each in turn; and what is wrong with them when they are none.</summary>
internal static class MessageSniffer
{
    public static (Shape Shape, string What) Sniff(ReadOnlyMemory<byte> bytes)
    {
        if (Reads(() => Reading.FromUntrusted(bytes)))
        {
            return (Shapes.Reading, "a reading");
        }

        if (Reads(() => Head.FromUntrusted(bytes)))
        {
            return (Shapes.Head, "a head");
        }

        if (Reads(() => Receipt.FromUntrusted(bytes)))
        {
            return (Shapes.Receipt, "a receipt");
        }

        if (Reads(() => Countersignature.FromUntrusted(bytes)))
        {
            return (Shapes.Countersignature(), "a countersignature");
        }

        if (Reads(() => SealedSlot.FromUntrusted(bytes)))
        {
            return (Shapes.Sealed, "a sealed slot");
        }

        if (Reads(() => Epoch.FromUntrusted(bytes)))
        {
            return (Shapes.Epoch, "an epoch or a grant");
        }

        if (Reads(() => GatewayEvent.FromUntrusted(bytes)))
        {
            return (Shapes.Event, "an event");
        }

        if (bytes.Length > 1 && Reads(() => FollowMessage.FromUntrusted(bytes)))
        {
            return (Shapes.Follow(bytes.Span[1])!, "a message of the follow protocol");
        }

        if (bytes.Length > 1 && Reads(() => SensorLinkMessage.FromUntrusted(bytes)))
        {
            return (Shapes.SensorLink(bytes.Span[1])!, "a message to a sensor");
        }

        if (Reads(() => Log.Waybill.FromUntrusted(bytes)))
        {
            return (Shapes.Waybill, "a waybill");
        }

        try
        {
            Entry entry = Entry.FromUntrusted(bytes);
            return (Shapes.Entry(entry.Kind), "an entry");
        }
        catch (MessageException)
        {
            return (Shape.Unknown, "no message of Sealway's, or one that is refused; here is its CBOR");
        }
    }

    private static bool Reads(Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (MessageException)
        {
            return false;
        }
    }
}
