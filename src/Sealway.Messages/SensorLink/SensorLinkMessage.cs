namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary>What a gateway says to a sensor: a CBOR array that begins with its kind. What a sensor says is a <see cref="Reading"/>.</summary>
public abstract record SensorLinkMessage
{
    /// <summary>A message to a sensor, in bytes.</summary>
    public const int MaxBytes = 4_096;

    /// <summary>Numbers in one <see cref="StoredReadings"/>.</summary>
    public const int MaxNumbers = 256;

    /// <summary>Reads a message from outside.</summary>
    public static SensorLinkMessage FromUntrusted(ReadOnlyMemory<byte> bytes) => WireReader.Read<SensorLinkMessage>(bytes, MaxBytes, "sensor link", reader =>
    {
        int items = reader.Array(2, 3);
        switch ((reader.Number(255), items))
        {
            case (0, 2):
                ReadOnlyMemory<byte> nonce = reader.Bytes(Reading.NonceSize);
                reader.EndArray();
                return new SensorChallenge(nonce);

            case (1, 2):
                ReadingNumber[] numbers = new ReadingNumber[reader.Array(1, MaxNumbers)];
                for (int i = 0; i < numbers.Length; i++)
                {
                    numbers[i] = ReadingNumber.FromBytes(reader.Bytes(ReadingNumber.Size).Span);
                }

                reader.EndArray();
                reader.EndArray();
                return new StoredReadings(numbers);

            case (2, 3):
                ReadingNumber number = ReadingNumber.FromBytes(reader.Bytes(ReadingNumber.Size).Span);
                Refusal reason = (Refusal)reader.Number(int.MaxValue);
                reader.EndArray();
                return new RefusedReading(number, reason);

            default:
                throw reader.Wrong(Refusal.Malformed);
        }
    });

    /// <summary>The message's bytes.</summary>
    public byte[] ToArray() => WireWriter.Write(Write);

    private protected abstract void Write(CborWriter cbor);
}
