namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary><c>[5, log-id, slot]</c>: one sealed command slot for a gateway, of one fixed size, usually empty; who relays it cannot tell.</summary>
/// <param name="Log">The gateway's log.</param>
/// <param name="Slot">Exactly 2,048 bytes: a <see cref="SealedCommand"/>.</param>
public sealed record CommandSlot(LogId Log, ReadOnlyMemory<byte> Slot) : FollowMessage(Log)
{
    internal const ulong Number = 5;

    private protected override void Write(CborWriter cbor)
    {
        Begin(cbor, 3, Number);
        cbor.WriteByteString(Slot.Span);
        cbor.WriteEndArray();
    }
}
