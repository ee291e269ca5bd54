namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary>
/// <c>[0, log-id, from, [* entry or blank], head, [* countersignature]]</c>: entries from an index on, ending at a
/// signed head, with the countersignatures known on it. At most 1,024 entries and 1 MiB of them. No entries: the head
/// alone, as news.
/// </summary>
/// <param name="Log">The log.</param>
/// <param name="From">The index of the first entry.</param>
/// <param name="Entries">The entries; on the wire a byte string, or an array of one hash for a blank.</param>
/// <param name="Head">The head whose size is <paramref name="From"/> plus the count of entries.</param>
/// <param name="Countersignatures">Those known to the sender on that head.</param>
public sealed record Append(LogId Log, ulong From, IReadOnlyList<AppendEntry> Entries, Head Head, IReadOnlyList<Countersignature> Countersignatures)
    : FollowMessage(Log)
{
    internal const ulong Number = 0;

    internal static Append Read(WireReader reader, LogId log)
    {
        ulong from = reader.Number();
        AppendEntry[] entries = new AppendEntry[reader.Array(0, Limits.AppendEntries)];
        long bytes = 0;
        for (int i = 0; i < entries.Length; i++)
        {
            if (reader.Peek() == CborReaderState.StartArray)
            {
                reader.Array(1);
                entries[i] = AppendEntry.Blank(reader.Bytes(Head.HashSize));
                reader.EndArray();
            }
            else
            {
                entries[i] = AppendEntry.Full(reader.Bytes(1, Limits.EntryBytes));
                bytes += entries[i].Bytes.Length;
            }
        }

        reader.EndArray();
        if (bytes > Limits.AppendEntryBytes)
        {
            throw reader.Wrong(Refusal.TooLong);
        }

        Head head = Head.FromUntrusted(reader.Bytes(1, Limits.HeadBytes));
        IReadOnlyList<Countersignature> countersignatures = Countersignature.ReadList(reader, least: 0);
        return head.Claims.Log != log ? throw reader.Wrong(Refusal.WrongLog)
            : head.Claims.Size != from + (ulong)entries.Length ? throw reader.Wrong(Refusal.WrongSize)
            : new Append(log, from, entries, head, countersignatures);
    }

    private protected override void Write(CborWriter cbor)
    {
        Begin(cbor, 6, Number);
        cbor.WriteUInt64(From);
        cbor.WriteStartArray(Entries.Count);
        foreach (AppendEntry entry in Entries)
        {
            if (entry.IsBlank)
            {
                cbor.WriteStartArray(1);
                cbor.WriteByteString(entry.Bytes.Span);
                cbor.WriteEndArray();
            }
            else
            {
                cbor.WriteByteString(entry.Bytes.Span);
            }
        }

        cbor.WriteEndArray();
        cbor.WriteByteString(Head.Bytes.Span);
        Countersignature.WriteList(cbor, Countersignatures);
        cbor.WriteEndArray();
    }
}
