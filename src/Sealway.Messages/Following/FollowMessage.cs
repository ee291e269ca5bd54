namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary>
/// A message of the follow protocol, the same on every link: a CBOR array that begins with its kind. A follower pulls
/// with <see cref="EntriesRequest"/> and gets an <see cref="Append"/>; a writer pushes an <see cref="Append"/> and gets
/// a <see cref="Held"/>, the only acknowledgement there is.
/// </summary>
/// <param name="Log">The log it is about.</param>
public abstract record FollowMessage(LogId Log)
{
    /// <summary>Reads a message from outside; entries and heads in it are not verified yet.</summary>
    /// <exception cref="MessageException">Not exactly a follow message.</exception>
    public static FollowMessage FromUntrusted(ReadOnlyMemory<byte> bytes) => WireReader.Read(bytes, Limits.FollowBytes, "follow message", Read);

    /// <summary>Reads a CBOR sequence (RFC 8742) of follow messages, as one request or answer over HTTPS carries them.</summary>
    /// <exception cref="MessageException">Not exactly such a sequence, or more than <see cref="Limits.FollowMessages"/>.</exception>
    public static IReadOnlyList<FollowMessage> ReadSequence(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > Limits.FollowBytes)
        {
            throw new MessageException(Refusal.TooLong, "follow messages");
        }

        List<FollowMessage> messages = [];
        while (!bytes.IsEmpty)
        {
            if (messages.Count == Limits.FollowMessages)
            {
                throw new MessageException(Refusal.WrongCount, "follow messages");
            }

            messages.Add(WireReader.ReadFirst(bytes, "follow messages", Read, out int taken));
            bytes = bytes[taken..];
        }

        return messages;
    }

    /// <summary>Writes a CBOR sequence of messages.</summary>
    public static byte[] WriteSequence(params IEnumerable<FollowMessage> messages) => [.. messages.SelectMany(message => message.ToArray())];

    private static FollowMessage Read(WireReader reader)
    {
        int items = reader.Array(2, 6);
        ulong kind = reader.Number(255);
        LogId log = LogId.Read(reader);
        FollowMessage message = (kind, items) switch
        {
            (Append.Number, 6) => Append.Read(reader, log),
            (Held.Number, 4) => Held.Read(reader, log),
            (EntriesRequest.Number, 4) => EntriesRequest.Read(reader, log),
            (HeadRequest.Number, 2) => new HeadRequest(log),
            (News.Number, 3) => new News(log, reader.Number()),
            (StartRequest.Number, 2) => new StartRequest(log),
            (Start.Number, 5) => Start.Read(reader, log),
            (CommandSlot.Number, 3) => new CommandSlot(log, reader.Bytes(Limits.CommandSlotBytes)),
            _ => throw reader.Wrong(Refusal.Malformed),
        };
        reader.EndArray();
        return message;
    }

    /// <summary>The message's bytes.</summary>
    public byte[] ToArray() => WireWriter.Write(Write);

    private protected abstract void Write(CborWriter cbor);

    private protected void Begin(CborWriter cbor, int items, ulong kind)
    {
        cbor.WriteStartArray(items);
        cbor.WriteUInt64(kind);
        cbor.WriteTextString(Log.ToString());
    }
}
