namespace Sealway.Messages;

using System.Formats.Cbor;
using System.Security.Cryptography;

/// <summary>
/// What a gateway itself states: a CBOR map { 1: type, 2: salt, 3 …: what the type prescribes }. The salt of 16 random
/// bytes keeps a blanked event from being guessed from its hash.
/// </summary>
/// <param name="Type">Which statement.</param>
public abstract record GatewayEvent(EventType Type)
{
    /// <summary>Bytes of the salt.</summary>
    public const int SaltSize = 16;

    private const int TypeLabel = 1;
    private const int SaltLabel = 2;

    /// <summary>Random bytes; new for each event.</summary>
    public ReadOnlyMemory<byte> Salt { get; private init; } = RandomNumberGenerator.GetBytes(SaltSize);

    /// <summary>How many labels follow type and salt, beginning with 3.</summary>
    protected internal abstract int Fields { get; }

    /// <summary>Reads an event from outside.</summary>
    /// <exception cref="MessageException">Not exactly an event of a known type.</exception>
    public static GatewayEvent FromUntrusted(ReadOnlyMemory<byte> bytes) => WireReader.Read(bytes, Limits.EntryBytes, "event", ReadEvent);

    /// <summary>The event's bytes.</summary>
    public byte[] ToArray() => WireWriter.Write(Write);

    internal static GatewayEvent ReadEvent(WireReader reader)
    {
        int labels = reader.Map(2, 8);
        reader.Key(TypeLabel);
        EventType type = (EventType)reader.Number(255);
        reader.Key(SaltLabel);
        ReadOnlyMemory<byte> salt = reader.Bytes(SaltSize);
        int fields = labels - 2;
        GatewayEvent value = type switch
        {
            EventType.Generation => GenerationEvent.Read(reader, fields),
            EventType.Start => StartEvent.Read(reader),
            EventType.Challenge => ChallengeEvent.Read(reader),
            EventType.AlarmRaised or EventType.AlarmCleared => AlarmEvent.Read(reader, fields, type),
            EventType.Refused => RefusedEvent.Read(reader),
            EventType.Lost => LostEvent.Read(reader),
            EventType.InForce => InForceEvent.Read(reader),
            EventType.Heating => HeatingEvent.Read(reader),
            EventType.CommandDone => CommandDoneEvent.Read(reader),
            EventType.Labels => LabelsEvent.Read(reader),
            EventType.EpochBegan => EpochBeganEvent.Read(reader),
            _ => throw reader.Wrong(Refusal.Malformed),
        };
        if (value.Fields != fields)
        {
            throw reader.Wrong(Refusal.WrongCount);
        }

        reader.EndMap();
        return value with { Salt = salt };
    }

    internal void Write(CborWriter cbor)
    {
        cbor.WriteStartMap(2 + Fields);
        cbor.Field(TypeLabel, (ulong)Type);
        cbor.Field(SaltLabel, Salt.Span);
        WriteFields(cbor);
        cbor.WriteEndMap();
    }

    private protected abstract void WriteFields(CborWriter cbor);
}
