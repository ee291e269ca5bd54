namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary><c>[1, log-id, size, [head, [* countersignature]] / nil]</c>: the size durably held, with the latest head held and the countersignatures on it; nil where nothing is held. The only acknowledgement.</summary>
/// <param name="Log">The log.</param>
/// <param name="Size">Entries durably held; with a head, that head's size.</param>
/// <param name="Head">The latest head held, or null.</param>
/// <param name="Countersignatures">Those on that head.</param>
public sealed record Held(LogId Log, ulong Size, Head? Head, IReadOnlyList<Countersignature> Countersignatures) : FollowMessage(Log)
{
    internal const ulong Number = 1;

    internal static Held Read(WireReader reader, LogId log)
    {
        ulong size = reader.Number();
        if (reader.Peek() == CborReaderState.Null)
        {
            reader.Nil();
            return size == 0 ? new Held(log, 0, null, []) : throw reader.Wrong(Refusal.WrongSize);
        }

        reader.Array(2);
        Head head = Head.FromUntrusted(reader.Bytes(1, Limits.HeadBytes));
        IReadOnlyList<Countersignature> countersignatures = Countersignature.ReadList(reader, least: 0);
        reader.EndArray();
        return head.Claims.Log != log ? throw reader.Wrong(Refusal.WrongLog)
            : head.Claims.Size != size ? throw reader.Wrong(Refusal.WrongSize)
            : new Held(log, size, head, countersignatures);
    }

    private protected override void Write(CborWriter cbor)
    {
        Begin(cbor, 4, Number);
        cbor.WriteUInt64(Size);
        if (Head is null)
        {
            cbor.WriteNull();
        }
        else
        {
            cbor.WriteStartArray(2);
            cbor.WriteByteString(Head.Bytes.Span);
            Countersignature.WriteList(cbor, Countersignatures);
            cbor.WriteEndArray();
        }

        cbor.WriteEndArray();
    }
}
