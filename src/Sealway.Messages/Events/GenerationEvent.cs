namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary>Entry 0 of every generation.</summary>
/// <param name="Reason">Why the generation begins, in words.</param>
/// <param name="Previous">The last known state of the generation before; null in generation 0.</param>
public sealed record GenerationEvent(string Reason, PreviousGeneration? Previous = null) : GatewayEvent(EventType.Generation)
{
    /// <inheritdoc/>
    protected internal override int Fields => Previous is null ? 1 : 4;

    internal static GenerationEvent Read(WireReader reader, int fields)
    {
        reader.Key(3);
        string reason = reader.Text();
        if (fields == 1)
        {
            return new GenerationEvent(reason);
        }

        reader.Key(4);
        LogId log = LogId.Read(reader);
        reader.Key(5);
        ulong size = reader.Number();
        reader.Key(6);
        return new GenerationEvent(reason, new PreviousGeneration(log, size, reader.Bytes(Head.HashSize)));
    }

    private protected override void WriteFields(CborWriter cbor)
    {
        cbor.Field(3, Reason);
        if (Previous is { } previous)
        {
            cbor.Field(4, previous.Log.ToString());
            cbor.Field(5, previous.Size);
            cbor.Field(6, previous.Root.Span);
        }
    }
}
