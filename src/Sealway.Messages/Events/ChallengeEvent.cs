namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary>The challenge that the gateway's sensors answer from now on; logged before it is sent.</summary>
/// <param name="Nonce">8 random bytes.</param>
public sealed record ChallengeEvent(ReadOnlyMemory<byte> Nonce) : GatewayEvent(EventType.Challenge)
{
    /// <inheritdoc/>
    protected internal override int Fields => 1;

    internal static ChallengeEvent Read(WireReader reader)
    {
        reader.Key(3);
        return new ChallengeEvent(reader.Bytes(Reading.NonceSize));
    }

    private protected override void WriteFields(CborWriter cbor) => cbor.Field(3, Nonce.Span);
}
