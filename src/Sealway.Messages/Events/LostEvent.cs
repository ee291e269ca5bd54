namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary>Readings were lost to a full disk; stated before they are dropped.</summary>
/// <param name="Count">How many.</param>
/// <param name="FromMilliseconds">The arrival of the first, milliseconds since 1970.</param>
/// <param name="ToMilliseconds">The arrival of the last.</param>
public sealed record LostEvent(ulong Count, ulong FromMilliseconds, ulong ToMilliseconds) : GatewayEvent(EventType.Lost)
{
    /// <inheritdoc/>
    protected internal override int Fields => 3;

    internal static LostEvent Read(WireReader reader)
    {
        reader.Key(3);
        ulong count = reader.Number();
        reader.Key(4);
        ulong from = reader.Number();
        reader.Key(5);
        return new LostEvent(count, from, reader.Number());
    }

    private protected override void WriteFields(CborWriter cbor)
    {
        cbor.Field(3, Count);
        cbor.Field(4, FromMilliseconds);
        cbor.Field(5, ToMilliseconds);
    }
}
