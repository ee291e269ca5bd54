namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary>The hash of the epoch's key, in each epoch's first slot: what a newcomer checks a grant against.</summary>
/// <param name="KeyHash">SHA-256 of "Sealway epoch key" and the 32-byte key.</param>
public sealed record EpochBeganEvent(ReadOnlyMemory<byte> KeyHash) : GatewayEvent(EventType.EpochBegan)
{
    /// <inheritdoc/>
    protected internal override int Fields => 1;

    internal static EpochBeganEvent Read(WireReader reader)
    {
        reader.Key(3);
        return new EpochBeganEvent(reader.Bytes(Head.HashSize));
    }

    private protected override void WriteFields(CborWriter cbor) => cbor.Field(3, KeyHash.Span);
}
