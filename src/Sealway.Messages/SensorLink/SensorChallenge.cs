namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary>The sensor's next reading repeats this nonce inside its signature.</summary>
/// <param name="Nonce">8 random bytes.</param>
public sealed record SensorChallenge(ReadOnlyMemory<byte> Nonce) : SensorLinkMessage
{
    private protected override void Write(CborWriter cbor)
    {
        cbor.WriteStartArray(2);
        cbor.WriteInt32(0);
        cbor.WriteByteString(Nonce.Span);
        cbor.WriteEndArray();
    }
}
