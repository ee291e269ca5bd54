namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary><c>[4, log-id, size]</c>: the log has grown, or has more countersignatures; a hint to ask, never evidence.</summary>
/// <param name="Log">The log.</param>
/// <param name="Size">The size there is.</param>
public sealed record News(LogId Log, ulong Size) : FollowMessage(Log)
{
    internal const ulong Number = 4;

    private protected override void Write(CborWriter cbor)
    {
        Begin(cbor, 3, Number);
        cbor.WriteUInt64(Size);
        cbor.WriteEndArray();
    }
}
