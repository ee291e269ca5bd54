namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary>The last thing that a withdrawn key said and that still counts: exactly one of the three, as the key's role has it.</summary>
/// <param name="Reading">A sensor's last reading.</param>
/// <param name="Log">A gateway's last log state: generation and size.</param>
/// <param name="Command">An app's last command number.</param>
public sealed record LastThatCounts(ReadingNumber? Reading, (ulong Generation, ulong Size)? Log, ulong? Command)
{
    internal static LastThatCounts Read(WireReader reader)
    {
        switch (reader.Peek())
        {
            case CborReaderState.ByteString:
                return new LastThatCounts(ReadingNumber.FromBytes(reader.Bytes(ReadingNumber.Size).Span), null, null);
            case CborReaderState.StartArray:
                reader.Array(2);
                ulong generation = reader.Number(LogId.LargestGeneration);
                ulong size = reader.Number();
                reader.EndArray();
                return new LastThatCounts(null, (generation, size), null);
            default:
                return new LastThatCounts(null, null, reader.Number());
        }
    }

    internal void Write(CborWriter cbor)
    {
        if (Reading is { } reading)
        {
            cbor.WriteByteString(reading.ToArray());
        }
        else if (Log is { } log)
        {
            cbor.WriteStartArray(2);
            cbor.WriteUInt64(log.Generation);
            cbor.WriteUInt64(log.Size);
            cbor.WriteEndArray();
        }
        else
        {
            cbor.WriteUInt64(Command ?? throw new InvalidOperationException("one of the three is needed"));
        }
    }
}
