namespace Sealway.Archive;

using System.Formats.Cbor;
using Sealway.Log;
using Sealway.Messages;

/// <summary>The evidence of one fork in one file: <c>[held head, other head, from, [* entry or [hash]], index / nil]</c>.</summary>
internal static class ForkFile
{
    /// <summary>The same evidence, with the bytes of some indexes taken out of it.</summary>
    public static ForkEvidence Without(ForkEvidence fork, ulong from, ulong to) => fork with
    {
        Entries = [.. fork.Entries.Select((entry, i) => fork.From + (ulong)i >= from && fork.From + (ulong)i < to ? LogEntry.Blank(entry.Hash) : entry)],
    };

    public static byte[] ToArray(ForkEvidence fork)
    {
        CborWriter cbor = new(CborConformanceMode.Canonical);
        cbor.WriteStartArray(5);
        cbor.WriteByteString(fork.Held.Bytes.Span);
        cbor.WriteByteString(fork.Other.Bytes.Span);
        cbor.WriteUInt64(fork.From);
        cbor.WriteStartArray(fork.Entries.Count);
        foreach (LogEntry entry in fork.Entries)
        {
            if (entry.IsBlank)
            {
                cbor.WriteStartArray(1);
                cbor.WriteByteString(entry.Hash);
                cbor.WriteEndArray();
            }
            else
            {
                cbor.WriteByteString(entry.Bytes.Span);
            }
        }

        cbor.WriteEndArray();
        if (fork.Index is { } index)
        {
            cbor.WriteUInt64(index);
        }
        else
        {
            cbor.WriteNull();
        }

        cbor.WriteEndArray();
        return cbor.Encode();
    }

    /// <exception cref="InvalidDataException">Not such evidence.</exception>
    public static ForkEvidence Read(LogId log, ReadOnlyMemory<byte> bytes, string path) => StoredCbor.Read(bytes, path, cbor =>
    {
        cbor.ReadStartArray();
        Head held = Head.FromUntrusted(cbor.ReadByteString());
        Head other = Head.FromUntrusted(cbor.ReadByteString());
        ulong from = cbor.ReadUInt64();
        int count = cbor.ReadStartArray() ?? -1;
        List<LogEntry> entries = [];
        for (int i = 0; i < count; i++)
        {
            if (cbor.PeekState() == CborReaderState.StartArray)
            {
                cbor.ReadStartArray();
                entries.Add(LogEntry.Blank(cbor.ReadByteString()));
                cbor.ReadEndArray();
            }
            else
            {
                entries.Add(LogEntry.Of(cbor.ReadByteString()));
            }
        }

        cbor.ReadEndArray();
        ulong? index = null;
        if (cbor.PeekState() == CborReaderState.Null)
        {
            cbor.ReadNull();
        }
        else
        {
            index = cbor.ReadUInt64();
        }

        cbor.ReadEndArray();
        return new ForkEvidence(log, held, other, from, entries, index);
    });
}
