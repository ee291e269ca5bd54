namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary>
/// <c>[7, log-id, [1*53 hash], head, [* countersignature]]</c>: where a log stands, for who follows it from there. Whether the
/// frontier is that of the head's tree, the head's signature says and the one who takes it checks.
/// </summary>
/// <param name="Log">The log.</param>
/// <param name="Frontier">The roots of the complete subtrees of the head's size, largest first; 1 to 53 of 32 bytes.</param>
/// <param name="Head">The head; of a tree of at least one entry.</param>
/// <param name="Countersignatures">Those known to the sender on that head.</param>
public sealed record Start(LogId Log, IReadOnlyList<ReadOnlyMemory<byte>> Frontier, Head Head, IReadOnlyList<Countersignature> Countersignatures) : FollowMessage(Log)
{
    internal const ulong Number = 7;

    // One hash for each bit of a size.
    private const int Most = 53;

    internal static Start Read(WireReader reader, LogId log)
    {
        ReadOnlyMemory<byte>[] frontier = new ReadOnlyMemory<byte>[reader.Array(1, Most)];
        for (int i = 0; i < frontier.Length; i++)
        {
            frontier[i] = reader.Bytes(Head.HashSize);
        }

        reader.EndArray();
        Head head = Head.FromUntrusted(reader.Bytes(1, Limits.HeadBytes));
        IReadOnlyList<Countersignature> countersignatures = Countersignature.ReadList(reader, least: 0);
        return head.Claims.Log != log ? throw reader.Wrong(Refusal.WrongLog)
            : head.Claims.Size == 0 ? throw reader.Wrong(Refusal.WrongSize)
            : new Start(log, frontier, head, countersignatures);
    }

    private protected override void Write(CborWriter cbor)
    {
        Begin(cbor, 5, Number);
        cbor.WriteStartArray(Frontier.Count);
        foreach (ReadOnlyMemory<byte> hash in Frontier)
        {
            cbor.WriteByteString(hash.Span);
        }

        cbor.WriteEndArray();
        cbor.WriteByteString(Head.Bytes.Span);
        Countersignature.WriteList(cbor, Countersignatures);
        cbor.WriteEndArray();
    }
}
