namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary>This reading was refused; sending it again will not help.</summary>
/// <param name="Number">Which.</param>
/// <param name="Reason">Why.</param>
public sealed record RefusedReading(ReadingNumber Number, Refusal Reason) : SensorLinkMessage
{
    private protected override void Write(CborWriter cbor)
    {
        cbor.WriteStartArray(3);
        cbor.WriteInt32(2);
        cbor.WriteByteString(Number.ToArray());
        cbor.WriteInt32((int)Reason);
        cbor.WriteEndArray();
    }
}
