namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary>These readings are on the gateway's disk; the sensor may forget them.</summary>
/// <param name="Numbers">1 to 256 numbers.</param>
public sealed record StoredReadings(IReadOnlyList<ReadingNumber> Numbers) : SensorLinkMessage
{
    private protected override void Write(CborWriter cbor)
    {
        cbor.WriteStartArray(2);
        cbor.WriteInt32(1);
        cbor.WriteStartArray(Numbers.Count);
        foreach (ReadingNumber number in Numbers)
        {
            cbor.WriteByteString(number.ToArray());
        }

        cbor.WriteEndArray();
        cbor.WriteEndArray();
    }
}
