namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary><c>[2, log-id, from, to]</c>: asks for the entries from an index on, up to before another; answered by an <see cref="Append"/> that may end earlier, at a signed head.</summary>
/// <param name="Log">The log.</param>
/// <param name="From">The first index wanted: what the follower holds.</param>
/// <param name="To">The index to stop before; <see cref="Limits.LargestNumber"/>: as many as there are.</param>
public sealed record EntriesRequest(LogId Log, ulong From, ulong To) : FollowMessage(Log)
{
    internal const ulong Number = 2;

    internal static EntriesRequest Read(WireReader reader, LogId log)
    {
        EntriesRequest request = new(log, reader.Number(), reader.Number());
        return request.From <= request.To ? request : throw reader.Wrong(Refusal.WrongSize);
    }

    private protected override void Write(CborWriter cbor)
    {
        Begin(cbor, 4, Number);
        cbor.WriteUInt64(From);
        cbor.WriteUInt64(To);
        cbor.WriteEndArray();
    }
}
