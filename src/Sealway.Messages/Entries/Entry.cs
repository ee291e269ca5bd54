namespace Sealway.Messages;

/// <summary>
/// One leaf of a log: <c>[kind, at, body]</c>, at most 65,535 bytes. A log takes any bytes as an entry; this is how
/// they are read when they are judged.
/// </summary>
public sealed class Entry
{
    private Entry(ReadOnlyMemory<byte> bytes, EntryKind kind, ulong at, ReadOnlyMemory<byte> body)
    {
        Bytes = bytes;
        Kind = kind;
        At = at;
        Body = body;
    }

    /// <summary>The entry's bytes, as they are hashed.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>What the body is; a number without a name is refused when it is judged.</summary>
    public EntryKind Kind { get; }

    /// <summary>The writer's clock, in milliseconds since 1970-01-01T00:00Z; never decreasing within a log.</summary>
    public ulong At { get; }

    /// <summary>The body's bytes.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Makes an entry.</summary>
    /// <exception cref="MessageException"><see cref="Refusal.TooLong"/>.</exception>
    public static Entry Create(EntryKind kind, ulong at, ReadOnlyMemory<byte> body)
    {
        byte[] bytes = WireWriter.Write(cbor =>
        {
            cbor.WriteStartArray(3);
            cbor.WriteInt32((int)kind);
            cbor.WriteUInt64(at);
            cbor.WriteByteString(body.Span);
            cbor.WriteEndArray();
        });
        return bytes.Length <= Limits.EntryBytes
            ? new Entry(bytes, kind, at, body)
            : throw new MessageException(Refusal.TooLong, "entry");
    }

    /// <summary>Reads an entry from outside; its body is not read yet.</summary>
    public static Entry FromUntrusted(ReadOnlyMemory<byte> bytes) => WireReader.Read(bytes, Limits.EntryBytes, "entry", reader =>
    {
        reader.Array(3);
        EntryKind kind = (EntryKind)reader.Number(255);
        ulong at = reader.Number();
        ReadOnlyMemory<byte> body = reader.Bytes(0, Limits.EntryBytes);
        reader.EndArray();
        return new Entry(bytes, kind, at, body);
    });
}
